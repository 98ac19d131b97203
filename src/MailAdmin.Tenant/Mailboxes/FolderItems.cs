using System.Collections;

namespace MailAdmin.Tenant.Mailboxes;

/// <summary>
/// Represents the messages of a folder, in the order of their arrival: by ascending <see cref="Item.Uid"/>. Frequent operations
/// (the next page by time, the changes since a version, adding or removing a message) don't read the other messages, so they take
/// the same time in a large folder as in a small one.
/// </summary>
internal sealed class FolderItems : IReadOnlyList<Item>
{
    private static readonly IComparer<Item> Chronology = Comparer<Item>.Create(
        (a, b) => Second(a.ReceivedAt).CompareTo(Second(b.ReceivedAt)) is var order and not 0 ? order : a.Uid.CompareTo(b.Uid));

    private readonly List<Item> _byUid = [];
    private readonly List<Item> _byTime = [];

    /// <summary>Each change, oldest first; one that a later change of the same message follows counts for nothing.</summary>
    private readonly List<(long Version, Item Item)> _changes = [];

    public int Count => _byUid.Count;

    /// <summary>The number of unread messages.</summary>
    public int Unread { get; private set; }

    public Item this[int index] => _byUid[index];

    public void Add(Item item)
    {
        _byUid.Add(item);
        Insert(item);
        Unread += item.IsRead ? 0 : 1;
    }

    public void Remove(Item item)
    {
        _byUid.RemoveAt(IndexOf(item.Uid));
        _byTime.RemoveAt(_byTime.BinarySearch(item, Chronology));
        Unread -= item.IsRead ? 0 : 1;
    }

    /// <summary>Notes that a message was marked as read, or as not.</summary>
    public void Mark(bool isRead) => Unread += isRead ? -1 : 1;

    /// <summary>Gives a message another time.</summary>
    public void Retime(Item item, Action change)
    {
        _byTime.RemoveAt(_byTime.BinarySearch(item, Chronology));
        change();
        Insert(item);
    }

    /// <summary>Notes that a message has a new version.</summary>
    public void Touch(Item item)
    {
        _changes.Add((item.Version, item));
        if (_changes.Count > (2 * Count) + 64)
        {
            _changes.RemoveAll(c => !IsLast(c));
        }
    }

    /// <summary>Returns messages that were added or changed after a version of the mailbox, in that order.</summary>
    public IEnumerable<Item> ChangedSince(long version)
    {
        var (low, high) = (0, _changes.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _changes[middle].Version <= version ? (middle + 1, high) : (low, middle);
        }

        return _changes.Skip(low).Where(IsLast).Select(c => c.Item);
    }

    /// <summary>Those of larger UIDs.</summary>
    public IEnumerable<Item> After(uint uid)
    {
        var index = IndexOf(uid);
        return _byUid.Skip(index < 0 ? ~index : index + 1);
    }

    /// <summary>Returns the message with a UID; null if there is none.</summary>
    public Item? Find(uint uid) => IndexOf(uid) is var index and >= 0 ? _byUid[index] : null;

    /// <summary>Those received within bounds, in whole seconds as clients see them.</summary>
    /// <param name="from">The first second; null for the beginning.</param>
    /// <param name="to">The last second; null for the end.</param>
    /// <param name="newestFirst">Whether the newest one is first.</param>
    public IReadOnlyList<Item> Received(DateTimeOffset? from, DateTimeOffset? to, bool newestFirst) => new Slice(
        _byTime, from is { } first ? FirstOf(Second(first)) : 0, to is { } last ? FirstOf(Second(last) + 1) : _byTime.Count,
        newestFirst);

    public IEnumerator<Item> GetEnumerator() => _byUid.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static long Second(DateTimeOffset time) => time.UtcTicks / TimeSpan.TicksPerSecond;

    private bool IsLast((long Version, Item Item) change) =>
        change.Item.Version == change.Version && Find(change.Item.Uid) == change.Item;

    private void Insert(Item item)
    {
        var index = _byTime.BinarySearch(item, Chronology);
        _byTime.Insert(index < 0 ? ~index : index, item);
    }

    /// <summary>The index of the first message of a second, or of a later one.</summary>
    private int FirstOf(long second)
    {
        var (low, high) = (0, _byTime.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Second(_byTime[middle].ReceivedAt) < second ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>Returns the index of a UID; the complement of its insertion index if it doesn't exist.</summary>
    private int IndexOf(uint uid)
    {
        var (low, high) = (0, _byUid.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (_byUid[middle].Uid == uid)
            {
                return middle;
            }

            (low, high) = _byUid[middle].Uid < uid ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }

    /// <summary>A part of a list, forwards or backwards, whose items are counted and found without going through it.</summary>
    private sealed class Slice(List<Item> list, int start, int end, bool isBackwards) : IReadOnlyList<Item>
    {
        public int Count => Math.Max(0, end - start);

        public Item this[int index] => list[isBackwards ? end - 1 - index : start + index];

        public IEnumerator<Item> GetEnumerator()
        {
            for (var i = 0; i < Count; i++)
            {
                yield return this[i];
            }
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
