using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MailAdmin;

/// <summary>Certificates in files.</summary>
internal static class CertificateFile
{
    /// <summary>Reads a certificate without its key, as PEM or DER.</summary>
    /// <exception cref="InvalidRequestException">It is missing, or not a certificate.</exception>
    public static X509Certificate2 LoadPublic(string path) =>
        Read(path, () => new X509Certificate2(path), "Specify the server's certificate as a PEM or DER file.");

    /// <summary>Reads a PFX file, a PEM file with its key, or a PEM file whose key is in another.</summary>
    /// <param name="path">The file.</param>
    /// <param name="password">The password of the PFX file, or the key.</param>
    /// <param name="keyPath">The PEM file with the key; null when the key is in the first one.</param>
    /// <exception cref="InvalidRequestException">One is missing, not a certificate or key, or the password is wrong.</exception>
    public static X509Certificate2 Load(string path, SecureString? password, string? keyPath = null) => Read(
        path,
        () => keyPath is null && Path.GetExtension(path).ToUpperInvariant() is not (".PEM" or ".CRT" or ".CER")
            ? new X509Certificate2(path, password, KeyFlags(OperatingSystem.IsWindows()))
            : password is null ? X509Certificate2.CreateFromPemFile(path, keyPath)
            : X509Certificate2.CreateFromEncryptedPemFile(path, Core.Base.Secret.Reveal(password), keyPath),
        "Specify a PFX file with -CertificatePassword, or a PEM file with certificate and private key. If the key is "
            + "in another file, use -PrivateKeyPath.");

    /// <summary>
    /// The flags for reading the private key of a PFX file. On Windows, in memory only: otherwise it's written to the user's
    /// profile, which a service might not have, and stays there.
    /// </summary>
    /// <param name="isWindows">Whether it is for Windows; other systems keep it in memory anyway, or (macOS) can't.</param>
    internal static X509KeyStorageFlags KeyFlags(bool isWindows) =>
        isWindows ? X509KeyStorageFlags.EphemeralKeySet : X509KeyStorageFlags.DefaultKeySet;

    /// <summary>A certificate with its private key out of a PFX without a password.</summary>
    /// <returns>Null if it isn't a PFX file.</returns>
    public static X509Certificate2? FromPfx(byte[] content)
    {
        try
        {
            var certificate = new X509Certificate2(content, (string?)null, KeyFlags(OperatingSystem.IsWindows()));
            return certificate.HasPrivateKey ? certificate : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static X509Certificate2 Read(string path, Func<X509Certificate2> read, string advice)
    {
        try
        {
            return File.Exists(path) ? read() : throw new FileNotFoundException("The file wasn't found.", path);
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
