using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MailAdmin;

/// <summary>Certificates as users have them: in a file.</summary>
internal static class CertificateFile
{
    /// <summary>Reads a certificate without its key, as PEM or DER.</summary>
    /// <exception cref="InvalidRequestException">It is missing, or not a certificate.</exception>
    public static X509Certificate2 LoadPublic(string path) =>
        Read(path, () => new X509Certificate2(path), "Give the server's certificate as a PEM or DER file.");

    /// <summary>Reads a PFX file, a PEM file with its key, or a PEM file whose key is in another.</summary>
    /// <param name="path">The file.</param>
    /// <param name="password">What protects the PFX file, or the key.</param>
    /// <param name="keyPath">The PEM file with the key; null when the key is in the first one.</param>
    /// <exception cref="InvalidRequestException">One is missing, not a certificate or key, or the password is wrong.</exception>
    public static X509Certificate2 Load(string path, SecureString? password, string? keyPath = null) => Read(
        path,
        () => keyPath is null && Path.GetExtension(path).ToUpperInvariant() is not (".PEM" or ".CRT" or ".CER")
            ? new X509Certificate2(path, password)
            : password is null ? X509Certificate2.CreateFromPemFile(path, keyPath)
            : X509Certificate2.CreateFromEncryptedPemFile(path, Core.Base.Secret.Reveal(password), keyPath),
        "Give a PFX file and its -CertificatePassword, a PEM file that holds certificate and private key, or -PrivateKeyPath "
            + "with the key.");

    /// <summary>Finds a certificate in the user's store, then in the machine's.</summary>
    /// <exception cref="InvalidRequestException">It is in neither.</exception>
    public static X509Certificate2 Find(string thumbprint)
    {
        foreach (var location in new[] { StoreLocation.CurrentUser, StoreLocation.LocalMachine })
        {
            using var store = new X509Store(StoreName.My, location);
            try
            {
                store.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
            }
            catch (CryptographicException)
            {
                // There is no such store here.
                continue;
            }

            if (store.Certificates.Find(X509FindType.FindByThumbprint, thumbprint, validOnly: false) is [var found, ..])
            {
                return found;
            }
        }

        throw new InvalidRequestException(
            "CertificateNotFound",
            $"There is no certificate with the thumbprint '{thumbprint}' in the personal store of this user or machine.")
        {
            Target = thumbprint,
            Advice = "Get-ChildItem Cert:/CurrentUser/My lists them on Windows; elsewhere give a file with -CertificatePath.",
        };
    }

    private static X509Certificate2 Read(string path, Func<X509Certificate2> read, string advice)
    {
        try
        {
            return File.Exists(path) ? read() : throw new FileNotFoundException("There is no such file.", path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new InvalidRequestException("CertificateNotReadable", $"The certificate '{path}' can't be read: {e.Message}", e)
            {
                Target = path,
                Advice = advice,
            };
        }
    }
}
