// Longer than 250 lines: where a response ends is one grammar (RFC 9051 section 9), read octet by octet with the state in between.
using System.Buffers;
using System.Text;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>What a <see cref="ImapFramer"/> has come to.</summary>
internal enum FrameStep
{
    /// <summary>All octets were used, and the response is not complete.</summary>
    NeedMore,

    /// <summary>A literal follows that is to be streamed.</summary>
    Literal,

    /// <summary>A response is complete.</summary>
    Response,

    /// <summary>A SEARCH or ESEARCH response is complete; its numbers are in <see cref="ImapFramer.Numbers"/>.</summary>
    Numbers,
}

/// <summary>
/// Finds where a response ends, octet by octet if need be, and keeps its text. Two things are never kept: the literals that
/// hold a message or a part of one, which pass through to their destination, and the numbers of SEARCH, which become ranges.
/// </summary>
internal sealed class ImapFramer(ImapLimits limits) : IDisposable
{
    private const int Initial = 4096;
    private const int MaximumStreamed = 64;
    private const int KeptHead = 128;
    private const int KeptTail = 64;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(Initial);
    private int[] _streamed = new int[4];
    private int _length;
    private int _streamedCount;
    private int _line;
    private long _inLiteral;
    private long _skipped;
    private bool _kindKnown;
    private NumberReader? _list;

    /// <summary>The text so far, or of the complete response, its last line end included.</summary>
    public ReadOnlySpan<byte> Frame => _buffer.AsSpan(0, _length);

    /// <summary>Where in <see cref="Frame"/> the announcements of streamed literals begin.</summary>
    public ReadOnlySpan<int> Streamed => _streamed.AsSpan(0, _streamedCount);

    /// <summary>True when the response was too large, and only its beginning was kept.</summary>
    public bool IsOversized { get; private set; }

    /// <summary>Octets of the streamed literal that are still to come.</summary>
    public long LiteralRemaining { get; private set; }

    /// <summary>The numbers of a SEARCH or ESEARCH response.</summary>
    public UidSet? Numbers => _list?.Numbers;

    /// <summary>Takes octets up to the end of a response or the beginning of a streamed literal.</summary>
    /// <param name="data">What was received.</param>
    /// <param name="consumed">How much of it was used.</param>
    /// <returns>What was reached.</returns>
    /// <exception cref="ImapProtocolException">A limit was passed, or a literal's size cannot be read.</exception>
    public FrameStep Feed(ReadOnlySpan<byte> data, out int consumed)
    {
        consumed = 0;
        while (consumed < data.Length)
        {
            var rest = data[consumed..];
            if (_list is not null)
            {
                if (_list.Feed(rest, ref consumed))
                {
                    return FrameStep.Numbers;
                }

                continue;
            }

            if (_inLiteral > 0)
            {
                var n = (int)Math.Min(_inLiteral, rest.Length);
                Append(rest[..n]);
                _inLiteral -= n;
                consumed += n;
                _line = _length;
                continue;
            }

            var step = FeedLine(rest, ref consumed);
            if (step != FrameStep.NeedMore)
            {
                return step;
            }
        }

        return FrameStep.NeedMore;
    }

    /// <summary>Hands over octets of the streamed literal.</summary>
    /// <param name="available">How many are there.</param>
    /// <returns>How many of them belong to it.</returns>
    public int TakeLiteral(int available)
    {
        var n = (int)Math.Min(available, LiteralRemaining);
        LiteralRemaining -= n;
        return n;
    }

    /// <summary>Forgets the complete response.</summary>
    public void Next()
    {
        if (_buffer.Length > 64 * Initial)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(Initial);
        }

        (_length, _line, _streamedCount, _skipped, _list) = (0, 0, 0, 0, null);
        (IsOversized, _kindKnown) = (false, false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _length = 0;
    }

    private FrameStep FeedLine(ReadOnlySpan<byte> rest, ref int consumed)
    {
        var end = rest.IndexOf((byte)'\n');
        var n = end < 0 ? rest.Length : end + 1;
        if (!_kindKnown)
        {
            // The first octets decide whether this is a list of numbers, before more than they are taken.
            n = Math.Min(n, NumberReader.Decisive - _length);
        }

        Append(rest[..n]);
        consumed += n;
        var complete = end >= 0 && n == end + 1;
        if (!_kindKnown && (complete || _length == NumberReader.Decisive))
        {
            _kindKnown = true;
            _list = NumberReader.For(Frame, limits.UidRanges, out var prefix);
            if (_list is not null)
            {
                var used = 0;
                return _list.Feed(Frame[prefix..], ref used) ? FrameStep.Numbers : FrameStep.NeedMore;
            }
        }

        return complete ? EndLine() : FrameStep.NeedMore;
    }

