using System.Security.Cryptography.X509Certificates;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>Represents the address of an IMAP server, and how its certificate is validated.</summary>
internal sealed record ImapServer
{
    /// <summary>DNS name; the certificate must be for it.</summary>
    public required string Host { get; init; }

    /// <summary>TCP port.</summary>
    public int Port { get; init; } = 993;

    /// <summary>When TLS begins.</summary>
    public ImapSecurity Security { get; init; } = ImapSecurity.Tls;

    /// <summary>
    /// For a private server: its own certificate, or the authority's that issued it. Then nothing else is trusted; null for
    /// the authorities that the operating system trusts.
    /// </summary>
    public X509Certificate2? TrustedCertificate { get; init; }

    /// <summary>Whether a pinned certificate can be expired.</summary>
    public bool AllowsExpired { get; init; }

    /// <inheritdoc/>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
