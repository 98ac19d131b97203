using System.Buffers;

namespace MailAdmin.Core.Mime;

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
        while (!input.IsEmpty)
        {
            if (_count > 0)
            {
                if (Hold(input[0], output))
                {
                    input = input[1..];
                }
                continue;
            }
            var next = input.IndexOfAny(specials);
            if (next < 0)
            {
                output.Write(input);
                return;
            }
            output.Write(input[..next]);
            if (input[next] == '_')
            {
                output.Write(" "u8);
            }
            else
            {
                _held[_count++] = (byte)'=';
            }
            input = input[(next + 1)..];
        }
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
