using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.Directory;

/// <summary>
/// Represents the token endpoint's data about a secret or certificate that Graph lists with a keyId. Of a secret, only its digest
/// is kept: https://learn.microsoft.com/graph/api/resources/passwordcredential says that the value is shown once.
/// </summary>
internal sealed record Credential(byte[] SecretDigest, X509Certificate2? Certificate, DateTimeOffset EffectiveFrom)
{
    /// <summary>The time of the last sign-in with it; null if there was none.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }

    public static Credential OfSecret(string secret, DateTimeOffset effectiveFrom) => new(Digest(secret), null, effectiveFrom);

    public static Credential OfCertificate(X509Certificate2 certificate, DateTimeOffset effectiveFrom) =>
        new([], certificate, effectiveFrom);

    public bool Matches(string secret) => CryptographicOperations.FixedTimeEquals(SecretDigest, Digest(secret));

    /// <summary>Creates a secret in Entra's form: 40 characters, some of which must be escaped in a URL.</summary>
    public static string NewSecret()
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789~._-";
        return string.Concat(
            RandomNumberGenerator.GetString(Alphabet, 3), "8Q~", SandboxMark.Text,
            RandomNumberGenerator.GetString(Alphabet, 34 - SandboxMark.Text.Length));
    }

    private static byte[] Digest(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
