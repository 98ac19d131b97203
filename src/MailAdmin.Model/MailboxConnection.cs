using System.Security;
using System.Security.Cryptography.X509Certificates;

namespace MailAdmin;

/// <summary>
/// All that is needed to reach one mailbox: who asks, with which credential, by which protocol. Nothing is open.
/// </summary>
public sealed class MailboxConnection
{
    /// <summary>What it was saved as; null when it was not.</summary>
    public string? Name { get; init; }

    /// <summary>The tenant's id or a verified domain of it.</summary>
    public required string TenantId { get; init; }

    /// <summary>The app's client id (application id).</summary>
    public required string ClientId { get; init; }

    /// <summary>Id, user principal name or any address of the mailbox.</summary>
    public required string Mailbox { get; init; }

    /// <summary>Object ID of the mailbox in Entra, by which Graph is asked for it; null when it isn't known.</summary>
    public string? MailboxId { get; init; }

    /// <summary>Primary address of the mailbox, to which IMAP and SMTP sign in; null when it isn't known.</summary>
    public string? PrimarySmtpAddress { get; init; }

    /// <summary>How it is reached.</summary>
    public MailProtocol Protocol { get; init; }

    /// <summary>The cloud the tenant lives in.</summary>
    public MailEnvironment Environment { get; init; }

    /// <summary>The person for whom it works, a user principal name; null when it works as the app.</summary>
    public string? UserPrincipalName { get; init; }

    /// <summary>"Delegated", "ClientSecret", "Certificate", "AccessToken", "SignedIn" (as who is signed in) or "None".</summary>
    public string CredentialType =>
        Person is not null ? "Delegated"
            : Certificate is not null ? "Certificate"
            : AccessToken is not null ? "AccessToken"
            : ClientSecret is not null ? "ClientSecret"
            : IsSignedIn ? "SignedIn"
            : "None";

    /// <summary>The folders that a saved connection receives from; null for the Inbox.</summary>
    public string[]? SourceFolder { get; init; }

    /// <summary>What a saved connection does with received messages; null for nothing.</summary>
    public AfterProcessing? AfterProcessing { get; init; }

    /// <summary>The folder that a saved connection moves received messages to.</summary>
    public string? MoveTo { get; init; }

    /// <summary>Where the secret of a saved connection is; null when it is kept nowhere.</summary>
    public string? SecretStore { get; init; }

    /// <summary>What became of it when it was saved or removed; null when it was only made or read.</summary>
    public ChangeKind? Change { get; init; }

    /// <summary>Host to connect to by IMAP or SMTP; null for Exchange Online's.</summary>
    public string? Server { get; init; }

    /// <summary>Port to connect to; null for the protocol's own.</summary>
    public int? Port { get; init; }

    /// <summary>When TLS begins, by IMAP or SMTP.</summary>
    public ImapSecurity Security { get; init; }

    /// <summary>
    /// Thumbprint of the one certificate that is trusted for a private server; null for what the system trusts.
    /// </summary>
    public string? TrustedThumbprint => TrustedCertificate?.Thumbprint;

    // The secrets are fields that no formatter, no ConvertTo-Json and no Export-Clixml reaches.
    internal SecureString? ClientSecret { get; init; }

    internal X509Certificate2? Certificate { get; init; }

    internal SecureString? AccessToken { get; init; }

    internal X509Certificate2? TrustedCertificate { get; init; }

    /// <summary>Whether the trusted certificate may have expired.</summary>
    internal bool AllowsExpiredCertificate { get; init; }

    /// <summary>Whether it works as who is signed in to the tenant.</summary>
    internal bool IsSignedIn { get; init; }

    /// <summary>Core's sign-in of the person.</summary>
    internal object? Person { get; init; }

    /// <summary>The wire of the context it was made in; null for the real network.</summary>
    internal object? Handle { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Mailbox} over {Protocol} as {UserPrincipalName ?? ClientId}";
}
