using System.Management.Automation;
using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MailAdmin;

/// <summary>
/// Represents an app's credential from a vault: a PSCredential (client ID and secret), a certificate as PFX (bytes, or base64 as
/// Azure Key Vault returns it), or a client secret.
/// </summary>
/// <param name="ClientId">The client ID; null if the vault has none.</param>
/// <param name="Secret">The client secret; null if it is a certificate.</param>
/// <param name="Certificate">The certificate with its private key; null if it is a secret.</param>
/// <remarks>
/// https://learn.microsoft.com/powershell/module/microsoft.powershell.secretmanagement/get-secret (types of secrets),
/// https://learn.microsoft.com/azure/key-vault/certificates/about-certificates (a certificate is a secret, too)
/// </remarks>
internal sealed record VaultCredential(string? ClientId, SecureString? Secret, X509Certificate2? Certificate)
{
    /// <summary>Reads it.</summary>
    /// <param name="shell">The runspace.</param>
    /// <param name="vault">The vault; null for the default one.</param>
    /// <param name="name">The name of the secret.</param>
    /// <exception cref="InvalidRequestException">
    /// The vault or the secret doesn't exist (VaultNotAvailable), or it can't be used to sign in (SecretNotUsable).
    /// </exception>
    public static VaultCredential Read(CommandInvocationIntrinsics shell, string? vault, string name)
    {
        object? value;
        try
        {
            // In an object, because a list of bytes would be written as many values.
            value = ObjectText.Base(shell.InvokeScript(
                """
                param($vault, $name)
                $where = if ($vault) { @{ Vault = $vault } } else { @{} }
                [pscustomobject]@{ Value = Get-Secret -Name $name @where -ErrorAction Stop }
                """, true, default, null, vault, name).First().Properties["Value"].Value);
        }
        catch (RuntimeException e) when (e is not PipelineStoppedException)
        {
            throw new InvalidRequestException("VaultNotAvailable", $"The secret '{name}' can't be read: {e.Message}", e)
            {
                Target = name,
                Advice = "To list the secrets of the registered vaults, run Get-SecretInfo. To open a locked vault, "
                    + "run Unlock-SecretVault.",
            };
        }

        return value switch
        {
            PSCredential credential => new(credential.UserName, credential.Password, null),
            byte[] octets => new(null, null, CertificateFile.FromPfx(octets) ?? throw NotUsable(name)),
            string text => Of(Core.Base.Secret.Close(text)),
            SecureString secret => Of(secret),
            _ => throw NotUsable(name),
        };
    }

    /// <summary>The error for a secret without a client ID, where none was specified.</summary>
    public static InvalidRequestException NoClientId(string name) =>
        new("ClientIdRequired", $"The secret '{name}' doesn't contain a client ID.")
        {
            Target = name,
            Advice = "Specify -ClientId, or store a PSCredential.",
        };

    /// <summary>Contains no value of it, so it can be printed.</summary>
    public override string ToString() => Certificate is null ? "a client secret" : $"the certificate {Certificate.Thumbprint}";

    private static VaultCredential Of(SecureString secret)
    {
        var octets = new byte[secret.Length];
        try
        {
            return Convert.TryFromBase64String(Core.Base.Secret.Reveal(secret), octets, out var count)
                && CertificateFile.FromPfx(octets[..count]) is { } certificate
                ? new(null, null, certificate)
                : new(null, secret, null);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(octets);
        }
    }

    private static InvalidRequestException NotUsable(string name) =>
        new("SecretNotUsable", $"The secret '{name}' is neither a client secret nor a certificate with its private key.")
        {
            Target = name,
            Advice = "Store a client secret as text, a client ID with its secret as a PSCredential, or a PFX without a password "
                + "as octets or base64.",
        };
}
