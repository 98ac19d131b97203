using System.Security;
using System.Security.Cryptography.X509Certificates;

namespace MailAdmin.Core.Entra;

/// <summary>What an app proves itself with: a client secret or a certificate with its private key.</summary>
/// <remarks>https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow</remarks>
public abstract record AppCredential
{
    private AppCredential() { }

    /// <summary>A client secret.</summary>
    /// <param name="Value">Its value (not its id).</param>
    public sealed record ClientSecret(SecureString Value) : AppCredential
    {
        /// <inheritdoc/>
        public override string ToString() => nameof(ClientSecret);
    }

    /// <summary>A certificate whose public key the app registration holds.</summary>
    /// <param name="Value">With its private key.</param>
    public sealed record Certificate(X509Certificate2 Value) : AppCredential
    {
        /// <inheritdoc/>
        public override string ToString() => $"{nameof(Certificate)} {Value.Thumbprint}";
    }

    /// <summary>Checks what can be checked without the service.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <returns>The credential.</returns>
    /// <exception cref="InvalidRequestException">It has no private key, or its key is not RSA.</exception>
    public static AppCredential From(X509Certificate2 certificate)
    {
        if (!certificate.HasPrivateKey)
        {
            throw new InvalidRequestException("CertificateWithoutKey", $"The certificate {certificate.Thumbprint} has no private key; it cannot sign in.")
            {
                Target = certificate.Thumbprint,
                Advice = "Give the PFX file, or the certificate from a store that holds its private key.",
            };
        }

        if (certificate.GetRSAPublicKey() is null)
        {
            throw new InvalidRequestException("CertificateNotRsa", $"The certificate {certificate.Thumbprint} has no RSA key; Entra accepts only RSA for client assertions.")
            {
                Target = certificate.Thumbprint,
                Advice = "Make a certificate with an RSA key of 2048 bits or more.",
            };
        }

        return new Certificate(certificate);
    }
}
