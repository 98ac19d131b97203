using System.Globalization;
using MailAdmin.Core.Base;
using MailAdmin.Core.Mail.Mime;
using MailKit;
using MimeKit;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>Converts MailKit's summary of a message to the public type, and a message ID back to the UID.</summary>
internal static class MessageSummary
{
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
            // If a message has no Sender or Reply-To, servers repeat From (RFC 9051 section 7.5.2).
            Sender = sender.Length > 0 && (from.Length == 0 || sender[0] != from[0]) ? sender[0] : null,
            ReplyTo = replyTo.SequenceEqual(from) ? [] : replyTo,
            To = Addresses(envelope?.To),
            Cc = Addresses(envelope?.Cc),
            Bcc = Addresses(envelope?.Bcc),
            ReceivedAt = ReceivedAt(data),
            SentAt = envelope?.Date,
            IsRead = data.Flags?.HasFlag(MailKit.MessageFlags.Seen) ?? false,
            HasAttachments = data.Body is { } body ? HasAttachments(body, inForms: true) : null,
            Size = data.Size,
            // MailKit takes the brackets away.
            InternetMessageId = envelope?.MessageId is not { Length: > 0 } id ? null : id.StartsWith('<') ? id : $"<{id}>",
            Connection = folder.Connection,
        };
    }

    /// <summary>Creates a message whose summary the server refuses.</summary>
    public static MailboxMessage From(uint uid, MailFolder folder, uint uidValidity) => new()
    {
        Id = Id(uidValidity, uid),
        Mailbox = folder.Mailbox,
        Folder = folder.Path,
        Connection = folder.Connection,
    };

    /// <summary>The arrival time. If the server returns no readable time, the Date field.</summary>
    private static DateTimeOffset? ReceivedAt(IMessageSummary data)
    {
        if (data.InternalDate is { Year: > 1 } arrived)
        {
            return arrived;
        }

        VerboseLog.Write($"The server returned no readable time of arrival for the message {data.UniqueId.Id}. Its "
            + "Date field is used instead.");
        return data.Envelope?.Date;
    }

    private static EmailAddress[] Addresses(InternetAddressList? list) => list is null ? []
        : [.. list.Mailboxes.Select(static mailbox => new EmailAddress(mailbox.Name, mailbox.Address))];

    /// <summary>
    /// Returns whether there is a part that is neither text nor an alternative of it. The structure doesn't show which pictures
    /// the HTML displays, whether a named text is the only text, or whether several texts are one. Then it's unknown.
    /// <see cref="ResponseGuard.DeepestNesting"/> limits the depth.
    /// </summary>
    private static bool? HasAttachments(BodyPart part, bool inForms)
    {
        if (part is BodyPartMultipart multipart)
        {
            var areForms = multipart.ContentType.IsMimeType("multipart", "alternative");
            var found = multipart.BodyParts.Select(child => HasAttachments(child, areForms)).ToList();
            var hasTexts = !areForms && multipart.BodyParts.Count(HoldsText) > 1;
            return found.Contains(true) ? true : found.Contains(null) || hasTexts ? null : false;
        }

        if (part is not BodyPartBasic basic || (basic.Octets == 0 && basic.FileName is null))
        {
            return false;
        }

        var type = basic.ContentType;
        if (string.Equals(basic.ContentDisposition?.Disposition, "attachment", StringComparison.OrdinalIgnoreCase))
        {
            return type.IsMimeType("image", "*") && basic.ContentId is not null ? null : true;
        }

        // A named text is displayed if the message has no other.
        var isText = type.IsMimeType("text", "plain") || type.IsMimeType("text", "html")
            || (inForms && type.IsMimeType("text", "*") && !MessageBodies.IsFile(type.MimeType.ToLowerInvariant()));
        return isText ? (basic.FileName is null ? false : null)
            : type.IsMimeType("image", "*") && basic.ContentId is not null ? null
            : true;
    }

    private static bool HoldsText(BodyPart part) =>
        part is BodyPartMultipart multipart ? multipart.BodyParts.Any(HoldsText) : part is BodyPartText { Octets: > 0 };

    /// <summary>Takes an ID apart.</summary>
    /// <exception cref="InvalidRequestException">The id isn't one of an IMAP message.</exception>
    public static (uint UidValidity, uint Uid) ParseId(string id) =>
        TryParseId(id, out var uidValidity, out var uid) ? (uidValidity, uid) : throw NotOurs(id);

    public static bool TryParseId(string id, out uint uidValidity, out uint uid) =>
        TryParse(id, out uidValidity, out uid) && uid > 0;

    /// <summary>Takes a position apart: the id of the last message before it, or UID 0.</summary>
    /// <exception cref="InvalidRequestException">It isn't one.</exception>
    public static (uint UidValidity, uint Uid) ParsePosition(string position) =>
        TryParse(position, out var uidValidity, out var uid) ? (uidValidity, uid) : throw NotOurs(position);

    public static string Id(uint uidValidity, uint uid) => string.Create(CultureInfo.InvariantCulture, $"{uidValidity}.{uid}");

    private static bool TryParse(string text, out uint uidValidity, out uint uid)
    {
        (uidValidity, uid) = (0, 0);
        return text.Split('.') is [var validity, var number]
            && uint.TryParse(validity, NumberStyles.None, CultureInfo.InvariantCulture, out uidValidity)
            && uint.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out uid);
    }

    private static InvalidRequestException NotOurs(string id) =>
        new("InvalidMessageId", $"'{id}' isn't the ID of an IMAP message (UIDVALIDITY.UID).") { Target = id };
}
