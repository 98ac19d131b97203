using MailAdmin.Core.Base;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// The octets of a connection: a stream, what was read ahead from it, and the patience with it. Time-out and cancellation end
/// it for good, because half of a response may be lost with them.
/// </summary>
internal sealed class ImapTransport : IAsyncDisposable
{
#pragma warning disable RS0030 // The source that is told to cancel was made with the clock.

    // Four TLS records: as much as a read can give, and below the size of the large object heap.
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly TimeSpan _patience;
    private readonly CancellationTokenSource _abort;
    private Stream _stream;
    private IOException? _writeFailure;
    private int _start;
    private int _end;

    /// <summary>Takes a stream over.</summary>
    /// <param name="stream">Disposed with this.</param>
    /// <param name="patience">How long to wait for each next octet.</param>
    /// <param name="time">The clock that goes by.</param>
    public ImapTransport(Stream stream, TimeSpan patience, TimeProvider time)
    {
        (_stream, _patience) = (stream, patience);
        _abort = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
    }

    /// <summary>What was read and not taken yet.</summary>
    public ReadOnlyMemory<byte> Ahead => _buffer.AsMemory(_start, _end - _start);

    /// <summary>True when the stream cannot be listened to on its way (see <see cref="InProcessStream"/>).</summary>
    public bool IsPrivate => _stream is InProcessStream;

    /// <summary>Takes octets that were read.</summary>
    /// <param name="count">How many.</param>
    public void Take(int count) => _start += count;

    /// <summary>Lets a token end everything that waits.</summary>
    /// <param name="cancellationToken">The token.</param>
    /// <returns>To be disposed when it no longer should.</returns>
    public CancellationTokenRegistration Obey(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return cancellationToken.UnsafeRegister(static abort => ((CancellationTokenSource)abort!).Cancel(), _abort);
    }

    /// <summary>Begins TLS.</summary>
    /// <param name="server">Whose certificate it must be.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>When it is done.</returns>
    public async Task SecureAsync(ImapServer server, CancellationToken cancellationToken) =>
        _stream = await ImapTls.SecureAsync(_stream, server, cancellationToken).ConfigureAwait(false);

    /// <summary>Reads more, unless there is something left.</summary>
    /// <param name="watched">Whether the patience is limited.</param>
    /// <returns>When there is.</returns>
    /// <exception cref="IOException">The stream ended or failed.</exception>
    public async ValueTask FillAsync(bool watched = true)
    {
        if (_start < _end)
        {
            return;
        }

        var read = _stream.ReadAsync(_buffer, _abort.Token);
        if (watched && !read.IsCompleted)
        {
            Watch();
        }

        (_start, _end) = (0, 0);
        _end = await read.ConfigureAwait(false);
        if (_end == 0)
        {
            throw _writeFailure ?? new EndOfStreamException("The stream ended.");
        }

        _abort.CancelAfter(Timeout.InfiniteTimeSpan);
    }

    /// <summary>Limits the patience with a read that is under way.</summary>
    public void Watch() => _abort.CancelAfter(_patience);

    /// <summary>Sends what a session has to send.</summary>
    /// <param name="session">The session.</param>
    /// <returns>When it is sent, or cannot be: then the next read says why.</returns>
    public async ValueTask FlushAsync(ImapSession session)
    {
        while (_writeFailure is null && session.TryTakeOutput(out var chunk))
        {
            try
            {
                Watch();
                if (chunk.Content is null)
                {
                    await _stream.WriteAsync(chunk.Octets, _abort.Token).ConfigureAwait(false);
                }
                else
                {
                    await SendContentAsync(chunk.Content, chunk.Size).ConfigureAwait(false);
                }

                await _stream.FlushAsync(_abort.Token).ConfigureAwait(false);
            }
            catch (IOException e)
            {
                // A server that closes says why before it does: that is still to be read.
                _writeFailure = e;
            }

            _abort.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync().ConfigureAwait(false);
        _abort.Dispose();
    }

    private async ValueTask SendContentAsync(Stream content, long size)
    {
        var block = new byte[16 * 1024];
        for (var left = size; left > 0;)
        {
            var n = await content.ReadAsync(block.AsMemory(0, (int)Math.Min(left, block.Length)), _abort.Token).ConfigureAwait(false);
            if (n == 0)
            {
                throw new InvalidRequestException("ContentTooShort", "The message to be stored ended before its announced size.");
            }

            Watch();
            await _stream.WriteAsync(block.AsMemory(0, n), _abort.Token).ConfigureAwait(false);
            left -= n;
        }
    }
}
