namespace MailAdmin.Tenant.Mailboxes;

/// <summary>The segments of a composed message one after the other.</summary>
internal sealed class SegmentStream(IReadOnlyList<MimeSegment> segments) : ReadStream
{
    private int _next;
    private Stream? _current;

    public override bool CanSeek => false;

    public override long Length { get; } = segments.Sum(s => s.Length);

    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            if (_current is null)
            {
                if (_next == segments.Count)
                {
                    return 0;
                }

                _current = segments[_next++].Open();
            }

            var read = buffer.IsEmpty ? 0 : _current.Read(buffer);
            if (read > 0 || buffer.IsEmpty)
            {
                Position += read;
                return read;
            }

            _current.Dispose();
            _current = null;
        }
    }

    protected override void Dispose(bool disposing)
    {
        _current?.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>Base64 in lines of 76 characters, each with its CRLF: RFC 2045 section 6.8.</summary>
internal sealed class Base64LineStream(Stream source) : ReadStream
{
    private const int BytesOfLine = 57, CharsOfLine = 78, Lines = 256;

    private readonly byte[] _raw = new byte[BytesOfLine * Lines];
    private readonly byte[] _encoded = new byte[CharsOfLine * Lines];
    private int _start;
    private int _end;

    public override bool CanSeek => false;

    public override long Length => EncodedLength(source.Length);

    public static long EncodedLength(long length) => ((length + 2) / 3 * 4) + ((length + BytesOfLine - 1) / BytesOfLine * 2);

    public override int Read(Span<byte> buffer)
    {
        if (_start == _end && !Fill())
        {
            return 0;
        }

        var count = Math.Min(buffer.Length, _end - _start);
        _encoded.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        source.Dispose();
        base.Dispose(disposing);
    }

    private bool Fill()
    {
        var read = source.ReadAtLeast(_raw, _raw.Length, throwOnEndOfStream: false);
        (_start, _end) = (0, 0);
        for (var offset = 0; offset < read; offset += BytesOfLine)
        {
            var line = _raw.AsSpan(offset, Math.Min(BytesOfLine, read - offset));
            System.Buffers.Text.Base64.EncodeToUtf8(line, _encoded.AsSpan(_end), out _, out var written);
            _end += written;
            _encoded[_end++] = (byte)'\r';
            _encoded[_end++] = (byte)'\n';
        }

        return read > 0;
    }
}
