using MailKit;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>The messages whose content is wanted, in their order, and in which pieces they are asked for.</summary>
internal sealed class ContentQueue
{
    private readonly Dictionary<uint, MailboxMessage> _expected = [];
    private readonly Queue<uint> _order = new();
    private readonly LinkedList<uint[]> _pieces = new();

    /// <summary>Adds messages after those that are there; they are asked for together.</summary>
    /// <param name="messages">With their UIDs, ascending.</param>
    public void Add(IReadOnlyCollection<KeyValuePair<uint, MailboxMessage>> messages)
    {
        foreach (var (uid, message) in messages)
        {
            _expected.Add(uid, message);
            _order.Enqueue(uid);
        }

        _pieces.AddLast([.. messages.Select(static message => message.Key)]);
    }

    /// <summary>What to ask for next: of the first piece what did not come yet.</summary>
    /// <returns>Null when nothing is left.</returns>
    public IList<UniqueId>? Next()
    {
        while (_pieces.First is { } piece)
        {
            var uids = piece.Value.Where(_expected.ContainsKey).Select(static uid => new UniqueId(uid)).ToArray();
            if (uids.Length > 0)
            {
                return uids;
            }

            _pieces.RemoveFirst();
        }

        return null;
    }

    /// <summary>The message whose content is expected.</summary>
    /// <param name="uid">Its UID.</param>
    /// <returns>Null when it is not, or came already.</returns>
    public MailboxMessage? Expected(uint uid) => _expected.GetValueOrDefault(uid);

    /// <summary>Whether a message before another is still to come.</summary>
    /// <param name="uid">The other's UID.</param>
    /// <returns>True when one is.</returns>
    public bool HasBefore(uint uid)
    {
        while (_order.TryPeek(out var first))
        {
            if (_expected.ContainsKey(first))
            {
                return first < uid;
            }

            _order.Dequeue();
        }

        return false;
    }

    /// <summary>A message is dealt with.</summary>
    /// <param name="uid">Its UID.</param>
    public void Remove(uint uid) => _expected.Remove(uid);

    /// <summary>The command for the first piece has ended.</summary>
    /// <param name="asked">What it asked for.</param>
    /// <param name="refused">Whether the server said NO or BAD.</param>
    /// <returns>
    /// The messages that will not come. When a command for several is refused there are none: then it is asked for each half of
    /// them, until it is known which one the server cannot give.
    /// </returns>
    public IReadOnlyList<KeyValuePair<uint, MailboxMessage>> End(IList<UniqueId> asked, bool refused)
    {
        var absent = asked.Select(static uid => uid.Id).Where(_expected.ContainsKey).ToArray();
        _pieces.RemoveFirst();
        if (refused && absent.Length > 1)
        {
            _pieces.AddFirst(absent[(absent.Length / 2)..]);
            _pieces.AddFirst(absent[..(absent.Length / 2)]);
            return [];
        }

        return Array.ConvertAll(absent, uid => KeyValuePair.Create(uid, _expected[uid]));
    }
}
