namespace MailAdmin.Core.Imap;

/// <summary>How far a batch of messages is.</summary>
internal enum BatchPhase
{
    /// <summary>Their envelopes and flags were asked for.</summary>
    Summaries,

    /// <summary>Some did not come, and were asked for without their envelopes, which may be what the server stumbles over.</summary>
    MissingSummaries,

    /// <summary>Their content was asked for.</summary>
    Content,

    /// <summary>The server refused to give the content of all; each was asked for by itself.</summary>
    SingleContent,

    /// <summary>Nothing is left to do.</summary>
    Done,
}

/// <summary>
/// Some messages on their way: one command asks for many, so that the round trips do not add up. What a phase asks for can be
/// sent again on another connection.
/// </summary>
/// <param name="uids">Which messages.</param>
/// <param name="items">What their summaries hold.</param>
internal sealed class MessageBatch(UidSet uids, FetchItems items)
{
    private readonly Dictionary<uint, MailboxMessage> _found = [];
    private readonly Dictionary<uint, MailboxMessage> _wanted = [];
    private readonly Dictionary<ImapCommand, UidSet> _commands = [];

    /// <summary>How far it is.</summary>
    public BatchPhase Phase { get; private set; } = BatchPhase.Summaries;

    /// <summary>True when summaries are expected.</summary>
    public bool IsListing => Phase is BatchPhase.Summaries or BatchPhase.MissingSummaries;

    /// <summary>How many messages were found so far.</summary>
    public int FoundCount => _found.Count;

    /// <summary>How many messages it was made for.</summary>
    public long Count { get; } = uids.Count;

    /// <summary>Whether a command is one of its own.</summary>
    /// <param name="command">Which.</param>
    /// <returns>True when it is.</returns>
    public bool Owns(ImapCommand command) => _commands.ContainsKey(command);

    /// <summary>Sends what the phase asks for.</summary>
    /// <param name="connection">Where to.</param>
    public void Send(ImapConnection connection)
    {
        _commands.Clear();
        EndWhenEmpty();
        switch (Phase)
        {
            case BatchPhase.Summaries:
                Add(uids, set => ImapCommands.Fetch(set, items));
                break;
            case BatchPhase.MissingSummaries:
                Add(Missing(), static set => ImapCommands.Fetch(set, FetchItems.Flags | FetchItems.InternalDate | FetchItems.Size));
                break;
            case BatchPhase.Content:
                Add(new UidSet(_wanted.Keys.Order()), static set => ImapCommands.FetchContent(set));
                break;
            case BatchPhase.SingleContent:
                foreach (var uid in _wanted.Keys.Order())
                {
                    Add(new UidSet([uid]), static set => ImapCommands.FetchContent(set));
                }

                break;
        }

        void Add(UidSet set, Func<UidSet, ImapCommand> make) => _commands.Add(connection.Send(make(set)), set);
    }

    /// <summary>Notes a summary, if it is one of this batch.</summary>
    /// <param name="uid">The message.</param>
    /// <param name="message">Its summary.</param>
    public void Note(uint uid, Func<MailboxMessage> message)
    {
        if (IsListing && uids.Contains(uid))
        {
            _found.TryAdd(uid, message());
        }
    }

    /// <summary>Ends a command of the summaries.</summary>
    /// <returns>True when nothing is missing, or was asked for twice.</returns>
    public bool EndSummaries()
    {
        if (Phase == BatchPhase.Summaries && _found.Count < Count)
        {
            Phase = BatchPhase.MissingSummaries;
            return false;
        }

        return true;
    }

    /// <summary>Gives the messages that were found, and forgets them.</summary>
    /// <param name="descending">Highest UID first.</param>
    /// <returns>The messages with their UIDs.</returns>
    public IEnumerable<KeyValuePair<uint, MailboxMessage>> TakeFound(bool descending)
    {
        var found = descending ? _found.OrderByDescending(static f => f.Key).ToArray() : [.. _found.OrderBy(static f => f.Key)];
        _found.Clear();
        return found;
    }

    /// <summary>Goes on to the content.</summary>
    /// <param name="wanted">The messages whose content is wanted; none ends the batch.</param>
    public void BeginContent(IEnumerable<KeyValuePair<uint, MailboxMessage>> wanted)
    {
        foreach (var (uid, message) in wanted)
        {
            _wanted.Add(uid, message);
        }

        Phase = _wanted.Count > 0 ? BatchPhase.Content : BatchPhase.Done;
    }

    /// <summary>The message whose content is expected.</summary>
    /// <param name="uid">Its UID.</param>
    /// <returns>Null when it is not, or came already.</returns>
    public MailboxMessage? Expected(uint uid) => _wanted.GetValueOrDefault(uid);

    /// <summary>A message is dealt with.</summary>
    /// <param name="uid">Its UID.</param>
    public void Remove(uint uid)
    {
        _wanted.Remove(uid);
        EndWhenEmpty();
    }

    /// <summary>Ends a command of the content.</summary>
    /// <param name="command">The command.</param>
    /// <param name="refused">Whether the server said NO or BAD.</param>
    /// <returns>The messages that it did not bring and that will not come; none when they are to be asked for one by one.</returns>
    public IReadOnlyList<MailboxMessage> EndContent(ImapCommand command, bool refused)
    {
        if (!_commands.Remove(command, out var asked))
        {
            return [];
        }

        var absent = asked.Where(_wanted.ContainsKey).ToArray();
        if (refused && Phase == BatchPhase.Content && absent.Length > 1)
        {
            Phase = BatchPhase.SingleContent;
            return [];
        }

        var messages = Array.ConvertAll(absent, uid => _wanted[uid]);
        Array.ForEach(absent, uid => _wanted.Remove(uid));
        EndWhenEmpty();
        return messages;
    }

    /// <summary>Those that have not come; all of them when only the end of the answer is missing.</summary>
    private UidSet Missing() => _found.Count < Count ? new(uids.Where(uid => !_found.ContainsKey(uid))) : uids;

    private void EndWhenEmpty()
    {
        if (!IsListing && _wanted.Count == 0 && _commands.Count == 0)
        {
            Phase = BatchPhase.Done;
        }
    }
}
