using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace MailAdmin.Core.Mail.Smtp;

/// <summary>Represents the address of a submission server, and how its certificate is validated.</summary>
internal sealed record SmtpServer
{
    /// <summary>DNS name; the certificate must be for it.</summary>
    public required string Host { get; init; }

    /// <summary>TCP port.</summary>
    public int Port { get; init; } = 587;

    /// <summary>When TLS begins.</summary>
    public ImapSecurity Security { get; init; } = ImapSecurity.StartTls;

    /// <summary>The trusted certificate or authority; null for those that the system trusts.</summary>
    public X509Certificate2? TrustedCertificate { get; init; }

    /// <summary>Whether that certificate can be expired.</summary>
    public bool AllowsExpired { get; init; }

    /// <summary>Whether it's Exchange Online's, which saves a copy of sent messages and limits the rate.</summary>
    public bool IsExchangeOnline { get; init; }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
