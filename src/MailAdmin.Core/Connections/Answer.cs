using System.Text.RegularExpressions;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Core.Connections;

/// <summary>Derives the recipients, the subject, and the thread of a reply from the original message.</summary>
/// <param name="original">The original message.</param>
/// <param name="connection">The mailbox that answers.</param>
/// <param name="toAll">Whether all its recipients get the answer.</param>
internal sealed partial class Answer(MailboxMessage original, MailboxConnection connection, bool toAll)
{
    /// <summary>
    /// Returns the To recipients: the Reply-To addresses, or the sender; for a reply to all, also the other recipients.
    /// </summary>
    public IReadOnlyList<EmailAddress> To
    {
        get
        {
            var sender = original.ReplyTo.Length > 0 ? original.ReplyTo : new[] { original.From }.OfType<EmailAddress>();
            return Distinct(toAll ? [.. sender, .. Others(original.To)] : sender, []);
        }
    }

    /// <summary>Returns the Cc recipients.</summary>
    public IReadOnlyList<EmailAddress> Cc => toAll ? Distinct(Others(original.Cc), To) : [];

    /// <summary>Returns the subject: with a prefix, unless it has one in any language.</summary>
    public string Subject
    {
        get
        {
            // The text is from the sender of the original: it must not start another header field.
            var subject = string.Concat(original.Subject.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c));
            return Prefix().IsMatch(subject) ? subject : $"Re: {subject}";
        }
    }

    /// <summary>Returns remarks for the sender of the reply.</summary>
    public AnsweredMessage Answers => new(
        IsInMailbox ? original.Id : null, original.InternetMessageId, References(), toAll);

    /// <summary>Returns whether Graph finds the original message in the mailbox that replies.</summary>
    private bool IsInMailbox => connection.Protocol == MailProtocol.Graph
        && original.Connection is { Protocol: MailProtocol.Graph } read
        && read.TenantId.Equals(connection.TenantId, StringComparison.OrdinalIgnoreCase)
        && read.Mailbox.Equals(connection.Mailbox, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Returns the References of the thread, if available: from the header, or from the file of a received message.
    /// </summary>
    private IReadOnlyList<string> References()
    {
        var field = original.InternetHeader?.FirstOrDefault(
            h => h.Name.Equals("References", StringComparison.OrdinalIgnoreCase))?.Value;
        if (field is null && original is ReceivedMessage { Path: { } path } && File.Exists(path))
        {
            field = ReadReferences(path);
        }

        return OutgoingMime.ReadIds(field);
    }

    private static string? ReadReferences(string path)
    {
        try
        {
            return RawMessage.Of(OutgoingAttachment.Of(path)).References;
        }
        catch (InvalidRequestException e)
        {
            Base.VerboseLog.Write($"Can't read the thread from '{path}': {e.Message}");
            return null;
        }
    }

    private IEnumerable<EmailAddress> Others(IEnumerable<EmailAddress> addresses) => addresses.Where(a => !IsOwn(a));

    private bool IsOwn(EmailAddress address) => new[]
    {
        connection.Mailbox, connection.PrimarySmtpAddress, connection.UserPrincipalName, original.Mailbox,
    }.Contains(address.Address, StringComparer.OrdinalIgnoreCase);

    private static EmailAddress[] Distinct(IEnumerable<EmailAddress> addresses, IReadOnlyList<EmailAddress> without) =>
    [
        .. addresses.DistinctBy(a => a.Address, StringComparer.OrdinalIgnoreCase)
            .Where(a => !without.Any(w => w.Address.Equals(a.Address, StringComparison.OrdinalIgnoreCase))),
    ];

    /// <summary>Re: and its like in other languages, with or without a number.</summary>
    [GeneratedRegex(
        @"^\s*(re|aw|sv|antw|rif|ref|res|odp|vs|vá|ynt|ris|atb|回复|答复|返信)\s*(\[\d+\]|\(\d+\))?\s*[::]",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Prefix();
}
