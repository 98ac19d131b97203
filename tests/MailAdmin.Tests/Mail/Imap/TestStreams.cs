namespace MailAdmin.Tests.Mail.Imap;

/// <summary>A stream that cannot seek, and may fail when it is written to.</summary>
internal sealed class OneWayStream(Stream inner) : Stream
{
    private long _written;

    public Exception? Failure { get; init; }

    /// <summary>Octets after which it breaks.</summary>
    public long BreaksAfter { get; init; } = long.MaxValue;

    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => false;

    public override bool CanWrite => inner.CanWrite;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.ReadAsync(buffer, cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count)
    {
        if (Failure is not null)
        {
            throw Failure;
        }

        inner.Write(buffer, offset, count);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Failure is not null)
        {
            throw Failure;
        }

        var whole = (int)Math.Min(buffer.Length, BreaksAfter - _written);
        await inner.WriteAsync(buffer[..whole], cancellationToken);
        _written += whole;
        if (whole < buffer.Length)
        {
            await inner.DisposeAsync();
            throw new IOException("It broke.");
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
