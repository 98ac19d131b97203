using MailAdmin.Core.Imap.Responses;

namespace MailAdmin.Core.Imap;

/// <summary>
/// A session over a stream. Commands are sent without waiting, responses are read one by one; whatever fails on the way ends
/// the connection for good (<see cref="IsBroken"/>), because nobody knows where in the dialogue it stands.
/// </summary>
internal sealed class ImapConnection : IAsyncDisposable
{
    // Four TLS records: as much as a read can give, and below the size of the large object heap.
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly ImapOptions _options;
    private readonly CancellationTokenSource _abort;
    private Stream _stream;
    private IOException? _writeFailure;
    private int _start;
    private int _end;

    private ImapConnection(Stream stream, ImapServer server, ImapOptions options, TimeProvider time)
    {
        (_stream, Server, _options) = (stream, server, options);
        _abort = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        Session = new ImapSession(options.Limits, options.Log is { } log ? new ImapLog(log) : null);
    }

    /// <summary>The dialogue.</summary>
    public ImapSession Session { get; }

    /// <summary>The other end.</summary>
    public ImapServer Server { get; }

    /// <summary>True when it cannot be used any more.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>True when the server closed it because the token ran out.</summary>
    public bool IsTokenExpired { get; private set; }

    /// <summary>True when nothing is under way, so that the next caller can use it.</summary>
    public bool IsQuiet => !IsBroken && Session.Pending.Count == 0 && Session.LiteralRemaining == 0;

