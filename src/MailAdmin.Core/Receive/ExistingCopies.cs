using MailAdmin.Core.Base;
using MailAdmin.Core.Mail;

namespace MailAdmin.Core.Receive;

/// <summary>
/// Finds the copies that an interrupted run created before it could process the messages, so that they aren't copied again.
/// Copies are found by Message-ID and arrival time, which a copy keeps (IMAP: RFC 9051 section 6.4.7).
/// </summary>
internal static class ExistingCopies
{
    /// <summary>Finds them.</summary>
    /// <param name="store">The mailbox.</param>
    /// <param name="target">The folder of the copies.</param>
    /// <param name="messages">The messages to copy.</param>
    /// <returns>The ids of the messages that have their copy.</returns>
    public static async Task<IReadOnlySet<string>> FindAsync(
        IMailStore store, MailFolder target, IEnumerable<MailboxMessage> messages, CancellationToken cancellationToken)
    {
        // A message with a new file was never received before. Without files, that is unknown.
        var doubtful = messages
            .Where(m => m.InternetMessageId is not null
                && m is not ReceivedMessage { Path: not null, Redelivered: false }).ToArray();
        if (doubtful.Length == 0)
        {
            return new HashSet<string>();
        }

        var hasTimes = Array.TrueForAll(doubtful, static m => m.ReceivedAt is not null);
        var query = new MessageQuery
        {
            Since = hasTimes ? doubtful.Min(static m => m.ReceivedAt) : null,
            Before = hasTimes ? doubtful.Max(static m => m.ReceivedAt)?.AddSeconds(1) : null,
        };
        var copies = new Dictionary<(string? MessageId, DateTimeOffset? ReceivedAt), int>();
        try
        {
            await foreach (var copy in store.GetMessagesAsync(target, query, cancellationToken).ConfigureAwait(false))
            {
                copies[Key(copy)] = copies.GetValueOrDefault(Key(copy)) + 1;
            }
        }
        catch (ServiceRefusedException e) when (e.Code == ImapCodes.MessageUnreadable)
        {
            // What can't be read isn't known to be a copy, and one such message must not keep the others from being received.
            VerboseLog.Write(e.Message);
        }

        // Two messages can be alike, so each copy matches only one of them.
        return doubtful.Where(m => copies.GetValueOrDefault(Key(m)) > 0 && copies[Key(m)]-- > 0).Select(m => m.Id)
            .ToHashSet(StringComparer.Ordinal);
    }

    private static (string? MessageId, DateTimeOffset? ReceivedAt) Key(MailboxMessage message) =>
        (message.InternetMessageId, message.ReceivedAt?.ToUniversalTime());
}
