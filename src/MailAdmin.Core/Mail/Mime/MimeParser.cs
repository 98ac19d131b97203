// Longer than 250 lines: one pass over the octets, with the state of the multiparts that are open (RFC 2046 section 5.1).
namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// Finds the parts of a message: RFC 2046. Bytes in, a tree of parts with their places out; no I/O and nothing kept of a body.
/// A caller gives it a window of the message, is told how much of it is done with, and gives a longer or later one.
/// </summary>
internal sealed class MimeParser
{
    private const int LineEndSample = 64 * 1024;

    // What may have to be seen again when more comes: CR, LF and the first "-" of a boundary line.
    private const int Overlap = 3;

    private readonly MimeContext _context;
    private readonly bool _keepsWindow;
    private readonly HeaderReader _header = new();
    // "\n--", or "\r--" in a message whose lines end in CR alone.
    private readonly byte[] _dashesOnNewLine = [(byte)'\n', (byte)'-', (byte)'-'];
    private readonly OpenParts _open = new();
    private long _offset;
    private int _parts;
    private int _headerBytes;
    private int _headerFields;
    private State _state;
    private bool _atLineStart;

    private enum State { Start, Header, RestOfHeader, Body, Rest }

    /// <summary>Starts a message.</summary>
    /// <param name="context">Where it is.</param>
    /// <param name="offset">Where in it this message starts.</param>
    /// <param name="keepsWindow">True when the window is the message itself, of which slices may be kept.</param>
    public MimeParser(MimeContext context, long offset, bool keepsWindow)
    {
        (_context, _offset, _keepsWindow) = (context, offset, keepsWindow);
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
                State.Start => Start(rest.Span, last),
                State.Header => ReadHeader(rest, last),
                State.RestOfHeader => SkipHeader(rest.Span, last),
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
            Close(0, _offset);
        }
        return (int)(_offset - start);
    }

    // A byte order mark, as Windows PowerShell and editors write it, is no part of the message. Old Macintosh files end their
    // lines in CR: that is so when the start of a message has CR and no LF at all.
    private bool Start(ReadOnlySpan<byte> window, bool last)
    {
        var mark = window.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? 3 : 0;
        var sample = window.Slice(mark, Math.Min(window.Length - mark, LineEndSample));
        if (!sample.Contains((byte)'\n'))
        {
            if (sample.Length < LineEndSample && !last)
            {
                return false;
            }
            _dashesOnNewLine[0] = sample.Contains((byte)'\r') ? (byte)'\r' : (byte)'\n';
            _header.LineEnd = _dashesOnNewLine[0];
        }
        _offset += mark;
        _state = State.Header;
        return true;
    }

    private bool ReadHeader(ReadOnlyMemory<byte> window, bool last)
    {
        var budget = Limits.MaxHeaderBytes - _headerBytes;
        var isCut = window.Length > budget;
        var block = isCut ? window[..budget] : window;
        var result = _header.Read(block.Span, last && !isCut, Limits.MaxHeaderFields - _headerFields, _open);
        if (result == HeaderReader.Result.NeedMore)
        {
            if (!isCut)
            {
                return false;
            }
            _header.Cut(block.Length);
            _context.Note(MimeDefects.HeaderTooLong);
        }
        EndHeader(block, result);
        return true;
    }

    private void EndHeader(ReadOnlyMemory<byte> block, HeaderReader.Result result)
    {
        var fields = _header.TakeFields();
        _headerBytes += _header.Length;
        _headerFields += fields.Length;
        _context.Note(_header.HasBadLine ? MimeDefects.BadHeaderLine : 0);
        _context.Note(_header.HasTooMany ? MimeDefects.HeaderTooLong : 0);
        _context.Note(result is HeaderReader.Result.BodyLine && fields.Length > 0 ? MimeDefects.NoEmptyLine : 0);
        var bytes = block[.._header.Length];
        var header = fields.Length == 0 ? HeaderBlock.Empty : new HeaderBlock(_keepsWindow ? bytes : bytes.ToArray(), fields);
        _offset += bytes.Length;
        var part = _open.Last;
        part.SetHeader(header, _offset);
        _header.Reset();
        _context.Note(fields.Length == 0 && part == Root ? MimeDefects.NoHeaders : 0);
        if (result == HeaderReader.Result.NeedMore)
        {
            _state = State.RestOfHeader;
            return;
        }
        (_state, _atLineStart) = (State.Body, true);
        // Between two boundaries in a row there is nothing to begin.
        if (result != HeaderReader.Result.Boundary || bytes.Length > 0)
        {
            BeginBody(part);
        }
    }

    // What is over the limit of a header section is not read; but its end is found, so that the body is the body.
    private bool SkipHeader(ReadOnlySpan<byte> window, bool last)
    {
        var part = _open.Last;
        for (var position = 0; window[position..].IndexOf(_dashesOnNewLine[0]) is var feed and >= 0;)
        {
            position += feed + 1;
            if (!TryGetBoundaryLine(window[position..], last, out var line, out var length))
            {
                return KeepHeader(position - 1);
            }
            var isEmpty = length <= 2 && line.TrimEnd((byte)'\r').IsEmpty;
            if (isEmpty || (line.StartsWith("--"u8) && _open.Find(line, out _) >= 0))
            {
                KeepHeader(position + (isEmpty ? length : 0));
                (_state, _atLineStart) = (State.Body, true);
                BeginBody(part);
                return true;
            }
        }
        return KeepHeader(window.Length);

        bool KeepHeader(int done)
        {
            Keep(done);
            part.SetHeader(part.Header, _offset);
            return false;
        }
    }

    // What the body of a part is decides how it is read.
    private void BeginBody(MimePart part)
    {
        if (part.IsMultipart)
        {
            var boundary = part.Boundary;
            _context.Note(boundary is null ? MimeDefects.NoBoundary : 0);
            if (MayOpen())
            {
                _open.ExpectParts(boundary);
            }
        }
        else if (part.HoldsMessage && MayOpen())
        {
            Open(part);
        }
    }

    private bool MayOpen()
    {
        _context.Note(_open.Count >= Limits.MaxDepth ? MimeDefects.TooDeep : 0);
        _context.Note(_parts >= Limits.MaxParts ? MimeDefects.TooManyParts : 0);
        return _open.Count < Limits.MaxDepth && _parts < Limits.MaxParts;
    }

    private MimePart Open(MimePart? parent)
    {
        var part = new MimePart(_context, parent, _offset);
        parent?.Add(part);
        _open.Add(part);
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
        if (!_open.HasBoundary)
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
            _open.Learn(text);
            if (_open.Find(text, out var isClosing) is var level and >= 0)
            {
                PassBoundary(level, isClosing, _offset + line, LengthOfLineEnd(window, line), _offset + line + length);
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

    private int LengthOfLineEnd(ReadOnlySpan<byte> window, int line) =>
        line == 0 ? 0 : line > 1 && _dashesOnNewLine[0] == '\n' && window[line - 2] == '\r' ? 2 : 1;

    // The line without its end; empty when it is too long for a boundary. False when more of it is needed to tell.
    private bool TryGetBoundaryLine(ReadOnlySpan<byte> window, bool last, out ReadOnlySpan<byte> line, out int length)
    {
        var feed = window[..Math.Min(window.Length, OpenParts.MaxLine)].IndexOf(_dashesOnNewLine[0]);
        var isWhole = feed >= 0 || (last && window.Length < OpenParts.MaxLine);
        length = feed >= 0 ? feed + 1 : window.Length;
        line = isWhole ? window[..(feed >= 0 ? feed : length)] : default;
        return isWhole || window.Length >= OpenParts.MaxLine;
    }

    private void PassBoundary(int level, bool isClosing, long line, int lineEndBefore, long after)
    {
        // Two boundaries in a row have no part between them, not even an empty one.
        if (_open.Count == level + 2 && _open.Last.Offset == line)
        {
            _open.Forget();
            _open[level].RemoveLast();
            _parts--;
        }
        Close(level + 1, line - lineEndBefore);
        _offset = after;
        if (isClosing)
        {
            _open.ExpectNoMore(level);
            (_state, _atLineStart) = (State.Body, true);
        }
        else if (MayOpen())
        {
            Open(_open[level]);
        }
        else
        {
            _state = State.Rest;
        }
    }

    private void Close(int level, long end) => _context.Note(_open.Close(level, end) ? 0 : MimeDefects.NoClosingBoundary);
}