    /// <summary>Connects, secures the stream and reads the greeting.</summary>
    /// <param name="wire">Opens the stream, and keeps the time.</param>
    /// <param name="server">Where to.</param>
    /// <param name="options">Limits, time-out and log.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>A connection on which nobody is signed in yet.</returns>
    public static async Task<ImapConnection> OpenAsync(Wire wire, ImapServer server, ImapOptions options, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(options.Timeout, wire.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        ImapConnection? connection = null;
        try
        {
            var stream = await wire.OpenStream(server.Host, server.Port, both.Token).ConfigureAwait(false);
            connection = new ImapConnection(stream, server, options, wire.Time);
            await connection.GreetAsync(stream is InProcessStream, both.Token).ConfigureAwait(false);
            return connection;
        }
        catch (Exception e)
        {
            if (connection is not null)
            {
                connection.IsBroken = true;
                await connection.DisposeAsync().ConfigureAwait(false);
            }

            throw Translate(e, server, options, cancellationToken);
        }
    }

    /// <summary>Takes a command to be sent before the next read.</summary>
    /// <param name="command">The command.</param>
    /// <returns>The same.</returns>
    public ImapCommand Send(ImapCommand command)
    {
        Session.Enqueue(command);
        return command;
    }

    /// <summary>Sends what is to be sent, and reads the next response. The octets of a literal that nobody took are thrown away.</summary>
    /// <param name="cancellationToken">Ends it, and the connection.</param>
    /// <returns>The response.</returns>
    public async ValueTask<ImapResponse> ReadAsync(CancellationToken cancellationToken)
    {
        using var registration = Abortable(cancellationToken);
        try
        {
            while (true)
            {
                await FlushAsync().ConfigureAwait(false);
                while (Session.LiteralRemaining > 0)
                {
                    await FillAsync().ConfigureAwait(false);
                    _start += Session.TakeLiteral(_end - _start);
                }

                if (TryReceive() is { } response)
                {
                    return Accept(response);
                }

                await FillAsync().ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            throw Break(e, cancellationToken);
        }
    }

    /// <summary>Writes the octets of a literal to where they belong.</summary>
    /// <param name="sink">Where; null to throw them away.</param>
    /// <param name="cancellationToken">Ends it, and the connection.</param>
    /// <returns>Null; or why the sink failed, and then the rest was thrown away and the connection goes on.</returns>
    public async ValueTask<Exception?> CopyLiteralAsync(Stream? sink, CancellationToken cancellationToken)
    {
        using var registration = Abortable(cancellationToken);
        Exception? failure = null;
        try
        {
            while (Session.LiteralRemaining > 0)
            {
                await FillAsync().ConfigureAwait(false);
                var octets = _buffer.AsMemory(_start, Session.TakeLiteral(_end - _start));
                _start += octets.Length;
                if (sink is not null && failure is null)
                {
                    failure = await WriteAsync(sink, octets, cancellationToken).ConfigureAwait(false);
                }
            }

            return failure;
        }
        catch (Exception e)
        {
            throw Break(e, cancellationToken);
        }
    }

    /// <summary>Sends a command and waits for its completion.</summary>
    /// <param name="command">The command.</param>
    /// <param name="onData">Takes what comes before; null when it does not matter.</param>
    /// <param name="cancellationToken">Ends it, and the connection.</param>
    /// <returns>OK.</returns>
    /// <exception cref="ServiceRefusedException">NO or BAD.</exception>
    public async ValueTask<ConditionResponse> ExecuteAsync(
        ImapCommand command, Action<ImapResponse>? onData, CancellationToken cancellationToken)
    {
        Send(command);
        var completion = await CompleteAsync(command, onData, cancellationToken).ConfigureAwait(false);
        return completion.Condition == ImapCondition.Ok ? completion : throw ImapErrors.Refused(completion);
    }

    /// <summary>Reads up to the completion of a command that was sent.</summary>
    /// <param name="command">The command.</param>
    /// <param name="onData">Takes what comes before; null when it does not matter.</param>
    /// <param name="cancellationToken">Ends it, and the connection.</param>
    /// <returns>OK, NO or BAD.</returns>
    public async ValueTask<ConditionResponse> CompleteAsync(
        ImapCommand command, Action<ImapResponse>? onData, CancellationToken cancellationToken)
    {
        while (true)
        {
            var response = await ReadAsync(cancellationToken).ConfigureAwait(false);
            if (response is ConditionResponse completion && completion.Command == command)
            {
                return completion;
            }

            onData?.Invoke(response);
        }
    }

    /// <summary>Waits for the selected mailbox to change (IDLE, RFC 9051 section 6.3.13).</summary>
    /// <param name="patience">How long; below the 29 minutes after which a server may hang up.</param>
    /// <param name="time">The clock it goes by.</param>
    /// <param name="cancellationToken">Ends it, and the connection.</param>
    /// <returns>True when messages came, went or changed.</returns>
    public async Task<bool> IdleAsync(TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        using var registration = Abortable(cancellationToken);
        using var over = new CancellationTokenSource();
        try
        {
            var delay = Task.Delay(patience, time, over.Token);
            var (changed, asked, ended) = (false, false, false);
            var idle = Send(ImapCommands.Idle());
            await FlushAsync().ConfigureAwait(false);
            while (true)
            {
                while (TryReceive() is { } response)
                {
                    Accept(response);
                    if (response is ConditionResponse completion && completion.Command == idle)
                    {
                        return completion.Condition == ImapCondition.Ok ? changed : throw ImapErrors.Refused(completion);
                    }

                    asked |= response is ContinuationResponse;
                    changed |= response is ExistsResponse or ExpungeResponse or VanishedResponse or FetchResponse;
                }

                var fill = FillAsync(watched: ended).AsTask();
                if (asked && !ended)
                {
                    if (!changed)
                    {
                        await Task.WhenAny(fill, delay).ConfigureAwait(false);
                    }

                    if (changed || !fill.IsCompleted)
                    {
                        ended = true;
                        Session.Done();
                        await FlushAsync().ConfigureAwait(false);
                        _abort.CancelAfter(_options.Timeout);
                    }
                }

                await fill.ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            throw Break(e, cancellationToken);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (IsQuiet && Session.State != ImapState.Logout)
        {
            // The server frees the session at once when it is told; its answer is not worth waiting for.
            try
            {
                Send(ImapCommands.Logout());
                _abort.CancelAfter(TimeSpan.FromSeconds(1));
                await FlushAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // It is gone already.
            }
        }

        IsBroken = true;
        await _stream.DisposeAsync().ConfigureAwait(false);
        Session.Dispose();
        _abort.Dispose();
    }

    private static async ValueTask<Exception?> WriteAsync(Stream sink, ReadOnlyMemory<byte> octets, CancellationToken cancellationToken)
    {
        try
        {
            if (sink is FileStream or MemoryStream)
            {
                // The page cache takes it at once; an asynchronous write would cost a change of threads for every 16 KB.
                sink.Write(octets.Span);
            }
            else
            {
                await sink.WriteAsync(octets, cancellationToken).ConfigureAwait(false);
            }

            return null;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return e;
        }
    }

    private async Task GreetAsync(bool isPrivate, CancellationToken cancellationToken)
    {
        if (Server.Security == ImapSecurity.Tls && !isPrivate)
        {
            _stream = await ImapTls.SecureAsync(_stream, Server, cancellationToken).ConfigureAwait(false);
        }

        var greeting = await ReadAsync(cancellationToken).ConfigureAwait(false);
        if (greeting is not ConditionResponse { Condition: ImapCondition.Ok })
        {
            // PREAUTH: somebody is signed in already, whoever that is; before TLS it would also rule out STARTTLS.
            throw new ImapProtocolException("the greeting says that somebody is signed in already");
        }

        if (Server.Security == ImapSecurity.StartTls && !isPrivate)
        {
            await StartTlsAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task StartTlsAsync(CancellationToken cancellationToken)
    {
        if (_start < _end)
        {
            throw new ImapProtocolException("the server answered STARTTLS before it was sent");
        }

        var completion = await CompleteAsync(Send(ImapCommands.StartTls()), null, cancellationToken).ConfigureAwait(false);
        if (completion.Condition != ImapCondition.Ok)
        {
            throw new ConnectionLostException($"{Server} refused STARTTLS: {completion.Text}") { Endpoint = Server.ToString(), MayRecover = false };
        }

        if (_start < _end)
        {
            // Whatever came in clear text after the OK would be taken for the server's words under TLS.
            throw new ImapProtocolException("the server sent more in clear text after it agreed to TLS");
        }

        _stream = await ImapTls.SecureAsync(_stream, Server, cancellationToken).ConfigureAwait(false);
        Session.ForgetPlaintext();
    }

    private ImapResponse? TryReceive()
    {
        if (_start == _end)
        {
            return null;
        }

        var response = Session.Receive(_buffer.AsSpan(_start, _end - _start), out var consumed);
        _start += consumed;
        return response;
    }

    private ImapResponse Accept(ImapResponse response)
    {
        if (response is not ConditionResponse { Tag: null } condition)
        {
            return response;
        }

        if (condition.Condition == ImapCondition.Bye && !Session.Pending.Any(static command => command.Name == "LOGOUT"))
        {
            IsTokenExpired = ImapErrors.IsTokenExpired(condition.Text);
            throw ImapErrors.Closed(Server.ToString(), condition.Text);
        }

        return condition.Condition is ImapCondition.No or ImapCondition.Bad && ImapErrors.TryThrottled(condition.Text) is { } throttled
            ? throw throttled
            : response;
    }

    private async ValueTask FlushAsync()
    {
        while (_writeFailure is null && Session.TryTakeOutput(out var chunk))
        {
            _abort.CancelAfter(_options.Timeout);
            try
            {
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

            _abort.CancelAfter(_options.Timeout);
            await _stream.WriteAsync(block.AsMemory(0, n), _abort.Token).ConfigureAwait(false);
            left -= n;
        }
    }

    private async ValueTask FillAsync(bool watched = true)
    {
        if (_start < _end)
        {
            return;
        }

        var read = _stream.ReadAsync(_buffer, _abort.Token);
        if (watched && !read.IsCompleted)
        {
            _abort.CancelAfter(_options.Timeout);
        }

        (_start, _end) = (0, 0);
        _end = await read.ConfigureAwait(false);
        if (_end == 0)
        {
            throw _writeFailure ?? new EndOfStreamException("The stream ended.");
        }

        _abort.CancelAfter(Timeout.InfiniteTimeSpan);
    }

    private CancellationTokenRegistration Abortable(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return cancellationToken.UnsafeRegister(static abort => ((CancellationTokenSource)abort!).Cancel(), _abort);
    }

    private Exception Break(Exception error, CancellationToken cancellationToken)
    {
        // A refusal leaves the dialogue where it was; everything else does not.
        IsBroken |= error is not ServiceRefusedException || Session.State == ImapState.Logout;
        return Translate(error, Server, _options, cancellationToken);
    }

    private static Exception Translate(Exception error, ImapServer server, ImapOptions options, CancellationToken cancellationToken)
    {
        if (error is MailAdminException)
        {
            return error;
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return new OperationCanceledException(cancellationToken);
        }

        var message = error switch
        {
            OperationCanceledException => $"{server} has not answered for {options.Timeout.TotalSeconds:0} seconds",
            EndOfStreamException => $"{server} closed the connection without a word",
            ImapProtocolException => $"{server} does not keep to the IMAP protocol: {error.Message}",
            IOException or System.Net.Sockets.SocketException => $"The connection with {server} was lost: {error.Message}",
            _ => null,
        };
        return message is null ? error : new ConnectionLostException($"{message}.", error) { Endpoint = server.ToString() };
    }
}
