using System.Buffers;

namespace MailAdmin.Core.Mime;

/// <summary>
/// Finds the parts of a message: RFC 2046. Bytes in, a tree of parts with their places out; no I/O and nothing kept of a body.
/// A caller gives it a window of the message, is told how much of it is done with, and gives a longer or later one.
/// </summary>
internal sealed class MimeParser
{
    /// <summary>No longer line is a boundary (RFC 2046 allows 70 characters), so no more than this is ever waited for.</summary>
    private const int MaxBoundaryLine = 2048;

    private const int LineEndSample = 64 * 1024;

    private static readonly SearchValues<byte> BoundaryCharacters =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'()+_,-./:=?"u8);

    // What may have to be seen again when more comes: CR, LF and the first "-" of a boundary line.
    private const int Overlap = 3;

    private readonly MimeContext _context;
    private readonly bool _keepsWindow;
    private readonly HeaderReader _header = new();
    // "\n--", or "\r--" in a message whose lines end in CR alone.
    private readonly byte[] _dashesOnNewLine = [(byte)'\n', (byte)'-', (byte)'-'];
    private readonly HeaderReader.BoundaryTest _isBoundary;
    // The parts that are open, the message first. A multipart whose end was seen stays until its parent goes on.
    private readonly List<OpenPart> _open = [];
    private long _offset;
    private int _parts;
    private int _headerBytes;
    private int _headerFields;
    private State _state;
    private bool _atLineStart;

    private enum State { Start, Header, Body, Rest }

    // The boundary of a multipart that does not tell it: the first line that looks like one will be it.
    private static readonly byte[] Unknown = [];

    // The boundary is null when the part is no multipart, or its end was seen.
    private readonly record struct OpenPart(MimePart Part, byte[]? Boundary);

    /// <summary>Starts a message.</summary>
    /// <param name="context">Where it is.</param>
    /// <param name="offset">Where in it this message starts.</param>
    /// <param name="keepsWindow">True when the window is the message itself, of which slices may be kept.</param>
    public MimeParser(MimeContext context, long offset, bool keepsWindow)
    {
        (_context, _offset, _keepsWindow) = (context, offset, keepsWindow);
        _isBoundary = line => FindBoundary(line, out _) >= 0;
        Root = context.Root = Open(null);
        _state = State.Start;
    }

    /// <summary>The message's outermost part.</summary>
    public MimePart Root { get; }

    private MimeLimits Limits => _context.Limits;

    /// <summary>Reads on.</summary>
    /// <param name="window">The message from where the last call left off.</param>
    /// <param name="last">Nothing comes after the window.</param>
    /// <returns>How many bytes of the window are done with: all of them when it was the last.</returns>
    public int Advance(ReadOnlyMemory<byte> window, bool last)
    {
        var start = _offset;
        while (true)
        {
            var rest = window[(int)(_offset - start)..];
            var goesOn = _state switch
            {
                State.Start => FindLineEnd(rest.Span, last),
                State.Header => ReadHeader(rest, last),
                State.Body => SkipBody(rest.Span, last),
                _ => SkipAll(rest.Length),
            };
            if (!goesOn)
            {
                break;
            }
        }
        if (last)
        {
            _offset = start + window.Length;
            End();
        }
        return (int)(_offset - start);
    }

    // Old Macintosh files end their lines in CR. That is so when the start of a message has CR and no LF at all.
    private bool FindLineEnd(ReadOnlySpan<byte> window, bool last)
    {
        var sample = window[..Math.Min(window.Length, LineEndSample)];
        if (!sample.Contains((byte)'\n'))
        {
            if (sample.Length < LineEndSample && !last)
            {
                return false;
            }
            _dashesOnNewLine[0] = sample.Contains((byte)'\r') ? (byte)'\r' : (byte)'\n';
            _header.LineEnd = _dashesOnNewLine[0];
        }
        _state = State.Header;
        return true;
    }

