using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Tenant;

namespace MailAdmin.Sandbox;

/// <summary>The tenant's submission of mail at a port of the loopback address; TLS begins with STARTTLS.</summary>
internal sealed class SmtpListener : IDisposable
{
    private readonly TcpListener _listener;

    /// <summary>Begins to listen.</summary>
    /// <param name="port">The port; 0 for a free one.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public SmtpListener(int port)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Answers whoever comes, until it is cancelled.</summary>
    public async Task RunAsync(SandboxTenant tenant, X509Certificate2 certificate, CancellationToken cancellationToken)
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync(cancellationToken).ConfigureAwait(false);
            _ = AnswerAsync(tenant, client, certificate, cancellationToken);
        }
    }

    public void Dispose() => _listener.Dispose();

    private static async Task AnswerAsync(
        SandboxTenant tenant, TcpClient client, X509Certificate2 certificate, CancellationToken cancellationToken)
    {
        using (client)
        {
            try
            {
                client.NoDelay = true;
                await tenant.ServeSmtpAsync(client.GetStream(), SecureAsync, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or AuthenticationException or OperationCanceledException)
            {
                // A client that goes away, or does not trust the certificate, is no matter of the server.
            }
        }

        async Task<Stream> SecureAsync(Stream stream, CancellationToken token)
        {
            var tls = new SslStream(stream);
            await tls.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificate = certificate }, token).ConfigureAwait(false);
            return tls;
        }
    }
}
