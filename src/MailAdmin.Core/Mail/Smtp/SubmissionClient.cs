// Longer than 250 lines: one dialogue, with the state that is kept between its steps.
using System.Globalization;
using System.Text;
using MailAdmin.Core.Base;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace MailAdmin.Core.Mail.Smtp;

/// <summary>
/// Represents a signed-in MailKit session on the wire's stream. A message is sent with DATA, which every server supports, command
/// by command. So the response for each recipient is known, and whether the end of the message was sent when the connection was
/// lost.
/// </summary>
internal sealed class SubmissionClient : SmtpClient
{
    /// <summary>
    /// The client's name in EHLO: an address literal (RFC 5321 section 4.1.3) without information about the computer.
    /// </summary>
    public const string Me = "127.0.0.1";

    /// <summary>
    /// A line of AUTH need not take more (RFC 4954 section 4, RFC 5321 section 4.5.3.1.4): a longer token follows the command.
    /// </summary>
    private const int LongestInitialResponse = 512 - 14;

    private static readonly TimeSpan PatienceForCommand = TimeSpan.FromMinutes(2);

    /// <summary>The timeout for the response to a message: RFC 5321 section 4.5.3.2.6.</summary>
    private static readonly TimeSpan PatienceForMessage = TimeSpan.FromMinutes(10);

    private readonly SmtpServer _server;
    private readonly SubmissionStream _stream;
    private readonly List<string> _secrets = [];

    private SubmissionClient(SmtpServer server, SubmissionStream stream)
    {
        (_server, _stream) = (server, stream);
        (CheckCertificateRevocation, LocalDomain) = (false, Me);
    }

    /// <summary>Whether it can't be used anymore.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Whether the server was sent some of the latest message.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Connects and secures the stream.</summary>
    /// <exception cref="ServiceRefusedException">The server doesn't want to talk.</exception>
    /// <exception cref="ConnectionLostException">It can't be reached, or isn't trusted.</exception>
    public static async Task<SubmissionClient> OpenAsync(Wire wire, SmtpServer server, CancellationToken cancellationToken)
    {
        SubmissionClient? client = null;
        try
        {
            client = new SubmissionClient(server, await OpenStreamAsync(wire, server, cancellationToken).ConfigureAwait(false));
            await client.ConnectAsync(
                client._stream, server.Host, server.Port, SecureSocketOptions.None, cancellationToken).ConfigureAwait(false);
            return client;
        }
        catch (Exception e)
        {
            client?.Dispose();
            throw e is SmtpCommandException refused
                ? SmtpErrors.Refused(SmtpReply.Of((int)refused.StatusCode, refused.Message))
                : Translate(e, server, cancellationToken);
        }
    }

    private static async Task<SubmissionStream> OpenStreamAsync(
        Wire wire, SmtpServer server, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(PatienceForCommand, wire.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            var stream = await wire.OpenStream(server.Host, server.Port, both.Token).ConfigureAwait(false);
            // A stream within this process can't be listened to.
            var security = stream is InProcessStream ? (ImapSecurity?)null : server.Security;
            stream = security switch
            {
                ImapSecurity.Tls => await server.SecureAsync(stream, both.Token).ConfigureAwait(false),
                ImapSecurity.StartTls => await SmtpTls.StartAsync(stream, server, both.Token).ConfigureAwait(false),
                _ => stream,
            };
            return new SubmissionStream(stream, isGreeted: security == ImapSecurity.StartTls, wire.Time);
        }
        catch (OperationCanceledException e) when (patience.IsCancellationRequested)
        {
            throw ConnectionErrors.NotOpened(PatienceForCommand, e);
        }
    }

    /// <exception cref="ServiceRefusedException">Code AUTHENTICATIONFAILED, or another code of the server.</exception>
    public async Task SignInAsync(string user, string token, CancellationToken cancellationToken)
    {
        var mechanism = OAuthMechanism.Choose(
            AuthenticationMechanisms, "SMTP", _server.Host, _server.Port, user, token, LongestInitialResponse);
        _secrets.AddRange([token, mechanism.Response]);
        try
        {
            await AuthenticateAsync(mechanism, cancellationToken).ConfigureAwait(false);
        }
        catch (AuthenticationException e)
        {
            IsBroken = true;
            throw SmtpErrors.Refused(ReplyOf(e), isSignIn: true, mechanism.Refusal);
        }
        catch (Exception e)
        {
            IsBroken = true;
            throw Translate(e, _server, cancellationToken);
        }
    }

    /// <param name="from">The return path.</param>
    /// <param name="length">Octets of the message.</param>
    /// <param name="is8Bit">Whether some of them are above 127.</param>
    /// <returns>The server's answer, once it has taken the message.</returns>
    /// <exception cref="ServiceRefusedException">The server refused. The message wasn't sent.</exception>
    /// <exception cref="ConnectionLostException">
    /// The connection was lost; <see cref="MailAdminException.IsOutcomeUnknown"/> shows whether after the end of the message.
    /// </exception>
    public async Task<SmtpReply> SendAsync(
        string from, IReadOnlyList<string> recipients, long length, bool is8Bit, Func<Stream, CancellationToken, Task> write,
        CancellationToken cancellationToken)
    {
        var isEnded = false;
        HasBegun = false;
        try
        {
            await BeginAsync(from, recipients, length, is8Bit, cancellationToken).ConfigureAwait(false);
            HasBegun = true;
            var data = new MessageDataStream(_stream);
            await write(data, cancellationToken).ConfigureAwait(false);
            await data.FinishAsync(cancellationToken).ConfigureAwait(false);
            isEnded = true;
            _stream.Patience = PatienceForMessage;
            var reply = await AskAsync(".", cancellationToken).ConfigureAwait(false);
            _stream.Patience = PatienceForCommand;
            return reply.IsGood ? reply : throw SmtpErrors.Refused(reply);
        }
        catch (ServiceRefusedException)
        {
            IsBroken |= !IsConnected;
            throw;
        }
        catch (Exception e)
        {
            IsBroken = true;
            var error = Translate(e, _server, cancellationToken);
            if (error is not ConnectionLostException lost)
            {
                throw e is OperationCanceledException ? e : error;
            }

            throw new ConnectionLostException(
                isEnded ? $"{lost.Message} The message might have been sent."
                    : $"{lost.Message} The message wasn't sent{(HasBegun ? " because its end is missing" : "")}.", e)
            {
                Endpoint = lost.Endpoint,
                IsOutcomeUnknown = isEnded,
                Advice = isEnded ? "Check Sent Items before you send the message again." : "Send the message again.",
            };
        }
    }

