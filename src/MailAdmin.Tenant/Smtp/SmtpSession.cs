// Longer than 250 lines: one dialogue, with the state that is kept between its commands.
using System.Globalization;
using System.Text;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Gate;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Smtp;

/// <summary>
/// Represents the connection of a client that submits mail, as Exchange Online handles it at port 587. It shares no code with
/// this library's client.
/// </summary>
/// <param name="latency">The delay of each response.</param>
/// <param name="stream">The connection.</param>
/// <param name="secure">Starts TLS after STARTTLS; null for a connection that can't be intercepted.</param>
internal sealed class SmtpSession(
    TenantState tenant, TimeSpan latency, Stream stream, Func<Stream, CancellationToken, Task<Stream>>? secure)
{
    /// <summary>Octets that EHLO announces; the organization's own limit is lower.</summary>
    public const long MaxSize = 157_286_400;

    private const string Host = "SANDBOX0001.outlook.office365.com";

    /// <summary>Submissions of a mailbox at the same time.</summary>
    private const int MaxRunning = 3;

    private Stream _stream = stream;
    private SmtpInput _input = new(stream);
    private bool _isSecure = secure is null;
    private bool _isOver;
    private SmtpCaller? _caller;
    private SmtpEnvelope? _envelope;

    /// <summary>Responds to commands until the client or the server ends the session.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            var now = tenant.Now.ToString("ddd, d MMM yyyy HH:mm:ss +0000", CultureInfo.InvariantCulture);
            await SayAsync(
                [$"220 {Host} Microsoft ESMTP MAIL Service ready at {now}"], cancellationToken).ConfigureAwait(false);
            while (!_isOver)
            {
                await AnswerAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (IOException)
        {
            // The client has closed the connection.
        }
        finally
        {
            await _stream.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task AnswerAsync(CancellationToken cancellationToken)
    {
        SmtpReply? reply;
        try
        {
            if (await _input.ReadLineAsync(cancellationToken).ConfigureAwait(false) is not { } line)
            {
                _isOver = true;
                return;
            }

            if (latency > TimeSpan.Zero)
            {
                await Task.Delay(latency, tenant.Clock, cancellationToken).ConfigureAwait(false);
            }

            reply = await RunAsync(line, cancellationToken).ConfigureAwait(false);
        }
        catch (SmtpRefusal refusal)
        {
            reply = refusal.Reply;
            _isOver |= reply == SmtpReply.TooLong;
        }

        if (reply is not null)
        {
            await SayAsync(reply, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<SmtpReply?> RunAsync(string line, CancellationToken cancellationToken)
    {
        var (command, arguments) = line.Split(' ', 2) is [var first, var rest] ? (first, rest.Trim()) : (line.Trim(), "");
        switch (command.ToUpperInvariant())
        {
            case "EHLO":
                _envelope = null;
                await SayAsync(Capabilities(), cancellationToken).ConfigureAwait(false);
                return null;
            case "HELO":
                _envelope = null;
                return new SmtpReply(250, $"{Host} Hello [127.0.0.1]");
            case "STARTTLS" when !_isSecure:
                return await SecureAsync(cancellationToken).ConfigureAwait(false);
            case "AUTH":
                return await SignInAsync(arguments, cancellationToken).ConfigureAwait(false);
            case "MAIL":
                return Mail(arguments);
            case "RCPT":
                (_envelope ?? throw new SmtpRefusal(SmtpReply.NeedMail)).Add(arguments);
                return SmtpReply.RecipientOk;
            case "DATA":
                return await DataAsync(cancellationToken).ConfigureAwait(false);
            case "BDAT":
                return await ChunkAsync(arguments, cancellationToken).ConfigureAwait(false);
            case "RSET":
                _envelope = null;
                return SmtpReply.Reset;
            case "NOOP":
                return SmtpReply.Ok;
            case "VRFY":
                return SmtpReply.CannotVerify;
            case "QUIT":
                _isOver = true;
                return SmtpReply.Bye;
            default:
                return new SmtpReply(500, $"5.3.3 Unrecognized command '{Printable(command)}'");
        }
    }

    private string[] Capabilities()
    {
        string[] all =
        [
            $"{Host} Hello [127.0.0.1]", $"SIZE {MaxSize}", "PIPELINING", "DSN", "ENHANCEDSTATUSCODES",
            _isSecure ? "AUTH LOGIN XOAUTH2" : "STARTTLS", "8BITMIME", "BINARYMIME", "CHUNKING", "SMTPUTF8",
        ];
        return [.. all.Select((text, i) => $"250{(i < all.Length - 1 ? '-' : ' ')}{text}")];
    }

    private async ValueTask<SmtpReply?> SecureAsync(CancellationToken cancellationToken)
    {
        // Clear text after the command is discarded with the old input: CVE-2011-0411.
        await SayAsync(SmtpReply.Ready, cancellationToken).ConfigureAwait(false);
        _stream = await secure!(_stream, cancellationToken).ConfigureAwait(false);
        (_input, _isSecure, _envelope) = (new SmtpInput(_stream), true, null);
        return null;
    }

    /// <summary>RFC 4954: the response follows the command, or is on a separate line.</summary>
    private async ValueTask<SmtpReply> SignInAsync(string arguments, CancellationToken cancellationToken)
    {
        if (_caller is not null)
        {
            return SmtpReply.BadSequence;
        }

        var words = arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        switch (_isSecure ? words.FirstOrDefault()?.ToUpperInvariant() : null)
        {
            case "XOAUTH2":
                var response = words.ElementAtOrDefault(1) ?? await AskAsync("", cancellationToken).ConfigureAwait(false);
                lock (tenant.Gate)
                {
                    _caller = SmtpCaller.Authenticate(tenant, response);
                }

                return SmtpReply.SignedIn;
            case "LOGIN":
                // Passwords are requested and always rejected:
                // https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/deprecation-of-basic-authentication-exchange-online.
                if (words.Length == 1)
                {
                    await AskAsync("VXNlcm5hbWU6", cancellationToken).ConfigureAwait(false);
                }

                await AskAsync("UGFzc3dvcmQ6", cancellationToken).ConfigureAwait(false);
                return SmtpReply.BasicIsOff;
            default:
                return SmtpReply.UnknownMechanism;
        }
    }

    private async ValueTask<string> AskAsync(string challenge, CancellationToken cancellationToken)
    {
        await SayAsync([$"334 {challenge}"], cancellationToken).ConfigureAwait(false);
        return await _input.ReadLineAsync(cancellationToken).ConfigureAwait(false) switch
        {
            null => throw new IOException("The client hung up."),
            "*" => throw new SmtpRefusal(SmtpReply.SignInCancelled),
            var line => line,
        };
    }

    private SmtpReply Mail(string arguments)
    {
        if (_caller is null)
        {
            return _isSecure ? SmtpReply.NotSignedIn : SmtpReply.NeedsTls;
        }

        if (_envelope is not null)
        {
            return SmtpReply.SenderAlready;
        }

        lock (tenant.Gate)
        {
            _envelope = SmtpEnvelope.Of(arguments, Submission.MaxSize(tenant, _caller.Mailbox));
        }

        return SmtpReply.SenderOk;
    }

    private async ValueTask<SmtpReply> DataAsync(CancellationToken cancellationToken)
    {
        if (_envelope is not { Recipients.Count: > 0, Content.Length: 0 } envelope)
        {
            return _envelope is null ? SmtpReply.NeedMail
                : _envelope.Recipients.Count == 0 ? SmtpReply.NeedRecipient : SmtpReply.BadSequence;
        }

        await SayAsync(SmtpReply.StartInput, cancellationToken).ConfigureAwait(false);
        var fault = Strike();
        if (fault == SmtpFaults.Disconnect)
        {
            await _input.ReadLineAsync(cancellationToken).ConfigureAwait(false);
            throw new IOException("The server hangs up.");
        }

        if (!await _input.ReadMessageAsync(envelope.Content, MaxSize, cancellationToken).ConfigureAwait(false))
        {
            throw new IOException("The client hung up.");
        }

        return await EndAsync(envelope, fault, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>RFC 3030: a piece of known length, and LAST with the last one.</summary>
    private async ValueTask<SmtpReply> ChunkAsync(string arguments, CancellationToken cancellationToken)
    {
        if (arguments.Split(' ') is not [var text, .. var rest]
            || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return SmtpReply.InvalidArguments;
        }

        var content = _envelope?.Content ?? new MemoryStream();
        if (!await _input.ReadOctetsAsync(content, count, MaxSize, cancellationToken).ConfigureAwait(false))
        {
            throw new IOException("The client hung up.");
        }

        if (_envelope is not { Recipients.Count: > 0 } envelope)
        {
            return _envelope is null ? SmtpReply.NeedMail : SmtpReply.NeedRecipient;
        }

        return rest is [var last] && last.Equals("LAST", StringComparison.OrdinalIgnoreCase)
            ? await EndAsync(envelope, Strike(), cancellationToken).ConfigureAwait(false)
            : new SmtpReply(250, $"2.6.0 CHUNK received OK, {count} octets");
    }

    private Fault? Strike()
    {
        lock (tenant.Gate)
        {
            return tenant.Faults.Take(FaultPoint.SmtpData, _caller!.AppId, _caller.Mailbox.Address);
        }
    }

    private async ValueTask<SmtpReply> EndAsync(SmtpEnvelope envelope, Fault? fault, CancellationToken cancellationToken)
    {
        _envelope = null;
        if (fault is { Refusal: { } refusal })
        {
            throw refusal();
        }

        var log = _caller!.Mailbox.Submissions;
        SmtpReply reply;
        TimeSpan wait;
        lock (tenant.Gate)
        {
            if (log.Running >= MaxRunning)
            {
                return SmtpReply.TooManyConnections;
            }

            var message = new SmtpMessage(tenant, _caller, envelope);
            if (message.Refusal is { } refused)
            {
                return refused;
            }

            reply = message.Deliver();
            wait = log.TakeSlot(tenant.Now) - tenant.Now;
            log.Running++;
        }

        try
        {
            // Beyond the pace nothing is refused: who sends faster waits for the answer.
            await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, tenant.Clock, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (tenant.Gate)
            {
                log.Running--;
            }
        }

        return fault == SmtpFaults.LostAnswer ? throw new IOException("The server hangs up.") : reply;
    }

    private Task SayAsync(SmtpReply reply, CancellationToken cancellationToken) => SayAsync(
        [$"{reply.Code} {reply.Text}{(reply.IsSigned ? $" [{Host} {Json.Seconds(tenant.Now)}]" : "")}"], cancellationToken);

    private async Task SayAsync(string[] lines, CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(
            Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\r\n"))), cancellationToken).ConfigureAwait(false);
        await _stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private static string Printable(string text) =>
        string.Concat(text.Take(40).Select(c => c is >= ' ' and < '\x7f' ? c : '?'));
}
