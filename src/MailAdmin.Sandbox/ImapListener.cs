using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Tenant;

namespace MailAdmin.Sandbox;

/// <summary>The tenant's IMAP over TLS at a port of the loopback address.</summary>
internal sealed class ImapListener : IDisposable
{
    private readonly TcpListener _listener;

    /// <summary>Begins to listen.</summary>
    /// <param name="port">The port; 0 for a free one.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public ImapListener(int port)
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
                var tls = new SslStream(client.GetStream());
                await using (tls.ConfigureAwait(false))
                {
                    await tls.AuthenticateAsServerAsync(
                        new SslServerAuthenticationOptions { ServerCertificate = certificate }, cancellationToken)
                        .ConfigureAwait(false);
                    await tenant.ServeImapAsync(tls, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (Exception e) when (e is IOException or AuthenticationException or OperationCanceledException)
            {
                // A client that goes away, or does not trust the certificate, is no matter of the server.
            }
        }
    }
}
