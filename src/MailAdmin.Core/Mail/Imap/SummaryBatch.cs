using MailKit;
using MailKit.Net.Imap;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// Messages whose summaries are asked for with one command. Those that do not come (the server stumbles over their envelope, or
/// it is too large) are asked for once more, without their envelopes; those that still do not come are gone, or can't be read.
/// </summary>
/// <param name="uids">Which messages, in ascending order.</param>
/// <param name="items">What their summaries hold.</param>
internal sealed class SummaryBatch(IReadOnlyList<UniqueId> uids, MessageSummaryItems items)
{
    private const int MostNotes = 100_000;

    private const MessageSummaryItems Essential = MessageSummaryItems.UniqueId | MessageSummaryItems.Flags
        | MessageSummaryItems.InternalDate | MessageSummaryItems.Size;

    private readonly HashSet<uint> _wanted = [.. uids.Select(static uid => uid.Id)];
    private readonly SortedDictionary<uint, MailboxMessage> _found = [];

    // Those after which a connection was lost: the next one may be what kills it.
    private readonly HashSet<uint> _suspects = [];
    private readonly HashSet<uint> _deleted = [];
    private bool _hasAsked;
    private int _noted;

    /// <summary>What was found, with UIDs, in ascending order.</summary>
    public IReadOnlyDictionary<uint, MailboxMessage> Found => _found;

    /// <summary>The UIDs of which nothing came; what is marked \Deleted is none of them.</summary>
    public IEnumerable<uint> Absent => Missing(uid => !_deleted.Contains(uid)).Select(static uid => uid.Id);

    /// <summary>Asks for what is missing, until no more can be expected.</summary>
    /// <param name="folder">The folder, which is open.</param>
    /// <param name="message">Makes the message from what came.</param>
    /// <exception cref="ServiceRefusedException">The server gave nothing, twice.</exception>
    public async Task BringAsync(
        MailAdminImapClient client, StreamingFolder folder, Func<IMessageSummary, MailboxMessage> message,
        CancellationToken cancellationToken)
    {
        folder.Summaries = summary => Note(summary, message);
        try
        {
            await AskAsync(client, folder, _suspects.Contains, Essential, cancellationToken).ConfigureAwait(false);
            if (!_hasAsked)
            {
                await AskAsync(client, folder, static _ => true, items, cancellationToken).ConfigureAwait(false);
                _hasAsked = true;
            }

            var refusal = await AskAsync(
                client, folder, static _ => true, Essential, cancellationToken).ConfigureAwait(false);
            if (refusal is not null && _found.Count == 0)
            {
                throw refusal;
            }
        }
        catch (ConnectionLostException e) when (e.InnerException is ImapProtocolException or InvalidDataException)
        {
            // It was no network that failed: the first one that did not come is what could not be read.
            if (Missing(uid => !_suspects.Contains(uid)) is [var first, ..])
            {
                _suspects.Add(first.Id);
            }

            throw;
        }
        finally
        {
            folder.Summaries = null;
        }
    }

    /// <returns>What the server refused them with.</returns>
    private async Task<ServiceRefusedException?> AskAsync(
        MailAdminImapClient client, StreamingFolder folder, Func<uint, bool> which, MessageSummaryItems what,
        CancellationToken cancellationToken)
    {
        var missing = Missing(which);
        try
        {
            if (missing.Length > 0)
            {
                await client.DoAsync(
                    "UID FETCH", token => folder.FetchAsync(missing, new FetchRequest(what), token), cancellationToken)
                    .ConfigureAwait(false);
            }

            return null;
        }
        catch (ServiceRefusedException e) when (e.Code != ImapCodes.Throttled && !client.IsBroken)
        {
            return e;
        }
    }

    private UniqueId[] Missing(Func<uint, bool> which) =>
        [.. uids.Where(uid => !_found.ContainsKey(uid.Id) && which(uid.Id))];

    /// <summary>
    /// Notes a summary. What is none is news about flags, which nobody asked for; what is marked \Deleted is gone.
    /// </summary>
    private void Note(IMessageSummary summary, Func<IMessageSummary, MailboxMessage> message)
    {
        if (++_noted > MostNotes)
        {
            // MailKit keeps them all.
            throw new ImapProtocolException("the server tells of messages without end");
        }

        if (!summary.UniqueId.IsValid || !_wanted.Contains(summary.UniqueId.Id))
        {
            return;
        }

        if (summary.Flags?.HasFlag(MailKit.MessageFlags.Deleted) == true)
        {
            _deleted.Add(summary.UniqueId.Id);
        }
        else if (summary.Size is not null)
        {
            _found.TryAdd(summary.UniqueId.Id, message(summary));
        }
    }
}
