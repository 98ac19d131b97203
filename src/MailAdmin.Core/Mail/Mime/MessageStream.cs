using MailAdmin.Core.Base;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// The stream from which MimeKit reads a message: a range of it, if necessary after a header section that is created for it.
/// Offsets stay valid, because at most single bytes are replaced. Lines that end in CR only, as in old Macintosh files, are read
/// as if they ended in LF. MimeKit copies a header field again with each 4 KB that it grows by, so a field of megabytes is read
/// as several, which <see cref="IsCut"/> identifies.
/// </summary>
internal sealed class MessageStream(MimeSource source, ReadOnlyMemory<byte> prefix, long start, long end)
    : ForwardStream
{
    private const int LongestField = 64 * 1024;

    private const int LineEndSample = 64 * 1024;

    private readonly HashSet<long> _cuts = [];
    private readonly bool _endsLinesInCr = EndsLinesInCr(source.Read(0, LineEndSample).Span);
    private long _position;

    /// <summary>The start of the current header field; null between header sections.</summary>
    public long? FieldStart { get; set; }

    public override bool CanRead => true;

    /// <summary>Returns whether the field that seems to start here continues the previous one.</summary>
    public bool IsCut(long position) => _cuts.Contains(position);

    public override int Read(Span<byte> buffer)
    {
        if (_position < prefix.Length)
        {
            var rest = prefix.Span[(int)_position..];
            var copied = Math.Min(rest.Length, buffer.Length);
            rest[..copied].CopyTo(buffer);
            _position += copied;
            return copied;
        }

        var offset = start + _position - prefix.Length;
        // Always the full count: MimeKit's detection of a boundary depends on how much of the line it has.
        buffer = buffer[..source.Read(offset, buffer[..(int)Math.Min(buffer.Length, end - offset)])];
        if (_endsLinesInCr)
        {
            buffer.Replace((byte)'\r', (byte)'\n');
        }

        if (FieldStart < _position - LongestField)
        {
            Cut(buffer);
        }

        _position += buffer.Length;
        return buffer.Length;
    }

    private static bool EndsLinesInCr(ReadOnlySpan<byte> sample) =>
        sample.Contains((byte)'\r') && !sample.Contains((byte)'\n');

    /// <summary>Reads the next line of a folded field as a field; within a line, the next character.</summary>
    private void Cut(Span<byte> chunk)
    {
        var name = chunk.IndexOf((byte)'\n') + 1;
        if (name + 2 > chunk.Length || (name > 0 && chunk[name] is not ((byte)' ' or (byte)'\t')))
        {
            return;
        }

        if (name == 0)
        {
            chunk[name++] = (byte)'\n';
        }

        "X:"u8.CopyTo(chunk[name..]);
        FieldStart = _position + name;
        _cuts.Add(_position + name);
    }
}
