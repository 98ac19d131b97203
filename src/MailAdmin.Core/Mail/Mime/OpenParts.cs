using System.Buffers;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// The parts that are being read, the message first, each within the one before it; and the boundaries that can come next:
/// RFC 2046 section 5.1.
/// </summary>
internal sealed class OpenParts
{
    /// <summary>No longer line is a boundary (RFC 2046 allows 70 characters), so no more than this is ever waited for.</summary>
    public const int MaxLine = 2048;

    private static readonly SearchValues<byte> BoundaryCharacters =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'()+_,-./:=?"u8);

    // The boundary of a multipart that does not tell it: the first line that looks like one will be it.
    private static readonly byte[] Unknown = [];

    private readonly List<OpenPart> _parts = [];

    // The boundary is null when the part is no multipart, or its end was seen.
    private readonly record struct OpenPart(MimePart Part, byte[]? Boundary);

    /// <summary>How many there are.</summary>
    public int Count => _parts.Count;

    /// <summary>The innermost.</summary>
    public MimePart Last => _parts[^1].Part;

    /// <summary>Whether any of them waits for a boundary.</summary>
    public bool HasBoundary => _parts.Exists(p => p.Boundary is not null);

    public MimePart this[int level] => _parts[level].Part;

    public void Add(MimePart part) => _parts.Add(new(part, null));

    /// <summary>The innermost is a multipart; its parts come between these boundaries.</summary>
    /// <param name="boundary">Null when it does not tell.</param>
    public void ExpectParts(byte[]? boundary) => _parts[^1] = new(Last, boundary ?? Unknown);

    /// <summary>The end of a multipart was seen. It stays open, for what follows still lies in it.</summary>
    public void ExpectNoMore(int level) => _parts[level] = new(_parts[level].Part, null);

    /// <summary>Drops the innermost as if it had never been.</summary>
    public void Forget() => _parts.RemoveAt(_parts.Count - 1);

    /// <summary>Ends the parts from a level on.</summary>
    /// <returns>Whether all their multiparts had come to their end.</returns>
    public bool Close(int level, long end)
    {
        var complete = true;
        for (var i = _parts.Count - 1; i >= level; i--)
        {
            complete &= _parts[i].Boundary is null;
            _parts[i].Part.EndAt(end);
        }
        _parts.RemoveRange(level, _parts.Count - level);
        return complete;
    }

    /// <summary>Which multipart a line is a boundary of, the innermost first; -1 when it is none.</summary>
    /// <param name="line">Starts with "--"; without its line end.</param>
    /// <param name="isClosing">Whether it is the last one.</param>
    public int Find(ReadOnlySpan<byte> line, out bool isClosing)
    {
        isClosing = false;
        if (line.Length is < 2 or >= MaxLine)
        {
            return -1;
        }
        var text = Text(line);
        for (var level = _parts.Count - 1; level >= 0; level--)
        {
            if (_parts[level].Boundary is { Length: > 0 } boundary)
            {
                isClosing = IsClosing(text, boundary);
                if (isClosing || text.SequenceEqual(boundary))
                {
                    return level;
                }
            }
        }
        return -1;
    }

    /// <summary>Takes a line for the boundary of the innermost multipart, if that tells none and the line may be one.</summary>
    /// <param name="line">Starts with "--"; without its line end.</param>
    public void Learn(ReadOnlySpan<byte> line)
    {
        if (_parts[^1].Boundary is not { Length: 0 } || line.Length is < 4 or > 72)
        {
            return;
        }
        var text = Text(line);
        var isRule = text.IndexOfAnyExcept("-_=.+*"u8) < 0;
        if (!isRule && text.IndexOfAnyExcept(BoundaryCharacters) < 0 && !text.EndsWith("--"u8) && Find(line, out _) < 0)
        {
            ExpectParts(text.ToArray());
        }
    }

    private static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> line) => line[2..].TrimEnd(" \t\r"u8);

    // What comes after the last "--" does not count, unless a longer boundary could go on so: RFC 2046 section 5.1.1.
    private static bool IsClosing(ReadOnlySpan<byte> text, ReadOnlySpan<byte> boundary) =>
        text.Length >= boundary.Length + 2 && text[boundary.Length..].StartsWith("--"u8) && text.StartsWith(boundary)
        && (text.Length == boundary.Length + 2 || !BoundaryCharacters.Contains(text[boundary.Length + 2]));
}