    private FrameStep EndLine()
    {
        if (!MayHoldLiterals(Frame) || !LiteralMarker.TryRead(Frame[_line..], out var marker, out var size))
        {
            return FrameStep.Response;
        }

        marker += _line;
        _line = _length;

        if (size > limits.Literal)
        {
            throw new ImapProtocolException($"a literal of {size} octets is announced");
        }

        if (!IsOversized && IsFetch(Frame) && LiteralMarker.FollowsBodySection(Frame[..marker]))
        {
            if (_streamedCount == MaximumStreamed)
            {
                throw new ImapProtocolException("one response holds too many message parts");
            }

            if (_streamedCount == _streamed.Length)
            {
                Array.Resize(ref _streamed, _streamedCount * 2);
            }

            _streamed[_streamedCount++] = marker;
            LiteralRemaining = size;
            return FrameStep.Literal;
        }

        _inLiteral = size;
        return FrameStep.NeedMore;
    }

    private void Append(ReadOnlySpan<byte> octets)
    {
        var fitting = IsOversized ? 0 : Math.Min(octets.Length, limits.Response - _length);
        if (fitting > _buffer.Length - _length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + fitting, _buffer.Length * 2));
            Frame.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        octets[..fitting].CopyTo(_buffer.AsSpan(_length));
        _length += fitting;
        if (fitting < octets.Length)
        {
            Skip(octets[fitting..]);
        }
    }

    /// <summary>
    /// Goes on counting without keeping: of a FETCH response whose text is too large (a message with megabytes of recipients in
    /// its envelope) the beginning is kept, which says what it is, and the end of the line, which says whether it goes on.
    /// </summary>
    private void Skip(ReadOnlySpan<byte> octets)
    {
        if (!IsOversized)
        {
            if (!IsFetch(Frame) || _streamedCount > 0)
            {
                throw new ImapProtocolException($"a response is larger than {limits.Response} octets");
            }

            IsOversized = true;
            _skipped = _length;
            var line = Frame[Math.Max(_line, _length - KeptTail)..].ToArray();
            _length = _line = Math.Min(_line == 0 ? KeptHead : _line, KeptHead);
            line.CopyTo(_buffer.AsSpan(_length));
            _length += line.Length;
        }

        _skipped += octets.Length;
        if (_skipped > limits.SkippedResponse)
        {
            throw new ImapProtocolException($"a response is larger than {limits.SkippedResponse} octets");
        }

        if (_inLiteral > 0)
        {
            _length = _line;
            return;
        }

        var tail = Math.Min(octets.Length, KeptTail);
        var kept = Math.Min(_length - _line, KeptTail - tail);
        _buffer.AsSpan(_length - kept, kept).CopyTo(_buffer.AsSpan(_line));
        octets[^tail..].CopyTo(_buffer.AsSpan(_line + kept));
        _length = _line + kept + tail;
    }

    /// <summary>Only data holds literals: the text of OK, NO, BAD, BYE and "+" may end in "{3}" and mean nothing by it.</summary>
    private static bool MayHoldLiterals(ReadOnlySpan<byte> frame)
    {
        if (!frame.StartsWith("* "u8))
        {
            return false;
        }

        var word = frame[2..];
        var end = word.IndexOfAny(" \r\n"u8);
        word = end < 0 ? word : word[..end];
        return !(Ascii.EqualsIgnoreCase(word, "OK"u8) || Ascii.EqualsIgnoreCase(word, "NO"u8)
            || Ascii.EqualsIgnoreCase(word, "BAD"u8) || Ascii.EqualsIgnoreCase(word, "BYE"u8)
            || Ascii.EqualsIgnoreCase(word, "PREAUTH"u8));
    }

    private static bool IsFetch(ReadOnlySpan<byte> frame)
    {
        if (!frame.StartsWith("* "u8))
        {
            return false;
        }

        var number = frame[2..];
        var digits = number.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return digits is > 0 and <= 10 && number.Length >= digits + 7
            && Ascii.EqualsIgnoreCase(number.Slice(digits, 7), " FETCH "u8);
    }
}
