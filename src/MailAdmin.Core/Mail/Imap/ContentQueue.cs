namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// The messages whose content is wanted, in their order. One command asks for many, and the next one is sent when the last
/// message of the one before has begun: servers may carry out commands side by side (RFC 9051 section 5.5; Dovecot even prefers
/// the newer), and then the messages would not come oldest first.
/// </summary>
/// <param name="section">What of each message: nothing for all of it.</param>
/// <param name="largest">Messages in one command, at most.</param>
/// <param name="ranges">Ranges in one command, at most.</param>
internal sealed class ContentQueue(string section, int largest, int ranges)
{
    private readonly Dictionary<uint, MailboxMessage> _expected = [];
    private readonly Queue<uint> _order = new();
    private readonly LinkedList<UidSet> _again = new();
    private readonly List<(ImapCommand Command, UidSet Uids)> _sent = [];
    private UidSet _fresh = new();
    private int _remaining;

    /// <summary>How many messages are still to come.</summary>
    public int Count => _expected.Count;

    /// <summary>Adds messages after those that are there.</summary>
    /// <param name="messages">With their UIDs, ascending.</param>
    public void Add(IEnumerable<KeyValuePair<uint, MailboxMessage>> messages)
    {
        foreach (var (uid, message) in messages)
        {
            _expected.Add(uid, message);
            _order.Enqueue(uid);
            _fresh.Add(uid);
        }
    }

    /// <summary>Asks for more, if it is time.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="lastHasBegun">Whether a message is just arriving.</param>
    /// <param name="moreToCome">Whether messages will be added.</param>
    public void Send(ImapConnection connection, bool lastHasBegun, bool moreToCome)
    {
        while (_remaining <= (lastHasBegun ? 1 : 0) && Next(moreToCome) is { } next)
        {
            var uids = new UidSet(next.Where(_expected.ContainsKey));
            if (!uids.IsEmpty)
            {
                _sent.Add((connection.Send(ImapCommands.FetchContent(uids, section)), uids));
                _remaining += (int)uids.Count;
            }
        }
    }

    /// <summary>
    /// Between two commands the line is idle for a round trip, less the time that the last message takes. So each asks for all that is waiting
    /// by then, and one that others follow ends with the largest of its second half.
    /// </summary>
    private UidSet? Next(bool moreToCome)
    {
        if (_again.First is { } again)
        {
            _again.RemoveFirst();
            return again.Value;
        }

        var next = _fresh.Chunk(largest, largest, ranges, descending: false).FirstOrDefault();
        if (next is null)
        {
            return null;
        }

        var last = moreToCome || next.Count < _fresh.Count ? next.Skip((int)next.Count / 2).Aggregate((a, b) => SizeOf(b) >= SizeOf(a) ? b : a) : next.Highest;
        _fresh = new UidSet(_fresh.Where(uid => uid > last));
        return new UidSet(next.Where(uid => uid <= last));

        long SizeOf(uint uid) => _expected.GetValueOrDefault(uid)?.Size ?? 0;
    }

    /// <summary>The connection is gone: what was asked for and did not come is asked for again, first.</summary>
    public void Reset()
    {
        for (var i = _sent.Count - 1; i >= 0; i--)
        {
            _again.AddFirst(_sent[i].Uids);
        }

        _sent.Clear();
        _remaining = 0;
    }

    /// <summary>The message whose content is expected.</summary>
    /// <param name="uid">Its UID.</param>
    /// <returns>Null when it is not, or came already.</returns>
    public MailboxMessage? Expected(uint uid) => _expected.GetValueOrDefault(uid);

    /// <summary>Whether a message before another is still to come.</summary>
    /// <param name="uid">The other's UID.</param>
    /// <returns>True when one is.</returns>
    public bool HasBefore(uint uid) => Lowest is { } lowest && lowest < uid;

    /// <summary>The message that comes next, if it was asked for.</summary>
    public MailboxMessage? Coming => _remaining > 0 && Lowest is { } lowest ? _expected[lowest] : null;

    private uint? Lowest
    {
        get
        {
            while (_order.TryPeek(out var first))
            {
                if (_expected.ContainsKey(first))
                {
                    return first;
                }

                _order.Dequeue();
            }

            return null;
        }
    }

    /// <summary>A message is dealt with.</summary>
    /// <param name="uid">Its UID.</param>
    public void Remove(uint uid)
    {
        if (_expected.Remove(uid) && _sent.Count > 0)
        {
            _remaining--;
        }
    }

    /// <summary>A command has ended.</summary>
    /// <param name="command">Which; perhaps not one of these.</param>
    /// <param name="refused">Whether the server said NO or BAD.</param>
    /// <returns>
    /// The messages that will not come. When a command for several is refused there are none: then it is asked for each half of
    /// them, until it is known which one the server cannot give.
    /// </returns>
    public IReadOnlyList<MailboxMessage> End(ImapCommand command, bool refused)
    {
        var at = _sent.FindIndex(sent => sent.Command == command);
        if (at < 0)
        {
            return [];
        }

        var absent = _sent[at].Uids.Where(_expected.ContainsKey).ToArray();
        _sent.RemoveAt(at);
        _remaining -= absent.Length;
        if (refused && absent.Length > 1)
        {
            _again.AddFirst(new UidSet(absent[(absent.Length / 2)..]));
            _again.AddFirst(new UidSet(absent[..(absent.Length / 2)]));
            return [];
        }

        var messages = Array.ConvertAll(absent, uid => _expected[uid]);
        Array.ForEach(absent, uid => _expected.Remove(uid));
        return messages;
    }
}
