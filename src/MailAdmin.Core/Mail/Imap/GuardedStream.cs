#pragma warning disable RS0030 // The canceled source was created with the clock.

using System.Runtime.CompilerServices;
using MailAdmin.Core.Base;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// The stream under MailKit. Reads ahead, has a timeout, and ends the connection if a server sends more than can be held
/// (<see cref="ResponseGuard"/>). Keeps the reason for the end. A timeout or a cancellation ends the connection for good, because
/// half of a response can be lost.
/// </summary>
internal sealed class GuardedStream : ForwardStream
{
    // Four TLS records: as much as a read can give, and below the size of the large object heap.
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly Stream _stream;
    private readonly TimeSpan _patience;
    private readonly CancellationTokenSource _abort;
    private readonly ResponseGuard _guard;
    private Exception? _next;
    private IOException? _writeFailure;
    private int _start;
    private int _end;
    private bool _isGreeted;
    private bool _isIdling;
    private volatile bool _isWatched = true;

    /// <summary>Takes a stream over, which is disposed with this.</summary>
    /// <param name="isGreeted">Whether the server sent its greeting before TLS.</param>
    /// <param name="time">The clock of the timeouts.</param>
    /// <param name="words">Takes the server's lines.</param>
    public GuardedStream(Stream stream, bool isGreeted, ImapOptions options, TimeProvider time, ServerWords words)
    {
        (_stream, _patience, _isGreeted) = (stream, options.Timeout, isGreeted);
        _abort = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _guard = new ResponseGuard(options.LongestResponse) { Line = (line, isStatus) => Take(words, line.Span, isStatus) };
        if (isGreeted)
        {
            // MailKit waits for a greeting. Text before TLS can be forged (RFC 9051 section 6.2.1).
            "* OK\r\n"u8.CopyTo(_buffer);
            Accept(6);
        }
    }

    /// <summary>The reason why the connection ended; null while it's open.</summary>
    public Exception? Failure { get; private set; }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    /// <summary>IDLE is sent next. After the server has accepted it, it can be silent for any time.</summary>
    public void BeginIdle() => _isIdling = true;

    /// <summary>DONE was sent: the patience counts again, also with the read that is under way.</summary>
    public void EndIdle()
    {
        _isIdling = false;
        if (!_isWatched)
        {
            _isWatched = true;
            _abort.CancelAfter(_patience);
        }
    }

    // Pooled, as below: a mailbox of 1 GB needs 65,000 of them.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_start == _end)
        {
            await FillAsync(cancellationToken).ConfigureAwait(false);
        }

        var count = Math.Min(buffer.Length, _end - _start);
        _buffer.AsMemory(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_writeFailure is not null)
        {
            return;
        }

        using var registration = Obey(cancellationToken);
        var isWatching = _isWatched;
        try
        {
            if (isWatching)
            {
                _abort.CancelAfter(_patience);
            }

            await _stream.WriteAsync(buffer, _abort.Token).ConfigureAwait(false);
            await _stream.FlushAsync(_abort.Token).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            // A server sends the reason before it closes the connection, so that is still read.
            _writeFailure = e;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failure ??= new TimeoutException($"it accepted no data for {_patience.TotalSeconds:0} seconds", e);
        }

        if (isWatching)
        {
            _abort.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Sends DONE synchronously, because it's called from a callback.</summary>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _stream.Write(buffer);
        _stream.Flush();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _abort.CancelAfter(Timeout.InfiniteTimeSpan);
            _stream.Dispose();
        }

        base.Dispose(disposing);
    }

    private CancellationTokenRegistration Obey(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return cancellationToken.UnsafeRegister(static abort => ((CancellationTokenSource)abort!).Cancel(), _abort);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if ((Failure ??= _next) is { } failure)
        {
            throw failure;
        }

        using var registration = Obey(cancellationToken);
        try
        {
            var read = _stream.ReadAsync(_buffer, _abort.Token);
            if (_isWatched && !read.IsCompleted)
            {
                _abort.CancelAfter(_patience);
            }

            var count = await read.ConfigureAwait(false);
            if (count == 0)
            {
                throw _writeFailure ?? new EndOfStreamException("The stream ended.");
            }

            if (_isWatched)
            {
                _abort.CancelAfter(Timeout.InfiniteTimeSpan);
            }

            Accept(count);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failure = new TimeoutException($"no data for {_patience.TotalSeconds:0} seconds", e);
        }
        catch (Exception e)
        {
            Failure ??= e;
            throw;
        }
    }

    /// <summary>Passes the valid part of the received data on before the error.</summary>
    private void Accept(int count)
    {
        (_start, _end) = (0, _guard.Follow(_buffer.AsSpan(0, count), out _next));
        if (!_isGreeted && _buffer.AsSpan(0, _end).StartsWith("* OK Waiting for authentication"u8))
        {
            // Dovecot sends this while it starts. The greeting follows, and MailKit would use this line as the greeting.
            _start = _buffer.AsSpan(0, _end).IndexOf((byte)'\n') is >= 0 and var end ? end + 1 : _end;
            return;
        }

        _isGreeted = true;
    }

    private Exception? Take(ServerWords words, ReadOnlySpan<byte> line, bool isStatus)
    {
        if (_isIdling && line.StartsWith("+"u8))
        {
            _isWatched = false;
        }

        // After BYE, no more data is expected, even if the server leaves the connection open.
        return words.Take(line, isStatus)
            ?? (words.Farewell is null ? null : new EndOfStreamException("The server said BYE."));
    }
}
