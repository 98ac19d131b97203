using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MailAdmin;

/// <summary>Certificates as users have them: in a file.</summary>
internal static class CertificateFile
{
    /// <summary>Reads a PFX file, or a PEM file with its key.</summary>
    /// <exception cref="InvalidRequestException">It is missing, not a certificate, or its password is wrong.</exception>
    public static X509Certificate2 Load(string path, SecureString? password)
    {
        try
        {
            if (!File.Exists(path))
            {
                throw new FileNotFoundException("There is no such file.", path);
            }

            return Path.GetExtension(path).ToUpperInvariant() is ".PEM" or ".CRT" or ".CER"
                ? X509Certificate2.CreateFromPemFile(path)
                : new X509Certificate2(path, password);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new InvalidRequestException("CertificateNotReadable", $"The certificate '{path}' can't be read: {e.Message}", e)
            {
                Target = path,
                Advice = "Give a PFX file and its -CertificatePassword, or a PEM file that holds certificate and private key.",
            };
        }
    }
}
