using System.Security;
using System.Security.Cryptography.X509Certificates;

namespace MailAdmin.Core.Files;

/// <summary>Keeps a certificate with its private key in a PFX file (PKCS #12, RFC 7292) that a password protects.</summary>
internal static class PrivateKeyFile
{
    /// <summary>Writes a new file that only its owner can read. An existing file isn't changed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="certificate">With its private key, which may leave it.</param>
    /// <param name="password">Protects it.</param>
    /// <exception cref="InvalidRequestException">The file exists, or can't be written.</exception>
    public static void Write(string path, X509Certificate2 certificate, SecureString password) => FileFailure.Guard(
        () => OwnFile.WriteNew(path, certificate.Export(X509ContentType.Pfx, password)),
        "CertificateFileNotWritable", path, $"The certificate can't be written to '{path}'",
        "Specify a new file in an existing folder. An existing key is never overwritten.");

    /// <summary>Removes a file whose key isn't used.</summary>
    /// <param name="path">The file.</param>
    public static void Remove(string path) => FileSystem.OfMachine.Remove(path);
}
