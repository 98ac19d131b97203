using MailKit;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// Messages whose summaries are asked for with one command. Those that do not come (the server stumbles over their envelope, or
/// it is too large) are asked for once more, without their envelopes; those that still do not come are gone.
/// </summary>
/// <param name="uids">Which messages.</param>
/// <param name="items">What their summaries hold.</param>
internal sealed class SummaryBatch(IReadOnlyList<UniqueId> uids, MessageSummaryItems items)
{
    private const MessageSummaryItems Essential = MessageSummaryItems.UniqueId | MessageSummaryItems.Flags
        | MessageSummaryItems.InternalDate | MessageSummaryItems.Size;

    private readonly HashSet<uint> _wanted = [.. uids.Select(static uid => uid.Id)];
    private readonly Dictionary<uint, MailboxMessage> _found = [];

    // Those after which a connection was lost: the next one may be what kills it.
    private readonly HashSet<uint> _suspects = [];
    private bool _isAskedAgain;

    /// <summary>Asks for what is missing, until no more can be expected.</summary>
    /// <param name="client">On which connection.</param>
    /// <param name="folder">The folder, which is open.</param>
    /// <param name="message">Makes the message from what came.</param>
    /// <param name="cancellationToken">Ends it, and the connection.</param>
    /// <returns>When it is complete.</returns>
    /// <exception cref="ServiceRefusedException">The server gave nothing, twice.</exception>
    public async Task BringAsync(
        MailAdminImapClient client, StreamingFolder folder, Func<IMessageSummary, MailboxMessage> message,
        CancellationToken cancellationToken)
    {
        folder.Summaries = summary => Note(summary, message);
        try
        {
            await AskAsync(client, folder, _suspects.Contains, Essential, cancellationToken).ConfigureAwait(false);
            if (!_isAskedAgain)
            {
                await TryAsync(client, folder, items, cancellationToken).ConfigureAwait(false);
                _isAskedAgain = true;
            }

            if (Missing(static _ => true).Count > 0
                && await TryAsync(client, folder, Essential, cancellationToken).ConfigureAwait(false) is { } refusal
                && _found.Count == 0)
            {
                throw refusal;
            }
        }
        catch (ConnectionLostException e)
            when (e.InnerException is MailKit.Net.Imap.ImapProtocolException or InvalidDataException)
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

    /// <summary>How many were found.</summary>
    public int Count => _found.Count;

    /// <summary>Gives what was found.</summary>
    /// <param name="descending">Highest UID first.</param>
    /// <returns>The messages with their UIDs.</returns>
    public IEnumerable<KeyValuePair<uint, MailboxMessage>> Found(bool descending) => descending
        ? _found.OrderByDescending(static found => found.Key)
        : _found.OrderBy(static found => found.Key);

    private async Task<ServiceRefusedException?> TryAsync(
        MailAdminImapClient client, StreamingFolder folder, MessageSummaryItems what, CancellationToken cancellationToken)
    {
        try
        {
            await AskAsync(client, folder, static _ => true, what, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (ServiceRefusedException e) when (e.Code != "THROTTLED" && !client.IsBroken)
        {
            return e;
        }
    }

    private async Task AskAsync(
        MailAdminImapClient client, StreamingFolder folder, Func<uint, bool> which, MessageSummaryItems what,
        CancellationToken cancellationToken)
    {
        var missing = Missing(which);
        if (missing.Count > 0)
        {
            await client.DoAsync(
                "UID FETCH", token => folder.FetchAsync(missing, new FetchRequest(what), token), cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private List<UniqueId> Missing(Func<uint, bool> which) =>
        [.. uids.Where(uid => !_found.ContainsKey(uid.Id) && which(uid.Id)).OrderBy(static uid => uid.Id)];

    /// <summary>
    /// Notes a summary. What is none is news about flags, which nobody asked for; what is marked \Deleted is gone.
    /// </summary>
    private void Note(IMessageSummary summary, Func<IMessageSummary, MailboxMessage> message)
    {
        if (summary.UniqueId.IsValid && _wanted.Contains(summary.UniqueId.Id) && summary.Size is not null
            && summary.Flags?.HasFlag(MailKit.MessageFlags.Deleted) != true)
        {
            _found.TryAdd(summary.UniqueId.Id, message(summary));
        }
    }
}