    private bool ReadHeader(ReadOnlyMemory<byte> window, bool last)
    {
        var budget = Limits.MaxHeaderBytes - _headerBytes;
        var isCut = window.Length > budget;
        var block = isCut ? window[..budget] : window;
        var result = _header.Read(block.Span, last && !isCut, Limits.MaxHeaderFields - _headerFields, _isBoundary);
        if (result == HeaderReader.Result.NeedMore)
        {
            if (!isCut)
            {
                return false;
            }
            // The rest of it counts as body, in which boundaries are looked for.
            _header.Cut(block.Length);
            Note(MimeDefects.HeaderTooLong);
        }
        EndHeader(block, result);
        return true;
    }

    private void EndHeader(ReadOnlyMemory<byte> block, HeaderReader.Result result)
    {
        var fields = _header.TakeFields();
        _headerBytes += _header.Length;
        _headerFields += fields.Length;
        Note(_header.HasBadLine ? MimeDefects.BadHeaderLine : 0);
        Note(_header.HasTooMany ? MimeDefects.HeaderTooLong : 0);
        Note(result is HeaderReader.Result.BodyLine && fields.Length > 0 ? MimeDefects.NoEmptyLine : 0);
        var bytes = block[.._header.Length];
        var part = _open[^1].Part;
        part.SetHeader(fields.Length == 0 ? HeaderBlock.Empty : new(_keepsWindow ? bytes : bytes.ToArray(), fields), _offset + bytes.Length);
        _offset += bytes.Length;
        _header.Reset();
        Note(fields.Length == 0 && part == Root ? MimeDefects.NoHeaders : 0);
        (_state, _atLineStart) = (State.Body, true);
        // Between two boundaries in a row there is nothing to begin.
        if (result != HeaderReader.Result.Boundary || bytes.Length > 0)
        {
            BeginBody(part);
        }
    }

    // What the body of a part is decides how it is read.
    private void BeginBody(MimePart part)
    {
        if (part.IsMultipart)
        {
            var boundary = part.Boundary;
            Note(boundary is null ? MimeDefects.NoBoundary : 0);
            if (MayOpen())
            {
                _open[^1] = new(part, boundary ?? Unknown);
            }
        }
        else if (part.HoldsMessage && MayOpen())
        {
            Open(part);
        }
    }

    private bool MayOpen()
    {
        Note(_open.Count >= Limits.MaxDepth ? MimeDefects.TooDeep : 0);
        Note(_parts >= Limits.MaxParts ? MimeDefects.TooManyParts : 0);
        return _open.Count < Limits.MaxDepth && _parts < Limits.MaxParts;
    }

    private MimePart Open(MimePart? parent)
    {
        var part = new MimePart(_context, parent, _offset);
        parent?.Add(part);
        _open.Add(new(part, null));
        _parts++;
        _state = State.Header;
        return part;
    }

    private bool SkipAll(int length)
    {
        _offset += length;
        return false;
    }

    private bool SkipBody(ReadOnlySpan<byte> window, bool last)
    {
        if (!HasBoundary())
        {
            return SkipAll(window.Length);
        }
        var position = 0;
        while (true)
        {
            int line;
            if (_atLineStart && window[position..].StartsWith("--"u8))
            {
                line = position;
            }
            else if (_atLineStart && !last && window.Length - position < 2)
            {
                return Keep(position);
            }
            else
            {
                var next = window[position..].IndexOf(_dashesOnNewLine);
                if (next < 0)
                {
                    _atLineStart = false;
                    return Keep(Math.Max(position, window.Length - Overlap));
                }
                line = position + next + 1;
            }
            if (!TryGetBoundaryLine(window[line..], last, out var text, out var length))
            {
                // Wait for the rest of the line, and keep the line end before it.
                _atLineStart = line == 0;
                return Keep(Math.Max(0, line - 2));
            }
            LearnBoundary(text);
            if (FindBoundary(text, out var isClosing) is var level and >= 0)
            {
                PassBoundary(level, isClosing, _offset + line, BeforeLineEnd(window, line), _offset + line + length);
                return true;
            }
            _atLineStart = false;
            position = line + 2;
        }
    }

