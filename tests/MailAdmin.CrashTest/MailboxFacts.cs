using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;

namespace MailAdmin.CrashTest;

/// <summary>What a receiving process is told of its mailbox, on standard input.</summary>
internal sealed record MailboxFacts
{
    public required string Mailbox { get; init; }

    /// <summary>The file of the one certificate to trust.</summary>
    public required string Certificate { get; init; }

    /// <summary>The app's secret for Graph, the token for IMAP.</summary>
    public required string Secret { get; init; }

    /// <summary>Where the sandbox is served; null for IMAP.</summary>
    public Uri? SandboxUri { get; init; }

    public string Tenant { get; init; } = "";

    public string ClientId { get; init; } = "";

    /// <summary>Where IMAP listens on this machine.</summary>
    public int ImapPort { get; init; }

    /// <summary>The mailbox's connection, as New-MailboxConnection makes one.</summary>
    public async Task<MailboxConnection> ConnectAsync() => (await ConnectAsync([Mailbox]))[0];

    /// <summary>Connections of several mailboxes, with one sign-in.</summary>
    public async Task<IReadOnlyList<MailboxConnection>> ConnectAsync(IReadOnlyList<string> mailboxes)
    {
        var certificate = X509CertificateLoader.LoadCertificateFromFile(Certificate);
        var secret = Core.Base.Secret.Close(Secret);
        if (SandboxUri is null)
        {
            return [.. mailboxes.Select(m => MailboxConnections.At("localhost", ImapPort, ImapSecurity.Tls, m, secret, certificate))];
        }

        var session = await Session.SignInAsync(
            SandboxWire.To(SandboxUri, certificate), Cloud.Of(MailEnvironment.Global), Tenant, ClientId, new AppCredential.ClientSecret(secret), CancellationToken.None);
        return [.. mailboxes.Select(m => MailboxConnections.With(Tenant, ClientId, m, MailProtocol.Graph, null, session, secret, null))];
    }
}
