using MailAdmin.Core.Base;

namespace MailAdmin.Core.Mail.Smtp;

/// <summary>The stream from which MailKit reads. It has a timeout and a limit for the length of a response.</summary>
/// <param name="isGreeted">Whether the server has greeted before TLS. MailKit waits for a greeting.</param>
/// <param name="time">The clock of the timeouts.</param>
internal sealed class SubmissionStream(Stream stream, bool isGreeted, TimeProvider time) : ForwardStream
{
    /// <summary>Lines of an answer are short, and there are few of them: RFC 5321 section 4.5.3.1.5.</summary>
    private const int LongestAnswer = 64 * 1024;

    private readonly CancellationTokenSource _abort = new(Timeout.InfiniteTimeSpan, time);

    /// <summary>A peer in this process can't vanish without a word.</summary>
    private readonly bool _isTimed = stream is not InProcessStream;
    private ReadOnlyMemory<byte> _first = isGreeted ? "220 ready\r\n"u8.ToArray() : default;
    private int _unanswered;

    public TimeSpan Patience { get; set; } = TimeSpan.FromMinutes(2);

    public override bool CanRead => true;

    public override bool CanWrite => true;

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
        _unanswered += count > 0 ? count : throw new EndOfStreamException("The stream ended.");
        return _unanswered <= LongestAnswer ? count
            : throw new InvalidDataException($"an answer is longer than {LongestAnswer} octets");
    }

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

    public override Task FlushAsync(CancellationToken cancellationToken) => stream.FlushAsync(cancellationToken);

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
            throw new TimeoutException($"no data for {Patience.TotalSeconds:0} seconds", e);
        }
    }
}
