using System.Globalization;
using MailKit;
using MimeKit;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>From what MailKit tells of a message to the one that scripts see, and from its id back to the UID.</summary>
internal static class MessageSummary
{
    /// <summary>Makes a message.</summary>
    /// <param name="data">What the server told.</param>
    /// <param name="folder">Where it is.</param>
    /// <param name="uidValidity">The folder's UIDVALIDITY.</param>
    /// <returns>The message.</returns>
    public static MailboxMessage From(IMessageSummary data, MailFolder folder, uint uidValidity)
    {
        var envelope = data.Envelope;
        var from = Addresses(envelope?.From);
        var sender = Addresses(envelope?.Sender);
        var replyTo = Addresses(envelope?.ReplyTo);
        return new MailboxMessage
        {
            Id = Id(uidValidity, data.UniqueId.Id),
            Mailbox = folder.Mailbox,
            Folder = folder.Path,
            Subject = envelope?.Subject ?? "",
            From = from.Length > 0 ? from[0] : null,
            // Servers repeat From where there is no Sender or Reply-To (RFC 9051 section 7.5.2).
            Sender = sender.Length > 0 && (from.Length == 0 || sender[0] != from[0]) ? sender[0] : null,
            ReplyTo = replyTo.SequenceEqual(from) ? [] : replyTo,
            To = Addresses(envelope?.To),
            Cc = Addresses(envelope?.Cc),
            Bcc = Addresses(envelope?.Bcc),
            ReceivedAt = data.InternalDate ?? default,
            SentAt = envelope?.Date,
            IsRead = data.Flags?.HasFlag(MailKit.MessageFlags.Seen) ?? false,
            HasAttachments = data.Body is { } body ? HasAttachments(body) : null,
            Size = data.Size,
            // MailKit takes the brackets away.
            InternetMessageId = envelope?.MessageId is not { Length: > 0 } id ? null : id.StartsWith('<') ? id : $"<{id}>",
            Connection = folder.Connection,
        };
    }

    private static EmailAddress[] Addresses(InternetAddressList? list) => list is null ? []
        : [.. list.Mailboxes.Select(static mailbox => new EmailAddress(mailbox.Name, mailbox.Address))];

    /// <summary>
    /// Whether there is a part that people would call an attachment: one that says so, or one that is neither text nor shown
    /// within the text. The depth of a structure is bounded by <see cref="ImapLimits.Nesting"/>.
    /// </summary>
    private static bool HasAttachments(BodyPart part) => part switch
    {
        BodyPartMultipart multipart => multipart.BodyParts.Any(HasAttachments),
        BodyPartBasic basic when basic.ContentType.IsMimeType("text", "*") => IsDisposed(basic, "attachment"),
        BodyPartBasic basic => !IsDisposed(basic, "inline") && (IsDisposed(basic, "attachment") || basic.ContentId is null),
        _ => false,
    };

    private static bool IsDisposed(BodyPartBasic part, string disposition) =>
        string.Equals(part.ContentDisposition?.Disposition, disposition, StringComparison.OrdinalIgnoreCase);

    /// <summary>Takes a message's id apart.</summary>
    /// <param name="message">The message.</param>
    /// <returns>Its UIDVALIDITY and UID.</returns>
    /// <exception cref="InvalidRequestException">The id is not one of an IMAP message.</exception>
    public static (uint UidValidity, uint Uid) ParseId(MailboxMessage message) => ParseId(message.Id);

    /// <summary>Takes an id apart.</summary>
    /// <param name="id">The id.</param>
    /// <returns>Its UIDVALIDITY and UID.</returns>
    /// <exception cref="InvalidRequestException">The id is not one of an IMAP message.</exception>
    public static (uint UidValidity, uint Uid) ParseId(string id) =>
        TryParseId(id, out var uidValidity, out var uid) ? (uidValidity, uid) : throw NotOurs(id);

    /// <summary>Takes an id apart.</summary>
    /// <param name="id">The id.</param>
    /// <param name="uidValidity">Its UIDVALIDITY.</param>
    /// <param name="uid">Its UID.</param>
    /// <returns>False when it is not the id of an IMAP message.</returns>
    public static bool TryParseId(string id, out uint uidValidity, out uint uid) =>
        TryParse(id, out uidValidity, out uid) && uid > 0;

    /// <summary>Takes a position apart: the id of the last message before it, or UID 0.</summary>
    /// <param name="position">The position.</param>
    /// <returns>Its UIDVALIDITY and UID.</returns>
    /// <exception cref="InvalidRequestException">It is not one.</exception>
    public static (uint UidValidity, uint Uid) ParsePosition(string position) =>
        TryParse(position, out var uidValidity, out var uid) ? (uidValidity, uid) : throw NotOurs(position);

    /// <summary>Makes an id, or a position.</summary>
    /// <param name="uidValidity">The folder's UIDVALIDITY.</param>
    /// <param name="uid">The message's UID.</param>
    /// <returns>The text of it.</returns>
    public static string Id(uint uidValidity, uint uid) => string.Create(CultureInfo.InvariantCulture, $"{uidValidity}.{uid}");

    private static bool TryParse(string text, out uint uidValidity, out uint uid)
    {
        (uidValidity, uid) = (0, 0);
        return text.Split('.') is [var validity, var number]
            && uint.TryParse(validity, NumberStyles.None, CultureInfo.InvariantCulture, out uidValidity)
            && uint.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out uid);
    }

    private static InvalidRequestException NotOurs(string id) =>
        new("InvalidMessageId", $"'{id}' is not the id of an IMAP message (UIDVALIDITY.UID).") { Target = id };
}
