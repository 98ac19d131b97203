using System.Buffers;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// Uuencode (POSIX uuencode). The mode and the file name on the "begin" line are not used; lines before it and after "end"
/// are skipped.
/// </summary>
internal sealed class UuDecoder : ContentDecoder
{
    private enum At { BeforeBegin, Data, AfterEnd }

    // A data line has at most 1 + 84 characters; what is longer than this is cut, and harmless.
    private readonly byte[] _line = new byte[128];
    private int _length;
    private At _at;

    public override void Write(ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        while (_at != At.AfterEnd && !input.IsEmpty)
        {
            var end = input.IndexOf((byte)'\n');
            var piece = end < 0 ? input : input[..end];
            piece = piece[..Math.Min(piece.Length, _line.Length - _length)];
            piece.CopyTo(_line.AsSpan(_length));
            _length += piece.Length;
            if (end < 0)
            {
                return;
            }
            EndOfLine(output);
            input = input[(end + 1)..];
        }
    }

    public override void Finish(IBufferWriter<byte> output) => EndOfLine(output);

    private void EndOfLine(IBufferWriter<byte> output)
    {
        var line = _line.AsSpan(0, _length).TrimEnd((byte)'\r');
        _length = 0;
        if (_at == At.BeforeBegin)
        {
            _at = line.StartsWith("begin "u8) ? At.Data : At.BeforeBegin;
        }
        else if (_at == At.Data)
        {
            if (line.SequenceEqual("end"u8))
            {
                _at = At.AfterEnd;
            }
            else if (!line.IsEmpty)
            {
                DecodeLine(line, output);
            }
        }
    }

    private static void DecodeLine(ReadOnlySpan<byte> line, IBufferWriter<byte> output)
    {
        var count = (line[0] - 0x20) & 0x3F;
        var target = output.GetSpan(66);
        var written = 0;
        for (var i = 1; written < count && i < line.Length; i += 4)
        {
            var bits = Value(line, i) << 18 | Value(line, i + 1) << 12 | Value(line, i + 2) << 6 | Value(line, i + 3);
            target[written++] = (byte)(bits >> 16);
            target[written++] = (byte)(bits >> 8);
            target[written++] = (byte)bits;
        }
        output.Advance(Math.Min(written, count));

        // Spaces at the end of a line are zeros, and often lost.
        static int Value(ReadOnlySpan<byte> line, int at) => at < line.Length ? (line[at] - 0x20) & 0x3F : 0;
    }
}
