using System.Globalization;
using System.Text;
using MailKit.Net.Imap;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// Runs the dialogue with a server until TLS. MailKit's own TLS would be above <see cref="GuardedStream"/>, which must read the
/// server's lines.
/// </summary>
internal static class ImapTls
{
    private const int LongestGreeting = 64 * 1024;

    /// <summary>Requests TLS in clear text, and runs the handshake. Data that was received before TLS isn't trusted.</summary>
    /// <param name="stream">Disposed with the result, and when this fails.</param>
    /// <param name="words">Receives the lines.</param>
    /// <returns>The encrypted stream; the server has greeted.</returns>
    /// <exception cref="ConnectionLostException">The server doesn't offer TLS, or closed the connection.</exception>
    /// <exception cref="ImapProtocolException">The server sends data that isn't allowed here.</exception>
    public static async Task<Stream> StartAsync(
        Stream stream, ImapServer server, ServerWords words, CancellationToken cancellationToken)
    {
        try
        {
            await ReadAsync("* ", $"The greeting of {0} isn't that of an IMAP server: {1}").ConfigureAwait(false);
            words.Sent("A1 STARTTLS");
            await stream.WriteAsync("A1 STARTTLS\r\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            await ReadAsync("A1 ", $"{0} rejected STARTTLS: {1}").ConfigureAwait(false);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return await server.SecureAsync(stream, cancellationToken).ConfigureAwait(false);

        async Task ReadAsync(string beginning, string otherwise)
        {
            var received = new byte[LongestGreeting];
            string[] lines = [""];
            for (var (end, found) = (0, -1); found < 0;)
            {
                var count = await stream.ReadAsync(received.AsMemory(end), cancellationToken).ConfigureAwait(false);
                end += count > 0 ? count : throw new EndOfStreamException("The stream ended.");
                lines = Encoding.UTF8.GetString(received, 0, end).Split('\n');
                found = Array.FindIndex(lines[..^1], line => line.StartsWith(beginning, StringComparison.Ordinal)
                    || line.StartsWith("* BYE", StringComparison.OrdinalIgnoreCase));
                if (found >= 0 && (found < lines.Length - 2 || lines[^1].Length > 0))
                {
                    // It would be taken for the server's words under TLS.
                    throw new ImapProtocolException("the server sent unexpected clear text");
                }
            }

            foreach (var line in lines[..^1])
            {
                words.Take(Encoding.UTF8.GetBytes(line), isStatus: true);
            }

            if (words.Farewell is { } farewell)
            {
                throw ImapErrors.Closed(server.ToString(), farewell);
            }

            if (StatusLine.Parse(StatusLine.Printable(lines[^2]).TrimEnd()) is not { Condition: "OK" })
            {
                var said = StatusLine.Printable(lines[^2]).TrimEnd();
                throw new ConnectionLostException(string.Format(CultureInfo.InvariantCulture, otherwise, server, said))
                {
                    Endpoint = server.ToString(),
                    MayRecover = false,
                };
            }
        }
    }
}
