using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace MailAdmin.Core.Base;

/// <summary>
/// Represents the transport to a sandbox that another process serves. Every connection to any host is a tunnel through the
/// sandbox's port (CONNECT, RFC 9110 section 9.3.6). The tunnel carries the host's own TLS and the same requests that the service
/// would receive. The sandbox connects only to itself, so no data leaves the computer.
/// </summary>
internal static class SandboxWire
{
    /// <summary>
    /// Creates the wire. Nothing is sent before its first use. Connections close one minute after their last use.
    /// </summary>
    /// <param name="address">The address of the sandbox: https, host, and port.</param>
    /// <param name="certificate">The only trusted certificate, for all hosts. Its validity isn't checked otherwise.</param>
    /// <param name="browser">Creates the browser for its pages from the inner client; null for the system's browser.</param>
    /// <param name="time">The clock of the sandbox; null for the computer's clock.</param>
    /// <param name="between">Creates a handler that receives all requests and responses; null for none.</param>
    public static Wire To(
        Uri address, X509Certificate2 certificate, Func<HttpMessageHandler, Func<Uri, CancellationToken, Task>>? browser = null,
        TimeProvider? time = null, Func<HttpMessageHandler, HttpMessageHandler>? between = null)
    {
        ValueTask<Stream> OpenAsync(string host, int port, CancellationToken cancellationToken) =>
            OpenTunnelAsync(address, host, port, cancellationToken);

        var http = Wire.NewHandler();
        http.ConnectCallback = (context, cancellationToken) =>
            OpenAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken);
        http.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) =>
            shown?.GetRawCertData().AsSpan().SequenceEqual(certificate.RawData) == true;
        // The computer's proxy can't reach its loopback address.
        http.UseProxy = false;
        var way = between?.Invoke(http) ?? http;
        return new Wire(way, OpenAsync, time ?? Wire.MachineTime)
        {
            IsSandbox = true,
            TrustedCertificate = certificate,
            OpenBrowser = browser?.Invoke(way),
        };
    }

    private static async ValueTask<Stream> OpenTunnelAsync(
        Uri address, string host, int port, CancellationToken cancellationToken)
    {
        var stream = await Wire.OpenTcpAsync(address.Host, address.Port, cancellationToken).ConfigureAwait(false);
        try
        {
            await stream.WriteAsync(
                Encoding.ASCII.GetBytes(
                    FormattableString.Invariant($"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n")),
                cancellationToken)
                .ConfigureAwait(false);
            var answer = await ReadHeadAsync(stream, cancellationToken).ConfigureAwait(false);
            return answer.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal) ? stream
                : throw new SocketException((int)SocketError.HostNotFound);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Reads up to the empty line and not further, because the greeting of SMTP can follow.</summary>
    private static async Task<string> ReadHeadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[1024];
        for (var count = 0; count < buffer.Length;)
        {
            if (await stream.ReadAsync(buffer.AsMemory(count, 1), cancellationToken).ConfigureAwait(false) == 0)
            {
                break;
            }

            count++;
            if (buffer.AsSpan(0, count).EndsWith("\r\n\r\n"u8))
            {
                return Encoding.ASCII.GetString(buffer, 0, count);
            }
        }

        throw new IOException("The server at this address isn't a sandbox of MailAdmin.");
    }
}
