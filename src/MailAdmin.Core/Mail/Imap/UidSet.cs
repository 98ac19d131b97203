// Longer than 250 lines: one value type: its text (RFC 9051, uid-set), its ranges and what is done with them.
using System.Collections;
using System.Globalization;
using System.Text;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// A set of UIDs (RFC 9051 section 9, uid-set), held as ranges: 200,000 messages without gaps take 8 bytes.
/// </summary>
internal sealed class UidSet : IEnumerable<uint>
{
    private readonly int _limit;
    private Range[] _ranges = [];
    private int _count;
    private bool _sorted = true;

    /// <summary>Makes an empty set.</summary>
    /// <param name="limit">Ranges it may grow to (<see cref="ImapLimits.UidRanges"/>).</param>
    public UidSet(int limit = int.MaxValue) => _limit = limit;

    /// <summary>Makes a set.</summary>
    /// <param name="uids">What is in it.</param>
    public UidSet(IEnumerable<uint> uids) : this()
    {
        foreach (var uid in uids)
        {
            Add(uid, uid);
        }
    }

    private readonly record struct Range(uint First, uint Last);

    /// <summary>True when nothing is in it.</summary>
    public bool IsEmpty => _count == 0;

    /// <summary>How many UIDs are in it.</summary>
    public long Count
    {
        get
        {
            long n = 0;
            foreach (var range in Ranges)
            {
                n += (long)range.Last - range.First + 1;
            }

            return n;
        }
    }

    /// <summary>The highest one; 0 when nothing is in it.</summary>
    public uint Highest => Ranges is [.., var last] ? last.Last : 0;

    private ReadOnlySpan<Range> Ranges
    {
        get
        {
            Normalise();
            return _ranges.AsSpan(0, _count);
        }
    }

    /// <summary>Adds one.</summary>
    /// <param name="uid">The UID.</param>
    public void Add(uint uid) => Add(uid, uid);

    /// <summary>Adds a range, in whichever order its ends come.</summary>
    /// <param name="first">One end.</param>
    /// <param name="last">The other.</param>
    public void Add(uint first, uint last)
    {
        if (first > last)
        {
            (first, last) = (last, first);
        }

        if (_count > 0)
        {
            ref var tail = ref _ranges[_count - 1];
            if (first <= (ulong)tail.Last + 1 && last + 1UL >= tail.First)
            {
                // Reaching down, it may meet the ranges before it.
                _sorted &= first >= tail.First || _count == 1;
                tail = new Range(Math.Min(first, tail.First), Math.Max(last, tail.Last));
                return;
            }

            _sorted &= first > tail.Last;
        }

        if (_count == _ranges.Length)
        {
            Grow();
        }

        _ranges[_count++] = new Range(first, last);
    }

    /// <summary>Whether one is in it.</summary>
    /// <param name="uid">The UID.</param>
    /// <returns>True when it is.</returns>
    public bool Contains(uint uid)
    {
        var ranges = Ranges;
        int low = 0, high = ranges.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (uid < ranges[middle].First)
            {
                high = middle - 1;
            }
            else if (uid > ranges[middle].Last)
            {
                low = middle + 1;
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Cuts it into sets for one command each.</summary>
    /// <param name="size">UIDs in the first, at most; each next one may have four times as many.</param>
    /// <param name="largest">UIDs in each, at most.</param>
    /// <param name="ranges">Ranges in each, at most: they make the length of the command.</param>
    /// <param name="descending">Whether the highest come first.</param>
    /// <returns>The pieces; each is in ascending order within.</returns>
    public IEnumerable<UidSet> Chunk(int size, int largest, int ranges, bool descending)
    {
        Normalise();
        var piece = new UidSet();
        var room = (uint)Math.Min(size, largest);
        for (var i = 0; i < _count; i++)
        {
            var range = _ranges[descending ? _count - 1 - i : i];
            while (true)
            {
                var length = (ulong)range.Last - range.First + 1;
                var taken = (uint)Math.Min(room, length);
                piece.Add(descending ? range.Last - (taken - 1) : range.First, descending ? range.Last : range.First + (taken - 1));
                room -= taken;
                if (room == 0 || piece._count == ranges)
                {
                    yield return piece;
                    size = Math.Min(size * 4, largest);
                    (piece, room) = (new UidSet(), (uint)size);
                }

                if (taken == length)
                {
                    break;
                }

                range = descending ? range with { Last = range.Last - taken } : range with { First = range.First + taken };
            }
        }

        if (!piece.IsEmpty)
        {
            yield return piece;
        }
    }

    /// <summary>Reads "1:3,5" (RFC 9051, sequence-set without "*").</summary>
    /// <param name="text">The text.</param>
    /// <returns>The set; null when the text is not one.</returns>
    public static UidSet? Parse(ReadOnlySpan<byte> text)
    {
        var set = new UidSet();
        while (true)
        {
            if (!TryNumber(ref text, out var first))
            {
                return null;
            }

            var last = first;
            if (!text.IsEmpty && text[0] == ':')
            {
                text = text[1..];
                if (!TryNumber(ref text, out last))
                {
                    return null;
                }
            }

            set.Add(first, last);
            if (text.IsEmpty)
            {
                return set;
            }

            if (text[0] != ',')
            {
                return null;
            }

            text = text[1..];
        }
    }

    /// <inheritdoc/>
    public IEnumerator<uint> GetEnumerator()
    {
        Normalise();
        for (var i = 0; i < _count; i++)
        {
            var (first, last) = _ranges[i];
            for (ulong uid = first; uid <= last; uid++)
            {
                yield return (uint)uid;
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The set as a command takes it.</summary>
    /// <returns>Ranges, ascending: "1:3,5".</returns>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (first, last) in Ranges)
        {
            text.Append(text.Length == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $"{first}");
            if (last > first)
            {
                text.Append(CultureInfo.InvariantCulture, $":{last}");
            }
        }

        return text.ToString();
    }

    private static bool TryNumber(ref ReadOnlySpan<byte> text, out uint number)
    {
        var parsed = System.Buffers.Text.Utf8Parser.TryParse(text, out number, out var used) && number > 0;
        text = text[used..];
        return parsed;
    }

    private void Grow()
    {
        // Duplicates may be all there is to it: sort before giving up, at most once for each doubling.
        if (_count >= _limit)
        {
            Normalise();
            if (_count > _limit / 2)
            {
                throw new ImapProtocolException("the server's list of UIDs has too many gaps");
            }
        }
        else
        {
            Array.Resize(ref _ranges, (int)Math.Min(Math.Max(4, _count * 2L), _limit));
        }
    }

    private void Normalise()
    {
        if (_sorted)
        {
            return;
        }

        _ranges.AsSpan(0, _count).Sort(static (a, b) => a.First.CompareTo(b.First));
        var end = 0;
        for (var i = 1; i < _count; i++)
        {
            ref var tail = ref _ranges[end];
            var next = _ranges[i];
            if (next.First <= (ulong)tail.Last + 1)
            {
                tail = tail with { Last = Math.Max(tail.Last, next.Last) };
            }
            else
            {
                _ranges[++end] = next;
            }
        }

        _count = end + 1;
        _sorted = true;
    }
}
