using System.Globalization;
using System.Text;

namespace MailAdmin.Core.Mail.Smtp;

/// <summary>Runs the dialogue with a server until TLS. Data before TLS isn't trusted.</summary>
internal static class SmtpTls
{
    private const int LongestAnswer = 64 * 1024;

    /// <summary>Requests TLS in clear text, and runs the handshake.</summary>
    /// <param name="stream">Disposed with the result, and when this fails.</param>
    /// <returns>The encrypted stream; the server has greeted.</returns>
    /// <exception cref="ConnectionLostException">The server doesn't offer TLS.</exception>
    /// <exception cref="ServiceRefusedException">The server doesn't want to talk.</exception>
    /// <exception cref="InvalidDataException">It is no SMTP server.</exception>
    public static async Task<Stream> StartAsync(Stream stream, SmtpServer server, CancellationToken cancellationToken)
    {
        try
        {
            var (greeting, _) = await ReadAsync().ConfigureAwait(false);
            if (greeting.Code != 220)
            {
                throw SmtpErrors.Refused(greeting);
            }

            var (_, extensions) = await AskAsync($"EHLO [{SubmissionClient.Me}]").ConfigureAwait(false);
            if (!extensions.Contains("STARTTLS", StringComparer.OrdinalIgnoreCase))
            {
                throw NoTls("it doesn't offer STARTTLS");
            }

            var (ready, _) = await AskAsync("STARTTLS").ConfigureAwait(false);
            if (ready.Code != 220)
            {
                throw NoTls($"it rejected STARTTLS: {ready}");
            }
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return await server.SecureAsync(stream, cancellationToken).ConfigureAwait(false);

        async Task<(SmtpReply Reply, string[] Lines)> AskAsync(string command)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"{command}\r\n"), cancellationToken).ConfigureAwait(false);
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            return await ReadAsync().ConfigureAwait(false);
        }

        async Task<(SmtpReply Reply, string[] Lines)> ReadAsync()
        {
            var received = new byte[LongestAnswer];
            string[] lines;
            var end = 0;
            do
            {
                if (end == LongestAnswer)
                {
                    throw new InvalidDataException($"an answer is longer than {LongestAnswer} octets");
                }

                var count = await stream.ReadAsync(received.AsMemory(end), cancellationToken).ConfigureAwait(false);
                end += count > 0 ? count : throw new EndOfStreamException("The stream ended.");
                lines = Encoding.UTF8.GetString(received, 0, end).Split('\n');
            }
            while (!Array.Exists(lines[..^1], static line => line is not [_, _, _, '-', ..]));

            if (Array.FindIndex(lines, static line => line is not [_, _, _, '-', ..]) != lines.Length - 2 || lines[^1].Length > 0)
            {
                // It would be taken for the server's words under TLS (CVE-2011-0411, CVE-2026-41319).
                throw new InvalidDataException("the server sent more in clear text than a response");
            }

            var texts = Array.ConvertAll(lines[..^1], static line => line.Length > 4 ? line[4..].Trim() : "");
            return int.TryParse(lines[0].Split(' ', '-', '\r')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var code)
                ? (SmtpReply.Of(code, string.Join(' ', texts)), texts)
                : throw new InvalidDataException("it isn't the response of an SMTP server");
        }

        ConnectionLostException NoTls(string why) =>
            new($"Can't use {server} because {why}. Without TLS, no token is sent.")
            {
                Endpoint = server.ToString(),
                MayRecover = false,
                Advice = "Check the server and the port: 587 begins with STARTTLS, 465 with TLS (-Security Tls).",
            };
    }
}
