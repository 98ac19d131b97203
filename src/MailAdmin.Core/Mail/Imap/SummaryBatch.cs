namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// Messages whose summaries were asked for with one command. Those that do not come (their envelope is too large, or the server
/// stumbles over it) are asked for once more, without their envelopes; those that still do not come are gone.
/// </summary>
/// <param name="uids">Which messages.</param>
/// <param name="items">What their summaries hold.</param>
internal sealed class SummaryBatch(UidSet uids, FetchItems items)
{
    private const FetchItems Essential = FetchItems.Flags | FetchItems.InternalDate | FetchItems.Size;
    private readonly Dictionary<uint, MailboxMessage> _found = [];
    private FetchItems _items = items;

    /// <summary>The command that is under way.</summary>
    public ImapCommand? Command { get; private set; }

    /// <summary>True when no more can be expected.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>How many messages it was made for.</summary>
    public long Count { get; } = uids.Count;

    /// <summary>Asks for what is missing, on a new connection once more.</summary>
    /// <param name="connection">Where.</param>
    public void Send(ImapConnection connection)
    {
        if (!IsComplete)
        {
            var missing = _found.Count == 0 ? uids : new UidSet(uids.Where(uid => !_found.ContainsKey(uid)));
            Command = connection.Send(ImapCommands.Fetch(missing, _items));
        }
    }

    /// <summary>
    /// Notes a summary, if it is one of this batch. The last one completes it: the end of the command tells nothing more, and
    /// Dovecot keeps it back while other commands are under way.
    /// </summary>
    /// <param name="uid">The message.</param>
    /// <param name="message">Makes its summary.</param>
    public void Note(uint uid, Func<MailboxMessage> message)
    {
        if (!IsComplete && uids.Contains(uid) && !_found.ContainsKey(uid))
        {
            _found.Add(uid, message());
            IsComplete = _found.Count == Count;
        }
    }

    /// <summary>The command has ended.</summary>
    /// <param name="connection">Where to ask for what is missing.</param>
    /// <param name="refusal">Why the server did not want to; null when it did.</param>
    /// <exception cref="ServiceRefusedException">It gave nothing, twice.</exception>
    public void End(ImapConnection connection, ServiceRefusedException? refusal)
    {
        if (!IsComplete && _items != Essential)
        {
            _items = Essential;
            Send(connection);
            return;
        }

        if (refusal is not null && _found.Count == 0)
        {
            throw refusal;
        }

        IsComplete = true;
    }

    /// <summary>Gives what was found.</summary>
    /// <param name="descending">Highest UID first.</param>
    /// <returns>The messages with their UIDs.</returns>
    public IEnumerable<KeyValuePair<uint, MailboxMessage>> Found(bool descending) => descending
        ? _found.OrderByDescending(static found => found.Key)
        : _found.OrderBy(static found => found.Key);
}
