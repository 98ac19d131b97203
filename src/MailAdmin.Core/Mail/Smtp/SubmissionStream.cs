using MailAdmin.Core.Base;

namespace MailAdmin.Core.Mail.Smtp;

/// <summary>
/// The stream from which MailKit reads. It has a timeout and a limit for the length of a response. Data that was read before
/// MailKit started is returned first.
/// </summary>
/// <param name="stream">The connection; disposed with this.</param>
/// <param name="first">The data to return first.</param>
/// <param name="time">The clock of the timeouts.</param>
internal sealed class SubmissionStream(Stream stream, ReadOnlyMemory<byte> first, TimeProvider time) : Stream
{
    /// <summary>Lines of an answer are short, and there are few of them: RFC 5321 section 4.5.3.1.5.</summary>
    private const int LongestAnswer = 64 * 1024;

    private readonly CancellationTokenSource _abort = new(Timeout.InfiniteTimeSpan, time);

    /// <summary>A peer in this process can't vanish without a word.</summary>
    private readonly bool _isTimed = stream is not InProcessStream;
    private ReadOnlyMemory<byte> _first = first;
    private int _unanswered;

    /// <summary>The timeout of a read.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromMinutes(2);

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_first.IsEmpty)
        {
            var taken = Math.Min(buffer.Length, _first.Length);
            _first[..taken].CopyTo(buffer);
            _first = _first[taken..];
            return taken;
        }

        var count = await TimedAsync(
            token => stream.ReadAsync(buffer, token), cancellationToken).ConfigureAwait(false);
        _unanswered += count;
        return _unanswered <= LongestAnswer ? count
            : throw new InvalidDataException($"an answer is longer than {LongestAnswer} octets");
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _unanswered = 0;
        await TimedAsync(
            async token =>
            {
                await stream.WriteAsync(buffer, token).ConfigureAwait(false);
                return 0;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => stream.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush()
    {
        // Only asynchronous writes reach the stream, and they are flushed.
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            stream.Dispose();
            _abort.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> TimedAsync(
        Func<CancellationToken, ValueTask<int>> work, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(
            static abort => ((CancellationTokenSource)abort!).Cancel(), _abort);
        try
        {
#pragma warning disable RS0030 // It was created with the clock.
            _abort.CancelAfter(_isTimed ? Patience : Timeout.InfiniteTimeSpan);
            var count = await work(_abort.Token).ConfigureAwait(false);
            _abort.CancelAfter(Timeout.InfiniteTimeSpan);
#pragma warning restore RS0030
            return count;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The server sent no data for {Patience.TotalSeconds:0} seconds.", e);
        }
    }
}
