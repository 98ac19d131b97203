using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace MailAdmin.Sandbox;

/// <summary>A port of the loopback address at which a mail protocol is spoken.</summary>
internal sealed class LoopbackListener : IDisposable
{
    private readonly TcpListener _listener;

    /// <summary>Begins to listen.</summary>
    /// <param name="port">The port; 0 for a free one.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public LoopbackListener(int port)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Creates the server side of a TLS connection.</summary>
    public static async Task<Stream> SecureAsync(
        Stream stream, X509Certificate2 certificate, CancellationToken cancellationToken)
    {
        var tls = new SslStream(stream);
        try
        {
            await tls.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificate = certificate }, cancellationToken).ConfigureAwait(false);
            return tls;
        }
        catch
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Answers every client until it is cancelled.</summary>
    /// <param name="answer">Answers one client.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task RunAsync(Func<Stream, CancellationToken, Task> answer, CancellationToken cancellationToken)
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync(cancellationToken).ConfigureAwait(false);
            _ = AnswerAsync(client, answer, cancellationToken);
        }
    }

    public void Dispose() => _listener.Dispose();

    private static async Task AnswerAsync(
        TcpClient client, Func<Stream, CancellationToken, Task> answer, CancellationToken cancellationToken)
    {
        using (client)
        {
            try
            {
                client.NoDelay = true;
                await answer(client.GetStream(), cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or AuthenticationException or OperationCanceledException)
            {
                // A client that closes the connection, or doesn't trust the certificate, isn't an error of the server.
            }
        }
    }
}
