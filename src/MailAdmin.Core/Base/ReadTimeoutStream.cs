namespace MailAdmin.Core.Base;

/// <summary>
/// A stream with a read timeout. Without it, a read blocks forever when the peer disappears without closing the connection,
/// because neither TCP nor HTTP/1.1 checks that.
/// </summary>
/// <param name="inner">Disposed with this.</param>
/// <param name="timeout">The longest wait for the next byte.</param>
/// <param name="time">The clock.</param>
internal sealed class ReadTimeoutStream(Stream inner, TimeSpan timeout, TimeProvider time) : Stream
{
    private readonly CancellationTokenSource _abort = new(Timeout.InfiniteTimeSpan, time);

    /// <inheritdoc/>
    public override bool CanRead => inner.CanRead;

    /// <inheritdoc/>
    public override bool CanWrite => inner.CanWrite;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    /// <exception cref="IOException">No data was received in time. The stream can't be used anymore.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var registration = cancellationToken.UnsafeRegister(
            static abort => ((CancellationTokenSource)abort!).Cancel(), _abort);
        try
        {
            var read = inner.ReadAsync(buffer, _abort.Token);
            if (read.IsCompleted)
            {
                return await read.ConfigureAwait(false);
            }

#pragma warning disable RS0030 // It was created with the clock.
            _abort.CancelAfter(timeout);
            var count = await read.ConfigureAwait(false);
            _abort.CancelAfter(Timeout.InfiniteTimeSpan);
#pragma warning restore RS0030
            return count;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"The server sent no data for {timeout.TotalSeconds:0} seconds.");
        }
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        inner.WriteAsync(buffer, offset, count, cancellationToken);

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override void Flush() => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            _abort.Dispose();
        }

        base.Dispose(disposing);
    }
}
