namespace MailAdmin.Core.Base;

/// <summary>
/// Content that is read once. Reading ends with an <see cref="IOException"/> if its length isn't as announced.
/// </summary>
/// <param name="inner">The content; it is disposed with this.</param>
/// <param name="length">The announced number of bytes; null if none was announced but content is required.</param>
internal sealed class WholeStream(Stream inner, long? length) : Stream
{
    private long _count;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => _count; set => throw new NotSupportedException(); }

    /// <summary>Returns the fault of content with another length.</summary>
    public static string Text(long count, long? announced) =>
        announced is { } all ? $"the content has {count} bytes instead of {all}" : "the content is missing";

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Count(inner.Read(buffer, offset, count), count);

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Count(await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false), buffer.Length);

    /// <inheritdoc/>
    public override void Flush() { }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Count(int read, int wanted)
    {
        _count += read;
        var isEnd = read == 0 && wanted > 0;
        var isWrong = _count > length || (isEnd && (length is { } all ? _count != all : _count == 0));
        return isWrong ? throw new IOException($"{Text(_count, length)}.") : read;
    }
}
