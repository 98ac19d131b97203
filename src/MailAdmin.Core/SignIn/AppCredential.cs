using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Files;

namespace MailAdmin.Core.SignIn;

/// <summary>
/// Represents the credential of an app: a client secret, a certificate with its private key, or a token of the workload's
/// identity provider.
/// </summary>
/// <remarks>https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow</remarks>
internal abstract record AppCredential
{
    private AppCredential() { }

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

    /// <summary>
    /// A token with which another identity provider vouches for the workload. The file is read at each sign-in: its keeper renews
    /// it.
    /// </summary>
    /// <param name="Path">The file, such as the one that AZURE_FEDERATED_TOKEN_FILE names.</param>
    /// <remarks>https://learn.microsoft.com/entra/workload-id/workload-identity-federation</remarks>
    public sealed record FederatedToken(string Path) : AppCredential
    {
        /// <summary>Reads the token that is in the file now.</summary>
        internal string Read()
        {
            try
            {
                var token = TextFile.Read(Path).Trim();
                return token.Length > 0 ? token : throw new IOException("The file is empty.");
            }
            catch (Exception e) when (FileFailure.Is(e))
            {
                throw new InvalidRequestException(
                    "FederatedTokenNotReadable", $"The federated token '{Path}' can't be read: {e.Message}", e)
                {
                    Target = Path,
                    Advice = "Specify the file that contains the token of the platform, such as "
                        + "$env:AZURE_FEDERATED_TOKEN_FILE.",
                };
            }
        }
    }

    /// <summary>Checks what can be checked without the service.</summary>
    /// <exception cref="InvalidRequestException">
    /// It has no private key, its key isn't RSA, or this account isn't allowed to use the key.
    /// </exception>
    public static AppCredential From(X509Certificate2 certificate)
    {
        try
        {
            Check(certificate);
        }
        catch (CryptographicException e)
        {
            throw KeyNotUsable(e);
        }

        return new Certificate(certificate);
    }

    /// <summary>The error for a certificate whose private key exists but can't be used.</summary>
    /// <param name="e">The system's error.</param>
    internal static InvalidRequestException KeyNotUsable(CryptographicException e) =>
        new("CertificateKeyNotUsable", $"The private key of the certificate can't be used: {e.Message}", e)
        {
            Advice = "Run the command as the account that owns the key. For a certificate in LocalMachine, give the "
                + "account Read permission: run certlm.msc, and select All Tasks > Manage Private Keys. A "
                + "certificate object must not be disposed before it is used.",
        };

    private static void Check(X509Certificate2 certificate)
    {
        if (!certificate.HasPrivateKey)
        {
            throw new InvalidRequestException(
                "CertificateWithoutKey", $"Can't sign in with the certificate {certificate.Thumbprint} because it has "
                    + "no private key.")
            {
                Target = certificate.Thumbprint,
                Advice = "Specify the PFX file, or a certificate from a store that contains its private key.",
            };
        }

        if (certificate.GetRSAPublicKey() is null)
        {
            throw new InvalidRequestException(
                "CertificateNotRsa",
                $"Can't use the certificate {certificate.Thumbprint} because it has no RSA key. Entra accepts only "
                    + "RSA for client assertions.")
            {
                Target = certificate.Thumbprint,
                Advice = "Create a certificate with an RSA key of 2048 bits or more.",
            };
        }

        // A key without permission, on a card that isn't there, or in a TPM that was cleared is found here.
        using var key = certificate.GetRSAPrivateKey();
    }
}
