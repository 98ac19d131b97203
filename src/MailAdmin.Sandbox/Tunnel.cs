using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;

namespace MailAdmin.Sandbox;

/// <summary>
/// Lets the HTTPS port be used as a proxy, too: CONNECT (RFC 9110 section 9.3.6) to any host's port 443 leads to the same port's
/// own TLS, to port 993 to the tenant's IMAP, to port 587 to its submission of mail, and to anything else nowhere. So every
/// program that can use a proxy reaches the
/// sandbox under the service's own host names.
/// </summary>
/// <param name="hosts">The hosts that there are.</param>
/// <param name="imapPort">The port of IMAP.</param>
/// <param name="smtpPort">The port of submission.</param>
/// <param name="next">Takes the connection when TLS begins.</param>
internal sealed class Tunnel(IReadOnlySet<string> hosts, int imapPort, int smtpPort, ConnectionDelegate next)
{
    /// <summary>No request to open a tunnel is longer.</summary>
    private const int MaxHead = 8 * 1024;

    private static readonly byte[] EmptyLine = "\r\n\r\n"u8.ToArray();

    public async Task RunAsync(ConnectionContext connection)
    {
        switch (await ReadAsync(connection.Transport.Input, connection.ConnectionClosed).ConfigureAwait(false))
        {
            case (true, _, _):
                await next(connection).ConfigureAwait(false);
                break;
            case (_, { } host, 443) when hosts.Contains(host):
                await AnswerAsync(connection, "200 Connection established").ConfigureAwait(false);
                await next(connection).ConfigureAwait(false);
                break;
            case (_, { } host, 993 or 587) and (_, _, var port) when hosts.Contains(host):
                await AnswerAsync(connection, "200 Connection established").ConfigureAwait(false);
                await RelayAsync(
                    connection.Transport, port == 993 ? imapPort : smtpPort, connection.ConnectionClosed).ConfigureAwait(false);
                break;
            case (_, null, _):
                await AnswerAsync(connection, "400 Bad Request").ConfigureAwait(false);
                break;
            default:
                await AnswerAsync(connection, "502 Bad Gateway").ConfigureAwait(false);
                break;
        }
    }

    /// <summary>Detects the start of TLS, or a request for a tunnel, which is then removed from the input.</summary>
    private static async Task<(bool IsTls, string? Host, int Port)> ReadAsync(
        PipeReader input, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = read.Buffer;
            // The type of a TLS record that carries a handshake: RFC 8446 section 5.1.
            if (!buffer.IsEmpty && buffer.FirstSpan[0] == 22)
            {
                input.AdvanceTo(buffer.Start);
                return (true, null, 0);
            }

            if (Head(buffer) is { } end)
            {
                var line = Encoding.ASCII.GetString(buffer.Slice(0, end).ToArray()).Split("\r\n", 2)[0];
                input.AdvanceTo(end);
                return line.Split(' ') is ["CONNECT", var authority, "HTTP/1.1" or "HTTP/1.0"]
                    && authority.Split(':') is [var host, var port]
                    && int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    ? (false, host.ToLowerInvariant(), number) : (false, null, 0);
            }

            input.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted || buffer.Length > MaxHead)
            {
                return (false, null, 0);
            }
        }
    }

    private static SequencePosition? Head(ReadOnlySequence<byte> buffer)
    {
        var reader = new SequenceReader<byte>(buffer);
        return reader.TryReadTo(out ReadOnlySequence<byte> _, EmptyLine) ? reader.Position : null;
    }

    private static async Task AnswerAsync(ConnectionContext connection, string status) =>
        await connection.Transport.Output.WriteAsync(
            Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n\r\n"), connection.ConnectionClosed).ConfigureAwait(false);

    private static async Task RelayAsync(IDuplexPipe client, int to, CancellationToken cancellationToken)
    {
        using var server = new TcpClient();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, to, cancellationToken).ConfigureAwait(false);
            server.NoDelay = true;
            var stream = server.GetStream();
            var up = client.Input.CopyToAsync(stream, end.Token);
            var down = stream.CopyToAsync(client.Output.AsStream(leaveOpen: true), end.Token);
            await (await Task.WhenAny(up, down).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ConnectionResetException)
        {
            // If one end is closed, the other one is closed, too.
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
        }
    }
}
