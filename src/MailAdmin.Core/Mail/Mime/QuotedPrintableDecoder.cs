using System.Buffers;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// Quoted-printable, RFC 2045 section 6.7, and the "Q" of RFC 2047 section 4.2. An "=" that starts nothing valid stays as it
/// is. White space at the end of a line stays too: no transport has padded lines for decades, but senders forget to encode it.
/// </summary>
internal sealed class QuotedPrintableDecoder(bool headerWord = false) : ContentDecoder
{
    private static readonly SearchValues<byte> BodySpecials = SearchValues.Create("="u8);
    private static readonly SearchValues<byte> WordSpecials = SearchValues.Create("=_"u8);

    // "=" and what came after it while it could still become an escape or a soft line break. A soft break may have white
    // space before its end (RFC 2045 section 6.7, rule 3); more of it than this is no soft break.
    private readonly byte[] _held = new byte[128];
    private int _count;

    public override void Write(ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        var specials = headerWord ? WordSpecials : BodySpecials;
        while (true)
        {
            while (_count > 0 && !input.IsEmpty)
            {
                input = Hold(input[0], output) ? input[1..] : input;
            }
            if (input.IsEmpty)
            {
                return;
            }
            output.Advance(DecodeRun(ref input, output.GetSpan(input.Length), specials));
        }
    }

    // Decodes up to an "=" that is not followed at once by two digits or a line end; that one takes a closer look.
    private int DecodeRun(ref ReadOnlySpan<byte> input, Span<byte> target, SearchValues<byte> specials)
    {
        var (position, written) = (0, 0);
        while (true)
        {
            var length = input[position..].IndexOfAny(specials);
            var plain = length < 0 ? input[position..] : input.Slice(position, length);
            plain.CopyTo(target[written..]);
            written += plain.Length;
            position += plain.Length;
            if (length < 0)
            {
                input = default;
                return written;
            }
            if (input[position] == '_')
            {
                target[written++] = (byte)' ';
                position++;
            }
            else if (TryEscape(input, position, out var value))
            {
                // They come in rows: every letter beyond ASCII has two or more.
                do
                {
                    target[written++] = value;
                    position += 3;
                }
                while (TryEscape(input, position, out value));
            }
            else if (input[position..].StartsWith("=\r\n"u8))
            {
                position += 3;
            }
            else
            {
                _held[_count++] = (byte)'=';
                input = input[(position + 1)..];
                return written;
            }
        }
    }

    private static bool TryEscape(ReadOnlySpan<byte> input, int position, out byte value)
    {
        if (position + 2 < input.Length && input[position] == '=')
        {
            var digits = HexDigit(input[position + 1]) << 4 | HexDigit(input[position + 2]);
            value = (byte)digits;
            return digits >= 0;
        }
        value = 0;
        return false;
    }

    public override void Finish(IBufferWriter<byte> output)
    {
        // "=" as the very last character is a soft line break without its line.
        if (_count > 1)
        {
            output.Write(_held.AsSpan(0, _count));
        }
        _count = 0;
    }

    // True when the byte was taken; false when it has to be looked at again.
    private bool Hold(byte c, IBufferWriter<byte> output)
    {
        var last = _held[_count - 1];
        if (_count == 2 && HexDigit(last) is var high and >= 0)
        {
            if (HexDigit(c) is var low and >= 0)
            {
                output.GetSpan(1)[0] = (byte)(high << 4 | low);
                output.Advance(1);
                _count = 0;
                return true;
            }
            return GiveUp(output);
        }
        if (c == '\n')
        {
            _count = 0;
            return true;
        }
        var mayGoOn = c is (byte)' ' or (byte)'\t' or (byte)'\r' || (_count == 1 && HexDigit(c) >= 0);
        if (!mayGoOn || last == '\r' || _count == _held.Length)
        {
            return GiveUp(output);
        }
        _held[_count++] = c;
        return true;
    }

    private bool GiveUp(IBufferWriter<byte> output)
    {
        // A line that ends in CR alone is a soft line break all the same.
        if (_held[_count - 1] != '\r')
        {
            output.Write(_held.AsSpan(0, _count));
        }
        _count = 0;
        return false;
    }
}
