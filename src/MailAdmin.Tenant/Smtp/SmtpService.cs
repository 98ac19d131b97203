using MailAdmin.Core.Base;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Smtp;

/// <summary>The tenant's submission of mail: in this process through the wire, or over any other stream.</summary>
internal sealed class SmtpService(TenantState tenant, TimeSpan latency)
{
    /// <summary>https://support.microsoft.com/office/pop-imap-and-smtp-settings-8361e398-8af4-4e97-b147-6c6c4ac95353</summary>
    public const int Port = 587;

    /// <summary>Whether mail is submitted at a host.</summary>
    public static bool IsHost(string host) => Cloud.All.Any(c => c.SmtpHost == host || c.ExchangeHost == host);

    /// <summary>Opens a connection in this process. It can't be intercepted, so it requires no TLS.</summary>
    public Stream Connect()
    {
        var (client, server) = InProcessStream.CreatePair();
        _ = Task.Run(() => RunAsync(server, null, CancellationToken.None), CancellationToken.None);
        return client;
    }

    /// <summary>Leads a session to its end, and closes the stream.</summary>
    public async Task RunAsync(
        Stream stream, Func<Stream, CancellationToken, Task<Stream>>? secure, CancellationToken cancellationToken)
    {
        await using (stream.ConfigureAwait(false))
        {
            await new SmtpSession(tenant, latency, stream, secure).RunAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
