using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MailAdmin;

/// <summary>Certificates as users have them: in a file.</summary>
internal static class CertificateFile
{
    /// <summary>Reads a certificate without its key, as PEM or DER.</summary>
    /// <exception cref="InvalidRequestException">It is missing, or not a certificate.</exception>
    public static X509Certificate2 LoadPublic(string path) => Read(path, () => new X509Certificate2(path), "Give the server's certificate as a PEM or DER file.");

    /// <summary>Reads a PFX file, or a PEM file with its key.</summary>
    /// <exception cref="InvalidRequestException">It is missing, not a certificate, or its password is wrong.</exception>
    public static X509Certificate2 Load(string path, SecureString? password) => Read(
        path,
        () => Path.GetExtension(path).ToUpperInvariant() is ".PEM" or ".CRT" or ".CER"
            ? X509Certificate2.CreateFromPemFile(path) : new X509Certificate2(path, password),
        "Give a PFX file and its -CertificatePassword, or a PEM file that holds certificate and private key.");

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
