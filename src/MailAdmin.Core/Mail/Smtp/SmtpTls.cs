using System.Globalization;
using System.Text;
using MailAdmin.Core.Base;

namespace MailAdmin.Core.Mail.Smtp;

/// <summary>
/// Runs the dialogue with a server until MailKit continues: TLS, the greeting, and STARTTLS. Data before TLS isn't trusted.
/// </summary>
internal sealed class SmtpGreeting
{
    /// <summary>
    /// The client's name in EHLO: an address literal (RFC 5321 section 4.1.3) without information about the computer.
    /// </summary>
    public const string Me = "127.0.0.1";

    private const int LongestAnswer = 64 * 1024;
    private readonly byte[] _buffer = new byte[LongestAnswer];
    private readonly SmtpServer _server;
    private int _start;
    private int _end;

    private SmtpGreeting(Stream stream, SmtpServer server) => (Stream, _server) = (stream, server);

    /// <summary>The stream, encrypted unless it's in this process.</summary>
    public Stream Stream { get; private set; }

    /// <summary>A greeting for MailKit.</summary>
    public static ReadOnlyMemory<byte> First { get; } = "220 ready\r\n"u8.ToArray();

    /// <summary>Reads it.</summary>
    /// <param name="stream">Just opened; disposed when this fails.</param>
    /// <param name="server">The other end.</param>
    /// <exception cref="ConnectionLostException">The server doesn't offer TLS.</exception>
    /// <exception cref="ServiceRefusedException">The server doesn't want to talk.</exception>
    /// <exception cref="InvalidDataException">It is no SMTP server.</exception>
    public static async Task<Stream> ReadAsync(Stream stream, SmtpServer server, CancellationToken cancellationToken)
    {
        var greeting = new SmtpGreeting(stream, server);
        try
        {
            await greeting.RunAsync(cancellationToken).ConfigureAwait(false);
            return greeting.Stream;
        }
        catch
        {
            await greeting.Stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        // A stream within this process can't be listened to.
        var isPrivate = Stream is InProcessStream;
        if (_server.Security == ImapSecurity.Tls && !isPrivate)
        {
            await SecureAsync(cancellationToken).ConfigureAwait(false);
        }

        var (reply, _) = await ReadReplyAsync(cancellationToken).ConfigureAwait(false);
        if (reply.Code != 220)
        {
            throw SmtpErrors.Refused(reply);
        }

        if (_server.Security == ImapSecurity.StartTls && !isPrivate)
        {
            var (hello, lines) = await AskAsync($"EHLO [{Me}]", cancellationToken).ConfigureAwait(false);
            if (!hello.IsGood || !lines.Any(l => l.Trim().Equals("STARTTLS", StringComparison.OrdinalIgnoreCase)))
            {
                throw NoTls("it doesn't offer STARTTLS");
            }

            var (ready, _) = await AskAsync("STARTTLS", cancellationToken).ConfigureAwait(false);
            if (ready.Code != 220)
            {
                throw NoTls($"it rejected STARTTLS: {ready}");
            }

            if (_start < _end)
            {
                // It would be taken for the server's words under TLS (CVE-2011-0411, CVE-2026-41319).
                throw new InvalidDataException("the server sent more in clear text after it agreed to TLS");
            }

            await SecureAsync(cancellationToken).ConfigureAwait(false);
        }
        else if (_start < _end)
        {
            throw new InvalidDataException("the server sent data before a command");
        }
    }

    private async Task SecureAsync(CancellationToken cancellationToken) => Stream = await TlsClient.SecureAsync(
        Stream, _server.Host, _server.ToString(), _server.TrustedCertificate, _server.AllowsExpired,
        cancellationToken).ConfigureAwait(false);

    private ConnectionLostException NoTls(string why) =>
        new($"Can't use {_server} because {why}. Without TLS, no token is sent.")
        {
            Endpoint = _server.ToString(),
            MayRecover = false,
            Advice = "Check the server and the port: 587 begins with STARTTLS, 465 with TLS (-Security Tls).",
        };

    private async Task<(SmtpReply Reply, IReadOnlyList<string> Lines)> AskAsync(
        string command, CancellationToken cancellationToken)
    {
        if (_start < _end)
        {
            throw new InvalidDataException("the server sent data before a command");
        }

        await Stream.WriteAsync(Encoding.ASCII.GetBytes($"{command}\r\n"), cancellationToken).ConfigureAwait(false);
        await Stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        return await ReadReplyAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<(SmtpReply Reply, IReadOnlyList<string> Lines)> ReadReplyAsync(CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        while (true)
        {
            var line = await ReadLineAsync(cancellationToken).ConfigureAwait(false);
            if (line.Length < 3 || !int.TryParse(line[..3], NumberStyles.None, CultureInfo.InvariantCulture, out var code)
                || (line.Length > 3 && line[3] is not (' ' or '-')))
            {
                throw new InvalidDataException("it isn't the response of an SMTP server");
            }

            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] == ' ')
            {
                return (SmtpReply.Of(code, string.Join(' ', lines)), lines);
            }
        }
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n') + 1;
            if (length > 0)
            {
                var line = Encoding.UTF8.GetString(_buffer, _start, length).TrimEnd('\r', '\n');
                _start += length;
                return line;
            }

            if (_end == _buffer.Length)
            {
                throw new InvalidDataException($"an answer is longer than {LongestAnswer} octets");
            }

            var count = await Stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            _end += count > 0 ? count : throw new EndOfStreamException("The stream ended.");
        }
    }
}
