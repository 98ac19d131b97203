namespace MailAdmin.Core.Base;

/// <summary>
/// One end of a two-way byte stream within this process. Protocols don't use TLS on such a stream. They recognize a sandbox
/// by this type, not by a switch.
/// </summary>
internal sealed class InProcessStream : Stream
{
    private readonly Lane _incoming;
    private readonly Lane _outgoing;
    private volatile bool _isDisposed;

    private InProcessStream(Lane incoming, Lane outgoing) => (_incoming, _outgoing) = (incoming, outgoing);

    /// <summary>Creates the two ends of a stream.</summary>
    /// <param name="capacity">The number of bytes in each direction before a writer waits for the reader.</param>
    /// <returns>Two connected ends: data written to one is read from the other. Disposing one ends both directions.</returns>
    public static (InProcessStream Client, InProcessStream Server) CreatePair(int capacity = 64 * 1024)
    {
        var (up, down) = (new Lane(capacity), new Lane(capacity));
        return (new InProcessStream(down, up), new InProcessStream(up, down));
    }

    /// <inheritdoc/>
    public override bool CanRead => !_isDisposed;

    /// <inheritdoc/>
    public override bool CanWrite => !_isDisposed;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _incoming.ReadAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _outgoing.WriteAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) =>
        WriteAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _isDisposed = true;
            _incoming.Close();
            _outgoing.Close();
        }

        base.Dispose(disposing);
    }

    /// <summary>Represents one direction: a ring buffer with a reader and a writer.</summary>
    private sealed class Lane(int capacity)
    {
        private readonly byte[] _ring = new byte[capacity];
        private int _start;
        private int _count;
        private bool _closed;
        private TaskCompletionSource? _changed;

        public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            while (true)
            {
                Task changed;
                lock (_ring)
                {
                    if (_count > 0 || buffer.IsEmpty)
                    {
                        var n = Math.Min(_count, buffer.Length);
                        var first = Math.Min(n, _ring.Length - _start);
                        _ring.AsSpan(_start, first).CopyTo(buffer.Span);
                        _ring.AsSpan(0, n - first).CopyTo(buffer.Span[first..]);
                        _start = (_start + n) % _ring.Length;
                        _count -= n;
                        Wake();
                        return n;
                    }

                    if (_closed)
                    {
                        return 0;
                    }

                    changed = Changed();
                }

                await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        public async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
        {
            while (!buffer.IsEmpty)
            {
                Task changed;
                lock (_ring)
                {
                    if (_closed)
                    {
                        throw new IOException("The other end is closed.");
                    }

                    var n = Math.Min(_ring.Length - _count, buffer.Length);
                    if (n > 0)
                    {
                        var end = (_start + _count) % _ring.Length;
                        var first = Math.Min(n, _ring.Length - end);
                        buffer.Span[..first].CopyTo(_ring.AsSpan(end));
                        buffer.Span[first..n].CopyTo(_ring);
                        _count += n;
                        buffer = buffer[n..];
                        Wake();
                        continue;
                    }

                    changed = Changed();
                }

                await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        public void Close()
        {
            lock (_ring)
            {
                _closed = true;
                Wake();
            }
        }

        private Task Changed() =>
            (_changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        private void Wake()
        {
            _changed?.SetResult();
            _changed = null;
        }
    }
}
