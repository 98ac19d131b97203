using System.Security;
using System.Security.Cryptography.X509Certificates;

namespace MailAdmin.Core.Files;

/// <summary>Keeps a certificate with its private key in a PFX file (PKCS #12, RFC 7292) that a password protects.</summary>
internal static class PrivateKeyFile
{
    /// <summary>Writes a new file that its owner alone may read; a file that is there is not touched.</summary>
    /// <param name="path">The file.</param>
    /// <param name="certificate">With its private key, which may leave it.</param>
    /// <param name="password">Protects it.</param>
    /// <exception cref="InvalidRequestException">The file is there already, or can't be written.</exception>
    public static void Write(string path, X509Certificate2 certificate, SecureString password)
    {
        var made = false;
        try
        {
            using var file = OwnFile.Open(path, FileMode.CreateNew, FileShare.None);
            made = true;
            file.Write(certificate.Export(X509ContentType.Pfx, password));
            file.Flush(flushToDisk: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (made)
            {
                File.Delete(path);
            }

            throw new InvalidRequestException(
                "CertificateFileNotWritable", $"The certificate can't be written to '{path}': {e.Message}", e)
            {
                Target = path,
                Advice = "Give a new file in a folder that is there: one that holds a key already is never written over.",
            };
        }
    }
}
