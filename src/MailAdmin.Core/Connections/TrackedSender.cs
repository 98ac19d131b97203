using MailAdmin.Core.Base;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Core.Connections;

/// <summary>
/// Sends each message once, even if a run is interrupted. The Message-ID is recorded before a message is sent. A message that was
/// being sent is looked for in Sent Items. If that isn't possible, the message isn't sent again and is reported.
/// </summary>
/// <param name="sender">Sends.</param>
/// <param name="ledger">The record, which the caller disposes.</param>
/// <param name="connection">The mailbox.</param>
internal sealed class TrackedSender(IMailSender sender, SendLedger ledger, MailboxConnection connection) : IMailSender
{
    /// <summary>The time until an accepted message is in Sent Items. The delay isn't documented; this is a long one.</summary>
    private static readonly TimeSpan SentItemsDelay = TimeSpan.FromMinutes(5);

    private readonly TimeProvider _time = MailboxAccess.TimeOf(connection);

    /// <inheritdoc/>
    public async Task<SentMessage> SendAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        message.Check();
        var key = await ledger.KeyOfAsync(connection.Mailbox, message, cancellationToken).ConfigureAwait(false);
        var earlier = ledger.Find(key);
        if (earlier is { } found)
        {
            var wasSent = found.IsSent
                ? true : await WasSentAsync(found.MessageId, found.At, message, cancellationToken).ConfigureAwait(false);
            if (wasSent == true && !found.IsSent)
            {
                ledger.Took(key, found.MessageId, _time.GetUtcNow());
            }

            if (wasSent != false)
            {
                return Describe(message, found.MessageId, found.At, wasSent == true);
            }

            VerboseLog.Write($"'{message.Subject}' was being sent when an earlier run was interrupted, and isn't in "
                + "Sent Items.");
        }

        // With the same Message-ID, so that a recipient who gets it twice recognizes one message.
        var id = earlier?.MessageId ?? MessageIdOf(message);
        var isNoted = false;
        SentMessage sent;
        try
        {
            sent = await sender.SendAsync(
                message with { MessageId = id, Submitting = Note }, cancellationToken).ConfigureAwait(false);
        }
        catch (MailAdminException e) when (isNoted && !e.IsOutcomeUnknown)
        {
            NoteRefusal(key, id);
            throw;
        }

        ledger.Took(key, id, _time.GetUtcNow());
        return sent;

        void Note()
        {
            ledger.Begin(key, id, _time.GetUtcNow());
            isNoted = true;
            message.Submitting?.Invoke();
        }
    }

    /// <inheritdoc/>
    public Task<bool?> WasSentAsync(string messageId, CancellationToken cancellationToken) =>
        sender.WasSentAsync(messageId, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => sender.DisposeAsync();

    /// <summary>Returns whether an interrupted message was sent; null if it's unknown, or not known yet.</summary>
    private async Task<bool?> WasSentAsync(
        string id, DateTimeOffset at, OutgoingMessage message, CancellationToken cancellationToken)
    {
        // The server keeps no copy, or the file's own Message-ID can be that of another copy.
        if ((!message.SaveToSentItems && connection.Protocol == MailProtocol.Graph) || OwnMessageId(message) is not null)
        {
            return null;
        }

        var wasSent = await sender.WasSentAsync(id, cancellationToken).ConfigureAwait(false);
        if (wasSent == false && _time.GetUtcNow() - at < SentItemsDelay)
        {
            VerboseLog.Write($"'{message.Subject}' isn't in Sent Items yet. This is conclusive after "
                + $"{UtcText.Minutes(at + SentItemsDelay)}.");
            return null;
        }

        return wasSent;
    }

    /// <summary>Reports the refusal as the error, even if it can't be recorded. Then the next run checks again.</summary>
    private void NoteRefusal(string key, string id)
    {
        try
        {
            ledger.Refused(key, id, _time.GetUtcNow());
        }
        catch (InvalidRequestException e)
        {
            VerboseLog.Write(e.Message);
        }
    }

    private static string? OwnMessageId(OutgoingMessage message) =>
        message.Mime is null ? null : RawMessage.Of(message.Mime).MessageId;

    private string MessageIdOf(OutgoingMessage message) => OwnMessageId(message)
        ?? OutgoingMime.NewMessageId(connection.PrimarySmtpAddress ?? connection.Mailbox);

    private SentMessage Describe(OutgoingMessage message, string id, DateTimeOffset at, bool isSent) => new()
    {
        Mailbox = connection.Mailbox,
        InternetMessageId = id,
        Status = isSent ? SendStatus.SentEarlier : SendStatus.Unknown,
        From = message.From,
        To = [.. message.To],
        Cc = [.. message.Cc],
        Bcc = [.. message.Bcc],
        ReplyTo = [.. message.ReplyTo],
        Subject = message.Subject,
        Importance = message.Importance,
        Attachment = [.. message.Attachments.Select(OutgoingAttachment.Describe)],
        SentAt = at,
        Change = ChangeKind.Unchanged,
    };
}
