using System.Buffers;
using System.Buffers.Text;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// Base64, RFC 2045 section 6.8. Characters outside the alphabet are skipped; padding ends a quantum wherever it stands, so
/// that encoded pieces set end to end are read; the URL-safe alphabet is understood. What is plainly not base64, though it
/// says so, is passed through.
/// </summary>
internal sealed class Base64Decoder : ContentDecoder
{
    // Long enough to judge whether it is base64 at all, short enough to hold back.
    private const int Sample = 512;

    private static readonly SearchValues<byte> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8);

    private static readonly sbyte[] Values = MakeValues();

    // Characters of the alphabet that wait to be decoded; a multiple of four is decoded at once.
    private readonly byte[] _quanta;
    private int _count;
    private byte[]? _sample;
    private int _sampled;
    private bool _passThrough;

    /// <summary>Makes one.</summary>
    /// <param name="headerWord">The input is an encoded-word: short, and base64 for sure.</param>
    public Base64Decoder(bool headerWord = false)
    {
        _quanta = new byte[headerWord ? 64 : 4096];
        _sample = headerWord ? null : new byte[Sample];
    }

    public override void Write(ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        if (_sample is not null)
        {
            var taken = Math.Min(input.Length, Sample - _sampled);
            input[..taken].CopyTo(_sample.AsSpan(_sampled));
            _sampled += taken;
            input = input[taken..];
            if (_sampled < Sample)
            {
                return;
            }
            Judge(output);
        }
        Decode(input, output);
    }

    public override void Finish(IBufferWriter<byte> output)
    {
        if (_sample is not null)
        {
            Judge(output);
        }
        Flush(output);
    }

    private void Judge(IBufferWriter<byte> output)
    {
        var sample = _sample.AsSpan(0, _sampled);
        _sample = null;
        _passThrough = !IsPlausible(sample);
        Decode(sample, output);
    }

    // Damaged base64 has a stray character now and then; text has a space or a full stop in every few.
    private static bool IsPlausible(ReadOnlySpan<byte> sample)
    {
        int inside = 0, outside = 0;
        foreach (var c in sample)
        {
            if (Values[c] >= 0)
            {
                inside++;
            }
            else if (c is not ((byte)'\r' or (byte)'\n' or (byte)'=' or 0))
            {
                outside++;
            }
        }
        return outside < 4 || outside * 20 < inside;
    }

    private void Decode(ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        if (_passThrough)
        {
            output.Write(input);
            return;
        }
        while (!input.IsEmpty)
        {
            var run = input.IndexOfAnyExcept(Alphabet);
            run = Math.Min(run < 0 ? input.Length : run, _quanta.Length - _count);
            input[..run].CopyTo(_quanta.AsSpan(_count));
            _count += run;
            input = input[run..];
            if (_count == _quanta.Length)
            {
                DecodeQuanta(output);
            }
            else if (!input.IsEmpty)
            {
                Skip(input[0], output);
                input = input[1..];
            }
        }
    }

    private void Skip(byte c, IBufferWriter<byte> output)
    {
        switch (c)
        {
            case (byte)'=':
                Flush(output);
                break;
            case (byte)'-':
                _quanta[_count++] = (byte)'+';
                break;
            case (byte)'_':
                _quanta[_count++] = (byte)'/';
                break;
            default:
                return;
        }
        if (_count == _quanta.Length)
        {
            DecodeQuanta(output);
        }
    }

    private void DecodeQuanta(IBufferWriter<byte> output)
    {
        var whole = _count & ~3;
        if (whole > 0)
        {
            Base64.DecodeFromUtf8(_quanta.AsSpan(0, whole), output.GetSpan(whole / 4 * 3), out _, out var written);
            output.Advance(written);
            _quanta.AsSpan(whole, _count - whole).CopyTo(_quanta);
            _count -= whole;
        }
    }

    private void Flush(IBufferWriter<byte> output)
    {
        DecodeQuanta(output);
        // Two characters are one byte, three are two; one alone is nothing.
        if (_count >= 2)
        {
            var bits = (Values[_quanta[0]] << 18) | (Values[_quanta[1]] << 12) | (_count == 3 ? Values[_quanta[2]] << 6 : 0);
            var tail = output.GetSpan(2);
            tail[0] = (byte)(bits >> 16);
            tail[1] = (byte)(bits >> 8);
            output.Advance(_count - 1);
        }
        _count = 0;
    }

    private static sbyte[] MakeValues()
    {
        var values = new sbyte[256];
        Array.Fill(values, (sbyte)-1);
        var alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8;
        for (var i = 0; i < alphabet.Length; i++)
        {
            values[alphabet[i]] = (sbyte)i;
        }
        values['-'] = values['+'];
        values['_'] = values['/'];
        return values;
    }
}