    private bool Keep(int done)
    {
        _offset += done;
        return false;
    }

    private static int BeforeLineEnd(ReadOnlySpan<byte> window, int line) =>
        line == 0 ? 0 : line > 1 && window[line - 2] == '\r' ? 2 : 1;

    // The line without its end; empty when it is too long for a boundary. False when more of it is needed to tell.
    private bool TryGetBoundaryLine(ReadOnlySpan<byte> window, bool last, out ReadOnlySpan<byte> line, out int length)
    {
        var feed = window[..Math.Min(window.Length, MaxBoundaryLine)].IndexOf(_dashesOnNewLine[0]);
        var isWhole = feed >= 0 || (last && window.Length < MaxBoundaryLine);
        length = feed >= 0 ? feed + 1 : window.Length;
        line = isWhole ? window[..(feed >= 0 ? feed : length)] : default;
        return isWhole || window.Length >= MaxBoundaryLine;
    }

    private bool HasBoundary() => _open.Exists(o => o.Boundary is not null);

    private void LearnBoundary(ReadOnlySpan<byte> line)
    {
        if (_open[^1].Boundary is not { Length: 0 } || line.IsEmpty)
        {
            return;
        }
        var text = line[2..].TrimEnd(" \t\r"u8);
        var mayBeOne = text.Length is > 2 and <= 70 && text.IndexOfAnyExcept(BoundaryCharacters) < 0 && !text.EndsWith("--"u8)
            && text.IndexOfAnyExcept("-_=.+*"u8) >= 0 && FindBoundary(line, out _) < 0;
        if (mayBeOne)
        {
            _open[^1] = new(_open[^1].Part, text.ToArray());
        }
    }

    // Which open multipart a line belongs to, the innermost first; -1 when it is no boundary.
    private int FindBoundary(ReadOnlySpan<byte> line, out bool isClosing)
    {
        isClosing = false;
        if (line.Length is < 2 or >= MaxBoundaryLine)
        {
            return -1;
        }
        line = line[2..].TrimEnd(" \t\r"u8);
        for (var level = _open.Count - 1; level >= 0; level--)
        {
            if (_open[level].Boundary is { Length: > 0 } boundary)
            {
                isClosing = IsClosing(line, boundary);
                if (isClosing || line.SequenceEqual(boundary))
                {
                    return level;
                }
            }
        }
        return -1;
    }

    // What comes after the last "--" does not count, unless a longer boundary could go on so: RFC 2046 section 5.1.1.
    private static bool IsClosing(ReadOnlySpan<byte> line, ReadOnlySpan<byte> boundary) =>
        line.Length >= boundary.Length + 2 && line[boundary.Length..].StartsWith("--"u8) && line.StartsWith(boundary)
        && (line.Length == boundary.Length + 2 || !BoundaryCharacters.Contains(line[boundary.Length + 2]));

    private void PassBoundary(int level, bool isClosing, long line, int lineEndBefore, long after)
    {
        // Two boundaries in a row have no part between them, not even an empty one.
        if (_open.Count == level + 2 && _open[^1].Part.Offset == line)
        {
            _open.RemoveAt(level + 1);
            _open[level].Part.RemoveLast();
            _parts--;
        }
        Close(level + 1, line - lineEndBefore);
        _offset = after;
        var multipart = _open[level].Part;
        if (isClosing)
        {
            _open[level] = new(multipart, null);
            (_state, _atLineStart) = (State.Body, true);
        }
        else if (MayOpen())
        {
            Open(multipart);
        }
        else
        {
            _state = State.Rest;
        }
    }

    private void Close(int level, long end)
    {
        for (var i = _open.Count - 1; i >= level; i--)
        {
            Note(_open[i].Boundary is null ? 0 : MimeDefects.NoClosingBoundary);
            _open[i].Part.EndAt(end);
        }
        _open.RemoveRange(level, _open.Count - level);
    }

    private void End() => Close(0, _offset);

    private void Note(MimeDefects defect) => _context.Defects |= defect;
}
