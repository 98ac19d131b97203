// Longer than 250 lines: one connection from its greeting to its end, with all that may break it.
using MailAdmin.Core.Base;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// A session over a stream. Commands are sent without waiting, responses are read one by one; whatever fails on the way ends
/// the connection for good (<see cref="IsBroken"/>), because nobody knows where in the dialogue it stands.
/// </summary>
internal sealed class ImapConnection : IAsyncDisposable
{
    private readonly ImapOptions _options;

    private ImapConnection(Stream stream, ImapServer server, ImapOptions options, TimeProvider time)
    {
        (Server, _options) = (server, options);
        Transport = new ImapTransport(stream, options.Timeout, time);
        Session = new ImapSession(options.Limits, options.Log is { } log ? new ImapLog(log) : null);
    }

    /// <summary>The dialogue.</summary>
    public ImapSession Session { get; }

    /// <summary>Its octets.</summary>
    public ImapTransport Transport { get; }

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
            await connection.GreetAsync(both.Token).ConfigureAwait(false);
            return connection;
        }
        catch (Exception e)
        {
            if (connection is not null)
            {
                connection.IsBroken = true;
                await connection.DisposeAsync().ConfigureAwait(false);
            }

            throw ImapErrors.Translate(e, server, options.Timeout, cancellationToken);
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
        using var registration = Transport.Obey(cancellationToken);
        try
        {
            while (true)
            {
                await Transport.FlushAsync(Session).ConfigureAwait(false);
                while (Session.LiteralRemaining > 0)
                {
                    await Transport.FillAsync().ConfigureAwait(false);
                    Transport.Take(Session.TakeLiteral(Transport.Ahead.Length));
                }

                if (Poll() is { } response)
                {
                    return response;
                }

                await Transport.FillAsync().ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            throw Break(e, cancellationToken);
        }
    }

    /// <summary>Sends what is to be sent, and writes the octets of a literal to where they belong.</summary>
    /// <param name="sink">Where; null to throw them away.</param>
    /// <param name="copy">Takes the first of them, too; empty for none.</param>
    /// <param name="cancellationToken">Ends it, and the connection.</param>
    /// <returns>Null; or why the sink failed, and then the rest was thrown away and the connection goes on.</returns>
    public async ValueTask<Exception?> CopyLiteralAsync(Stream? sink, Memory<byte> copy, CancellationToken cancellationToken)
    {
        using var registration = Transport.Obey(cancellationToken);
        Exception? failure = null;
        try
        {
            await Transport.FlushAsync(Session).ConfigureAwait(false);
            while (Session.LiteralRemaining > 0)
            {
                await Transport.FillAsync().ConfigureAwait(false);
                var octets = Transport.Ahead[..Session.TakeLiteral(Transport.Ahead.Length)];
                Transport.Take(octets.Length);
                var kept = Math.Min(octets.Length, copy.Length);
                octets.Span[..kept].CopyTo(copy.Span);
                copy = copy[kept..];
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

    /// <summary>Reads until nothing is under way any more.</summary>
    /// <param name="onData">Takes what comes, completions included; null when it does not matter.</param>
    /// <param name="cancellationToken">Ends it, and the connection.</param>
    /// <returns>When the last command is complete.</returns>
    public async ValueTask SettleAsync(Action<ImapResponse>? onData, CancellationToken cancellationToken)
    {
        while (Session.Pending.Count > 0)
        {
            var response = await ReadAsync(cancellationToken).ConfigureAwait(false);
            onData?.Invoke(response);
        }
    }

    /// <summary>Gives the next response out of what was received, without waiting.</summary>
    /// <returns>Null when more has to be received.</returns>
    public ImapResponse? Poll()
    {
        if (Transport.Ahead.IsEmpty)
        {
            return null;
        }

        var response = Session.Receive(Transport.Ahead.Span, out var consumed);
        Transport.Take(consumed);
        return response is null ? null : Accept(response);
    }

    /// <summary>Judges a failure.</summary>
    /// <param name="error">What was thrown on the way.</param>
    /// <param name="cancellationToken">Whether somebody wanted it to end.</param>
    /// <returns>To be thrown.</returns>
    public Exception Break(Exception error, CancellationToken cancellationToken)
    {
        // A refusal leaves the dialogue where it was; everything else does not.
        IsBroken |= error is not ServiceRefusedException || Session.State == ImapState.Logout;
        return ImapErrors.Translate(error, Server, _options.Timeout, cancellationToken);
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
                await Transport.FlushAsync(Session).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // It is gone already.
            }
        }

        IsBroken = true;
        await Transport.DisposeAsync().ConfigureAwait(false);
        Session.Dispose();
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

    private async Task GreetAsync(CancellationToken cancellationToken)
    {
        var isPrivate = Transport.IsPrivate;
        if (Server.Security == ImapSecurity.Tls && !isPrivate)
        {
            await Transport.SecureAsync(Server, cancellationToken).ConfigureAwait(false);
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
        if (!Transport.Ahead.IsEmpty)
        {
            throw new ImapProtocolException("the server answered STARTTLS before it was sent");
        }

        var completion = await CompleteAsync(Send(ImapCommands.StartTls()), null, cancellationToken).ConfigureAwait(false);
        if (completion.Condition != ImapCondition.Ok)
        {
            throw new ConnectionLostException($"{Server} refused STARTTLS: {completion.Text}") { Endpoint = Server.ToString(), MayRecover = false };
        }

        if (!Transport.Ahead.IsEmpty)
        {
            // Whatever came in clear text after the OK would be taken for the server's words under TLS.
            throw new ImapProtocolException("the server sent more in clear text after it agreed to TLS");
        }

        await Transport.SecureAsync(Server, cancellationToken).ConfigureAwait(false);
        Session.ForgetPlaintext();
    }

    private ImapResponse Accept(ImapResponse response)
    {
        if (response is not ConditionResponse { Condition: not (ImapCondition.Ok or ImapCondition.PreAuth) } condition)
        {
            return response;
        }

        // Exchange says so with BYE; whichever way it comes, nothing more can be done on this connection.
        IsTokenExpired = ImapErrors.IsTokenExpired(condition.Text);
        var isFarewell = condition.Condition == ImapCondition.Bye && !Session.Pending.Any(static command => command.Name == "LOGOUT");
        if (isFarewell || IsTokenExpired)
        {
            throw ImapErrors.Closed(Server.ToString(), condition.Text);
        }

        if (condition.Command is { ProvesLogin: true })
        {
            IsBroken = true;
            throw ImapErrors.Refused(condition);
        }

        return condition.Tag is null && ImapErrors.TryThrottled(condition.Text) is { } throttled ? throw throttled : response;
    }
}
