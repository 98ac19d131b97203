using System.Security;
using System.Security.Cryptography.X509Certificates;

namespace MailAdmin;

/// <summary>A connection to one mailbox: identity, credential, and protocol. Nothing is open.</summary>
public sealed class MailboxConnection
{
    /// <summary>The saved name; null if it wasn't saved.</summary>
    public string? Name { get; init; }

    /// <summary>The tenant ID or a verified domain.</summary>
    public required string TenantId { get; init; }

    /// <summary>The client ID (application ID) of the app.</summary>
    public required string ClientId { get; init; }

    /// <summary>An ID, user principal name, or email address of the mailbox.</summary>
    public required string Mailbox { get; init; }

    /// <summary>The object ID of the mailbox in Entra, for Graph; null if unknown.</summary>
    public string? MailboxId { get; init; }

    /// <summary>The primary address of the mailbox, for IMAP and SMTP; null if unknown.</summary>
    public string? PrimarySmtpAddress { get; init; }

    /// <summary>The protocol.</summary>
    public MailProtocol Protocol { get; init; }

    /// <summary>The cloud of the tenant.</summary>
    public MailEnvironment Environment { get; init; }

    /// <summary>The user principal name of the user who signs in; null for an app.</summary>
    public string? UserPrincipalName { get; init; }

    /// <summary>
    /// "Delegated", "ClientSecret", "Certificate", "AccessToken", "SignedIn" (the current context), or "None".
    /// </summary>
    public string CredentialType =>
        Person is not null ? "Delegated"
            : Certificate is not null ? "Certificate"
            : AccessToken is not null ? "AccessToken"
            : ClientSecret is not null ? "ClientSecret"
            : IsSignedIn ? "SignedIn"
            : "None";

    /// <summary>The folders that a saved connection receives from; null for the Inbox.</summary>
    public string[]? SourceFolder { get; init; }

    /// <summary>The processing of received messages in a saved connection; null for None.</summary>
    public AfterProcessing? AfterProcessing { get; init; }

    /// <summary>The folder that a saved connection moves received messages to.</summary>
    public string? MoveTo { get; init; }

    /// <summary>The location of the secret of a saved connection; null if it isn't stored.</summary>
    public string? SecretStore { get; init; }

    /// <summary>The change when it was saved or removed; null otherwise.</summary>
    public ChangeKind? Change { get; init; }

    /// <summary>The host for IMAP or SMTP; null for Exchange Online.</summary>
    public string? Server { get; init; }

    /// <summary>The port; null for the default of the protocol.</summary>
    public int? Port { get; init; }

    /// <summary>When TLS begins, for IMAP or SMTP.</summary>
    public ImapSecurity Security { get; init; }

    /// <summary>The thumbprint of the trusted certificate of a private server; null to use the system's trust.</summary>
    public string? TrustedThumbprint => TrustedCertificate?.Thumbprint;

    // The secrets are fields that no formatter, no ConvertTo-Json and no Export-Clixml reaches.
    internal SecureString? ClientSecret { get; init; }

    internal X509Certificate2? Certificate { get; init; }

    internal SecureString? AccessToken { get; init; }

    internal X509Certificate2? TrustedCertificate { get; init; }

    /// <summary>Whether the trusted certificate can be expired.</summary>
    internal bool AllowsExpiredCertificate { get; init; }

    /// <summary>Whether it uses the current context.</summary>
    internal bool IsSignedIn { get; init; }

    /// <summary>The sign-in of the user in Core.</summary>
    internal object? Person { get; init; }

    /// <summary>The wire of its context; null for the real network.</summary>
    internal object? Handle { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Mailbox} over {Protocol} as {UserPrincipalName ?? ClientId}";
}
