using System.Text;
using MailAdmin.Core.Base;
using MailKit.Net.Imap;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// The first words of a server, up to where MailKit takes over: TLS in its one way, the greeting, and STARTTLS. So everything
/// that MailKit reads was encrypted for this server, and nothing that came before TLS is believed.
/// </summary>
internal sealed class ImapGreeting
{
    private const int LongestLine = 64 * 1024;
    private readonly byte[] _buffer = new byte[LongestLine];
    private readonly ImapServer _server;
    private readonly ServerWords _words;
    private int _start;
    private int _end;

    private ImapGreeting(Stream stream, ImapServer server, ServerWords words) =>
        (Stream, _server, _words) = (stream, server, words);

    /// <summary>The stream, encrypted unless it stays in this process.</summary>
    public Stream Stream { get; private set; }

    /// <summary>The greeting, and what came behind it.</summary>
    public ReadOnlyMemory<byte> First { get; private set; }

    /// <summary>Reads it.</summary>
    /// <param name="stream">Just opened; disposed when this fails.</param>
    /// <param name="server">The other end.</param>
    /// <param name="words">Takes what is said.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What MailKit goes on with.</returns>
    /// <exception cref="ConnectionLostException">There is no TLS, or the server closed the connection.</exception>
    /// <exception cref="ImapProtocolException">It is no greeting, or says that somebody is signed in already.</exception>
    public static async Task<ImapGreeting> ReadAsync(
        Stream stream, ImapServer server, ServerWords words, CancellationToken cancellationToken)
    {
        var greeting = new ImapGreeting(stream, server, words);
        try
        {
            // A stream within this process can't be listened to.
            var isPrivate = stream is InProcessStream;
            if (server.Security == ImapSecurity.Tls && !isPrivate)
            {
                greeting.Stream = await ImapTls.SecureAsync(stream, server, cancellationToken).ConfigureAwait(false);
            }

            await greeting.ReadGreetingAsync(cancellationToken).ConfigureAwait(false);
            if (server.Security == ImapSecurity.StartTls && !isPrivate)
            {
                await greeting.StartTlsAsync(cancellationToken).ConfigureAwait(false);
            }

            return greeting;
        }
        catch
        {
            await greeting.Stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task ReadGreetingAsync(CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> line;
        StatusLine? status;
        do
        {
            line = await ReadLineAsync(cancellationToken).ConfigureAwait(false);
            status = StatusLine.Parse(StatusLine.Printable(Encoding.UTF8.GetString(line.Span)).TrimEnd());
        }
        // Dovecot says so while it starts; the greeting follows.
        while (status is { Tag: null, Condition: "OK" }
            && status.Text.StartsWith("Waiting for authentication", StringComparison.Ordinal));

        if (_server.Security == ImapSecurity.StartTls || status is not { Tag: null, Condition: "OK" })
        {
            // Else it is read once more by MailKit.
            _words.Take(line.Span, isStatus: true);
        }

        switch (status)
        {
            case { Tag: null, Condition: "OK" }:
                First = _buffer.AsMemory(_start - line.Length, _end - _start + line.Length);
                return;
            case { Tag: null, Condition: "BYE" }:
                throw ImapErrors.Closed(_server.ToString(), status.Text);
            case { Tag: null, Condition: "PREAUTH" }:
                // Whoever that is; before TLS it would also rule out STARTTLS.
                throw new ImapProtocolException("the greeting says that somebody is signed in already");
            default:
                throw new ImapProtocolException("the greeting is not that of an IMAP server");
        }
    }

    private async Task StartTlsAsync(CancellationToken cancellationToken)
    {
        if (_start < _end)
        {
            throw new ImapProtocolException("the server answered STARTTLS before it was sent");
        }

        _words.Sent("A1 STARTTLS");
        await Stream.WriteAsync("A1 STARTTLS\r\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
        await Stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        StatusLine? status;
        do
        {
            var line = await ReadLineAsync(cancellationToken).ConfigureAwait(false);
            _words.Take(line.Span, isStatus: true);
            status = StatusLine.Parse(StatusLine.Printable(Encoding.UTF8.GetString(line.Span)).TrimEnd());
        }
        while (status is not { Tag: "A1" } and not { Condition: "BYE" });

        if (status.Condition != "OK")
        {
            throw new ConnectionLostException($"{_server} refused STARTTLS: {status.Text}")
            {
                Endpoint = _server.ToString(),
                MayRecover = false,
            };
        }

        if (_start < _end)
        {
            // Whatever came in clear text after the OK would be taken for the server's words under TLS.
            throw new ImapProtocolException("the server sent more in clear text after it agreed to TLS");
        }

        // What the server said before TLS began, anybody could have said (RFC 9051 section 6.2.1).
        Stream = await ImapTls.SecureAsync(Stream, _server, cancellationToken).ConfigureAwait(false);
        First = "* OK\r\n"u8.ToArray();
    }

    private async Task<ReadOnlyMemory<byte>> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n') + 1;
            if (length > 0)
            {
                var line = _buffer.AsMemory(_start, length);
                _start += length;
                return line;
            }

            if (_end == _buffer.Length)
            {
                throw new ImapProtocolException("a line has no end");
            }

            var count = await Stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            _end += count > 0 ? count : throw new EndOfStreamException("The stream ended.");
        }
    }
}
