using System.Net.Sockets;
using MailAdmin.Core.Base;
using MailAdmin.Tenant.Gate;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Imap;

/// <summary>Serves the tenant's IMAP: in this process through the wire, or over any stream that the caller opened.</summary>
internal sealed class ImapService(TenantState tenant, TimeSpan latency)
{
    /// <summary>https://support.microsoft.com/office/pop-imap-and-smtp-settings-8361e398-8af4-4e97-b147-6c6c4ac95353</summary>
    private const int Port = 993;

    /// <summary>Opens a connection as the wire does.</summary>
    /// <exception cref="SocketException">The host doesn't exist, the port isn't open, or a fault is on.</exception>
    public async ValueTask<Stream> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!Cloud.All.Any(c => c.ImapHost == host))
        {
            throw new SocketException((int)SocketError.HostNotFound);
        }

        if (port != Port)
        {
            throw new SocketException((int)SocketError.ConnectionRefused);
        }

        await ConnectionGate.PassAsync(tenant, cancellationToken).ConfigureAwait(false);
        var (client, server) = InProcessStream.CreatePair();
        _ = Task.Run(() => RunAsync(server, CancellationToken.None), CancellationToken.None);
        return client;
    }

    /// <summary>Leads a session to its end, and closes the stream.</summary>
    public async Task RunAsync(Stream stream, CancellationToken cancellationToken)
    {
        await using (stream.ConfigureAwait(false))
        {
            await new ImapSession(tenant, latency, stream).RunAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
