// Longer than 250 lines: the tokens of one grammar (RFC 9051 section 9) in one place, each a few lines.
using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// Reads the tokens of one complete response (RFC 9051 section 9). Literals lie where they were announced, except for the
/// streamed ones, of which only the announcement is there.
/// </summary>
internal ref struct ImapReader
{
    private static readonly SearchValues<byte> AtomEnd = SearchValues.Create(" (){\"\r\n"u8);
    private static readonly SearchValues<byte> QuotedEnd = SearchValues.Create("\"\\\r\n"u8);

    private readonly ReadOnlySpan<byte> _frame;
    private readonly ReadOnlySpan<int> _streamed;
    private readonly int _maximumNesting;
    private int _at;
    private int _depth;

    /// <summary>Starts at the first octet.</summary>
    /// <param name="frame">The response without its last CRLF.</param>
    /// <param name="streamed">Where in it the announcements of streamed literals begin.</param>
    /// <param name="quirks">What to tolerate.</param>
    /// <param name="maximumNesting"><see cref="ImapLimits.Nesting"/>.</param>
    public ImapReader(ReadOnlySpan<byte> frame, ReadOnlySpan<int> streamed, ImapQuirks quirks, int maximumNesting)
    {
        _frame = frame;
        _streamed = streamed;
        Quirks = quirks;
        _maximumNesting = maximumNesting;
    }

    /// <summary>What to tolerate.</summary>
    public ImapQuirks Quirks { get; }

    /// <summary>True when nothing is left.</summary>
    public readonly bool AtEnd => _at >= _frame.Length;

    /// <summary>The next octet; 0 at the end.</summary>
    public readonly byte Peek => _at < _frame.Length ? _frame[_at] : (byte)0;

    /// <summary>Takes an octet if it comes next.</summary>
    /// <param name="octet">Which.</param>
    /// <returns>True when it was there.</returns>
    public bool Try(char octet)
    {
        if (_at >= _frame.Length || _frame[_at] != octet)
        {
            return false;
        }

        _at++;
        return true;
    }

    /// <summary>Takes an octet that must come next.</summary>
    /// <param name="octet">Which.</param>
    public void Expect(char octet)
    {
        if (!Try(octet))
        {
            throw Error($"'{octet}' is missing");
        }
    }

    /// <summary>Takes spaces, of which there should be one (servers send more, or leave it out before a parenthesis).</summary>
    public void Space()
    {
        while (Try(' '))
        {
        }
    }

    /// <summary>Takes "(" and counts the depth.</summary>
    public void Open()
    {
        Expect('(');
        if (++_depth > _maximumNesting)
        {
            throw Error("parentheses are nested too deeply");
        }
    }

    /// <summary>Takes ")" if it comes next, after optional spaces.</summary>
    /// <returns>True when it was there.</returns>
    public bool TryClose()
    {
        Space();
        if (!Try(')'))
        {
            return false;
        }

        _depth--;
        return true;
    }

    /// <summary>Reads up to a space, parenthesis, brace, quote or the end.</summary>
    /// <returns>At least one octet.</returns>
    public ReadOnlySpan<byte> Atom()
    {
        var length = _frame[_at..].IndexOfAny(AtomEnd);
        length = length < 0 ? _frame.Length - _at : length;
        return length > 0 ? Take(length) : throw Error("an atom is missing");
    }

    /// <summary>Reads up to one of three octets, or the end.</summary>
    /// <param name="ends">The octets to stop before.</param>
    /// <returns>What came before; may be empty.</returns>
    public ReadOnlySpan<byte> Until(ReadOnlySpan<byte> ends)
    {
        var length = _frame[_at..].IndexOfAny(ends);
        return Take(length < 0 ? _frame.Length - _at : length);
    }

    /// <summary>Reads all that is left.</summary>
    /// <returns>May be empty.</returns>
    public ReadOnlySpan<byte> Rest() => Take(_frame.Length - _at);

    /// <summary>Reads an unsigned number.</summary>
    /// <returns>The number.</returns>
    public uint Number() =>
        Number64() is var number and <= uint.MaxValue ? (uint)number : throw Error("a number has more than 32 bits");

    /// <summary>Reads an unsigned number of up to 63 bits (number64).</summary>
    /// <returns>The number.</returns>
    public long Number64()
    {
        if (!Utf8Parser.TryParse(_frame[_at..], out ulong number, out var used) || number > long.MaxValue)
        {
            throw Error("a number is missing or too large");
        }

        _at += used;
        return (long)number;
    }

    /// <summary>Takes NIL if it comes next.</summary>
    /// <returns>True when it was there.</returns>
    public bool TryNil()
    {
        var rest = _frame[_at..];
        if (rest.Length < 3 || !Ascii.EqualsIgnoreCase(rest[..3], "NIL"u8) || (rest.Length > 3 && !AtomEnd.Contains(rest[3])))
        {
            return false;
        }

        _at += 3;
        return true;
    }

    /// <summary>Reads a quoted string or a literal.</summary>
    /// <returns>Its octets.</returns>
    public ReadOnlySpan<byte> String() => Peek == (byte)'"' ? Quoted() : Literal();

    /// <summary>Reads a string or NIL.</summary>
    /// <returns>The octets; null for NIL.</returns>
    public byte[]? NString() => TryNil() ? null : String().ToArray();

    /// <summary>Reads a string, or an atom that stands for one.</summary>
    /// <returns>Its octets.</returns>
    public ReadOnlySpan<byte> AString() => Peek is (byte)'"' or (byte)'{' or (byte)'~' ? String() : Atom();

    /// <summary>Takes the announcement of a literal whose octets went elsewhere.</summary>
    /// <param name="size">Its octets.</param>
    /// <returns>False when no such thing comes next.</returns>
    public bool TryStreamed(out long size)
    {
        size = 0;
        if (_streamed.IndexOf(_at) < 0)
        {
            return false;
        }

        Try('~');
        Expect('{');
        size = Number64();
        Try('+');
        Expect('}');
        EndOfLine();
        return true;
    }

    /// <summary>Passes over a value of whatever kind.</summary>
    public void SkipValue()
    {
        if (Peek == (byte)'(')
        {
            Open();
            while (!TryClose())
            {
                SkipValue();
            }
        }
        else
        {
            AString();
        }
    }

    /// <summary>Makes the exception for what comes next.</summary>
    /// <param name="what">What is wrong.</param>
    /// <returns>To be thrown.</returns>
    public readonly ImapSyntaxException Error(string what) => new($"{what} at octet {_at}");

    private ReadOnlySpan<byte> Quoted()
    {
        Expect('"');
        var length = _frame[_at..].IndexOfAny(QuotedEnd);
        if (length >= 0 && _frame[_at + length] == (byte)'"')
        {
            var plain = Take(length);
            _at++;
            return plain;
        }

        var text = new ArrayBufferWriter<byte>();
        while (true)
        {
            length = _frame[_at..].IndexOfAny(QuotedEnd);
            if (length < 0 || _frame[_at + length] is (byte)'\r' or (byte)'\n')
            {
                throw Error("a quoted string does not end");
            }

            text.Write(Take(length));
            if (Try('"'))
            {
                return text.WrittenSpan;
            }

            _at++;
            text.Write(Take(1));
        }
    }

    private ReadOnlySpan<byte> Literal()
    {
        if (_streamed.IndexOf(_at) >= 0)
        {
            throw Error("a streamed literal stands where a string belongs");
        }

        Try('~');
        Expect('{');
        var size = Number64();
        Try('+');
        Expect('}');
        EndOfLine();
        return size <= _frame.Length - _at ? Take((int)size) : throw Error("a literal is cut off");
    }

    private void EndOfLine()
    {
        Try('\r');
        Expect('\n');
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _frame.Length - _at)
        {
            throw Error("the response is cut off");
        }

        var taken = _frame.Slice(_at, length);
        _at += length;
        return taken;
    }
}
