using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Base;

namespace MailAdmin.Core.Mail;

/// <summary>Represents the address of an IMAP or SMTP server, and how its certificate is validated.</summary>
internal abstract record MailServer
{
    /// <summary>DNS name; the certificate must be for it.</summary>
    public required string Host { get; init; }

    public int Port { get; init; }

    /// <summary>When TLS begins.</summary>
    public ImapSecurity Security { get; init; }

    /// <summary>
    /// For a private server: its own certificate, or the authority's that issued it. Then nothing else is trusted; null for
    /// the authorities that the operating system trusts.
    /// </summary>
    public X509Certificate2? TrustedCertificate { get; init; }

    /// <summary>Whether a pinned certificate can be expired.</summary>
    public bool AllowsExpired { get; init; }

    /// <summary>Runs the TLS handshake.</summary>
    /// <param name="stream">Disposed with the result, and when the handshake fails.</param>
    /// <exception cref="ConnectionLostException">The certificate isn't trusted, or the server doesn't speak TLS.</exception>
    public ValueTask<Stream> SecureAsync(Stream stream, CancellationToken cancellationToken) =>
        TlsClient.SecureAsync(stream, Host, ToString(), TrustedCertificate, AllowsExpired, cancellationToken);

    public sealed override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