    /// <summary>Closes the connection: sends QUIT without waiting for the response.</summary>
    public async ValueTask CloseAsync()
    {
        if (!IsBroken && IsConnected)
        {
            try
            {
                await _stream.WriteAsync("QUIT\r\n"u8.ToArray()).ConfigureAwait(false);
                await _stream.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or TimeoutException or OperationCanceledException
                or ObjectDisposedException)
            {
                // It's already closed.
            }
        }

        IsBroken = true;
        Dispose();
    }

    private async Task BeginAsync(
        string from, IReadOnlyList<string> recipients, long length, bool is8Bit, CancellationToken cancellationToken)
    {
        if (Capabilities.HasFlag(SmtpCapabilities.Size) && MaxSize > 0 && length > MaxSize)
        {
            throw new InvalidRequestException(
                "MessageTooLarge", $"The message has {length} bytes, but {_server} accepts at most {MaxSize}.")
            {
                Target = length,
                Advice = "Upload large files to a location where the recipients can download them, and send the link.",
            };
        }

        var needsUtf8 = recipients.Append(from).FirstOrDefault(static address => !Ascii.IsValid(address));
        if (needsUtf8 is not null && !Capabilities.HasFlag(SmtpCapabilities.UTF8))
        {
            throw new InvalidRequestException(
                "InvalidAddress", $"'{needsUtf8}' has characters that {_server} doesn't accept because it doesn't support "
                    + "SMTPUTF8.")
            {
                Target = needsUtf8,
            };
        }

        var parameters = string.Concat(
            Capabilities.HasFlag(SmtpCapabilities.Size) ? string.Create(CultureInfo.InvariantCulture, $" SIZE={length}") : "",
            is8Bit && Capabilities.HasFlag(SmtpCapabilities.EightBitMime) ? " BODY=8BITMIME" : "",
            needsUtf8 is not null ? " SMTPUTF8" : "");
        var answer = await AskAsync($"MAIL FROM:<{from}>{parameters}", cancellationToken).ConfigureAwait(false);
        if (!answer.IsGood)
        {
            throw await ResetAsync(answer, cancellationToken).ConfigureAwait(false);
        }

        var refused = new List<RefusedRecipient>();
        SmtpReply? worst = null;
        foreach (var recipient in recipients)
        {
            var reply = await AskAsync($"RCPT TO:<{recipient}>", cancellationToken).ConfigureAwait(false);
            if (!reply.IsGood)
            {
                // A recipient that is refused permanently stays refused, regardless of those that are refused temporarily.
                worst = worst is { Code: >= 500 } ? worst : reply;
                refused.Add(new RefusedRecipient(recipient, reply.BestCode, reply.ToString()));
            }
        }

        if (worst is not null)
        {
            // The message isn't sent to only some recipients: when it's sent again, they would get it twice.
            throw await ResetAsync(worst, cancellationToken, refused).ConfigureAwait(false);
        }

        answer = await AskAsync("DATA", cancellationToken).ConfigureAwait(false);
        if (answer.Code != 354)
        {
            throw await ResetAsync(answer, cancellationToken).ConfigureAwait(false);
        }
    }

    private static Exception Translate(Exception error, SmtpServer server, CancellationToken cancellationToken) =>
        ConnectionErrors.Translate(error, server.ToString(), "protocol of an SMTP server", cancellationToken);

    private async Task<ServiceRefusedException> ResetAsync(
        SmtpReply refusal, CancellationToken cancellationToken, IReadOnlyList<RefusedRecipient>? recipients = null)
    {
        await AskAsync("RSET", cancellationToken).ConfigureAwait(false);
        return SmtpErrors.Refused(refusal, recipients: recipients);
    }

    /// <exception cref="ConnectionLostException">421: the server closes the connection.</exception>
    private async Task<SmtpReply> AskAsync(string command, CancellationToken cancellationToken)
    {
        var reply = Clean(SmtpReply.Of(await SendCommandAsync(command, cancellationToken).ConfigureAwait(false)));
        if (reply.Code == 421)
        {
            IsBroken = true;
            throw SmtpErrors.Refused(reply);
        }

        return reply;
    }

    /// <summary>The answer to AUTH: in the exception within, or in the text of this one.</summary>
    private SmtpReply ReplyOf(AuthenticationException error)
    {
        var (code, text) = error.InnerException is SmtpCommandException inner ? ((int)inner.StatusCode, inner.Message)
            : error.Message.Split(':', 2) is [var digits, var rest]
                && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (number, rest)
            : (535, error.Message);
        return Clean(SmtpReply.Of(code, text));
    }

    /// <summary>A server may repeat what it was sent.</summary>
    private SmtpReply Clean(SmtpReply reply) => reply with
    {
        Text = _secrets.Where(s => s.Length > 0).Aggregate(
            reply.Text, (text, secret) => text.Replace(secret, "***", StringComparison.Ordinal)),
    };
}
