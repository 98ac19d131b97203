using System.Globalization;

namespace MailAdmin.Tenant.Imap;

/// <summary>sequence-set of RFC 3501 section 9: numbers and ranges, "*" for the largest one in use.</summary>
internal sealed class SequenceSet
{
    private const uint Star = uint.MaxValue;

    private readonly List<(uint First, uint Last)> _ranges;

    private SequenceSet(List<(uint First, uint Last)> ranges) => _ranges = ranges;

    /// <exception cref="ImapRefusal">The text isn't a set.</exception>
    public static SequenceSet Parse(string text) => new([.. text.Split(',').Select(Range)]);

    /// <summary>Whether a number is in it.</summary>
    /// <param name="largest">The value of "*".</param>
    public bool Contains(uint number, uint largest) => _ranges.Exists(r =>
    {
        var (first, last) = Resolve(r, largest);
        return first <= number && number <= last;
    });

    /// <summary>The messages of sequence numbers, in ascending order.</summary>
    /// <exception cref="ImapRefusal">The number isn't valid.</exception>
    public IEnumerable<int> Indices(int count)
    {
        foreach (var (first, last) in Merged((uint)count))
        {
            if (first == 0 || last > count)
            {
                throw ImapRefusal.MessageSet();
            }

            for (var number = first; number <= last; number++)
            {
                yield return (int)number - 1;
            }
        }
    }

    /// <summary>The messages of UIDs, in ascending order; UIDs that aren't there don't matter.</summary>
    public IEnumerable<int> Indices(IReadOnlyList<SeenMessage> messages)
    {
        foreach (var (first, last) in Merged(messages.Count == 0 ? 0 : messages[^1].Uid))
        {
            int low = 0, high = messages.Count;
            while (low < high)
            {
                var middle = (low + high) / 2;
                (low, high) = messages[middle].Uid < first ? (middle + 1, high) : (low, middle);
            }

            for (; low < messages.Count && messages[low].Uid <= last; low++)
            {
                yield return low;
            }
        }
    }

    /// <summary>Numbers in the shortest form.</summary>
    public static string Format(IReadOnlyList<uint> numbers)
    {
        var parts = new List<string>();
        for (var i = 0; i < numbers.Count;)
        {
            var start = i++;
            while (i < numbers.Count && numbers[i] == numbers[i - 1] + 1)
            {
                i++;
            }

            parts.Add(i - start == 1
                ? numbers[start].ToString(CultureInfo.InvariantCulture)
                : string.Create(CultureInfo.InvariantCulture, $"{numbers[start]}:{numbers[i - 1]}"));
        }

        return string.Join(',', parts);
    }

    private List<(uint First, uint Last)> Merged(uint largest)
    {
        var merged = new List<(uint First, uint Last)>();
        foreach (var range in _ranges.Select(r => Resolve(r, largest)).Order())
        {
            if (merged.Count > 0 && range.First <= merged[^1].Last)
            {
                merged[^1] = (merged[^1].First, Math.Max(merged[^1].Last, range.Last));
            }
            else
            {
                merged.Add(range);
            }
        }

        return merged;
    }

    private static (uint First, uint Last) Resolve((uint First, uint Last) range, uint largest)
    {
        uint first = range.First == Star ? largest : range.First, last = range.Last == Star ? largest : range.Last;
        return (Math.Min(first, last), Math.Max(first, last));
    }

    private static (uint First, uint Last) Range(string text)
    {
        var ends = text.Split(':');
        return ends.Length > 2 ? throw ImapRefusal.Syntax() : (End(ends[0]), End(ends[^1]));
    }

    private static uint End(string text)
    {
        if (text == "*")
        {
            return Star;
        }

        return uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw ImapRefusal.Syntax();
    }
}
