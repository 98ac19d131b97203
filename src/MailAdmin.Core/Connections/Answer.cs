using System.Text.RegularExpressions;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Core.Connections;

/// <summary>What follows from a message for its answer: who gets it, the subject, and the thread.</summary>
/// <param name="original">What is answered.</param>
/// <param name="connection">The mailbox that answers.</param>
/// <param name="toAll">Whether all its recipients get the answer.</param>
internal sealed partial class Answer(MailboxMessage original, MailboxConnection connection, bool toAll)
{
    /// <summary>Who gets it: where replies go, or who sent it; all its other recipients when all are to get it.</summary>
    public IReadOnlyList<EmailAddress> To
    {
        get
        {
            var sender = original.ReplyTo.Length > 0 ? original.ReplyTo : new[] { original.From }.OfType<EmailAddress>();
            return Distinct(toAll ? [.. sender, .. Others(original.To)] : sender, []);
        }
    }

    /// <summary>Who gets a copy.</summary>
    public IReadOnlyList<EmailAddress> Cc => toAll ? Distinct(Others(original.Cc), To) : [];

    /// <summary>Its subject: with a prefix, unless there is one already in whatever language.</summary>
    public string Subject
    {
        get
        {
            // It is what somebody else wrote: nothing in it may begin another header field.
            var subject = string.Concat(original.Subject.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c));
            return Prefix().IsMatch(subject) ? subject : $"Re: {subject}";
        }
    }

    /// <summary>What is said of it to who sends the answer.</summary>
    public AnsweredMessage Answers => new(
        IsInMailbox ? original.Id : null, original.InternetMessageId, References(), toAll);

    /// <summary>Whether Graph finds what is answered in the mailbox that answers.</summary>
    private bool IsInMailbox => connection.Protocol == MailProtocol.Graph
        && original.Connection is { Protocol: MailProtocol.Graph } read
        && read.TenantId.Equals(connection.TenantId, StringComparison.OrdinalIgnoreCase)
        && read.Mailbox.Equals(connection.Mailbox, StringComparison.OrdinalIgnoreCase);

    /// <summary>The thread so far, if it is at hand: from the header, or from the file of a received message.</summary>
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
