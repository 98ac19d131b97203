using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MailAdmin;

/// <summary>Certificates in the personal stores of this user and this machine.</summary>
internal static class CertificateStore
{
    /// <summary>Finds a certificate.</summary>
    /// <param name="thumbprint">In hexadecimal; colons, blanks, and invisible characters of a copied one don't count.</param>
    /// <param name="found">Receives the name of the store; null for no callback.</param>
    /// <returns>The one with a private key, where several stores have it.</returns>
    /// <exception cref="InvalidRequestException">No store has it.</exception>
    public static X509Certificate2 Find(string thumbprint, Action<string>? found = null)
    {
        var wanted = Normalize(thumbprint);
        var all = new List<(StoreLocation Location, X509Certificate2 Certificate)>();
        foreach (var location in new[] { StoreLocation.CurrentUser, StoreLocation.LocalMachine })
        {
            using var store = new X509Store(StoreName.My, location);
            try
            {
                store.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
            }
            catch (CryptographicException)
            {
                // The store doesn't exist here.
                continue;
            }

            all.AddRange(store.Certificates.Find(X509FindType.FindByThumbprint, wanted, validOnly: false)
                .Select(c => (location, c)));
        }

        if (Choose(all, one => one.Certificate.HasPrivateKey) is { Certificate: { } certificate } chosen)
        {
            found?.Invoke($"The certificate {wanted} is from {PathOf(chosen.Location)}.");
            return certificate;
        }

        throw new InvalidRequestException(
            "CertificateNotFound",
            $"No certificate with the thumbprint '{thumbprint}' was found in the personal store of this user or this machine.")
        {
            Target = thumbprint,
            Advice = "To list certificates on Windows, run Get-ChildItem Cert:/CurrentUser/My, Cert:/LocalMachine/My. On other "
                + "systems, use -CertificatePath.",
        };
    }

    /// <summary>The thumbprint without what some programs write between its digits, or copy along with them.</summary>
    internal static string Normalize(string thumbprint) =>
        string.Concat(thumbprint.Where(char.IsAsciiHexDigit)).ToUpperInvariant();

    /// <summary>
    /// Selects one of several certificates: one with a private key, from any store; the first of several. A copy without its key
    /// in the user's store is common, and can't be used to sign in.
    /// </summary>
    internal static T? Choose<T>(IReadOnlyList<T> all, Func<T, bool> hasKey)
        where T : struct => all.Any(hasKey) ? all.First(hasKey) : all.Count > 0 ? all[0] : null;

    /// <summary>Puts a certificate and its private key into a store.</summary>
    /// <param name="certificate">With its private key.</param>
    /// <param name="location">The location of the store.</param>
    /// <param name="isExportable">Whether the key can be exported.</param>
    /// <exception cref="InvalidRequestException">The store can't be written.</exception>
    public static void Add(X509Certificate2 certificate, StoreLocation location, bool isExportable)
    {
        try
        {
            using var store = new X509Store(StoreName.My, location);
            store.Open(OpenFlags.ReadWrite);
            var content = certificate.Export(X509ContentType.Pfx);
            try
            {
                using var kept = new X509Certificate2(content, (string?)null, StoreFlags(location, isExportable));
                store.Add(kept);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(content);
            }
        }
        catch (Exception e) when (e is CryptographicException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            throw new InvalidRequestException(
                "CertificateStoreNotWritable", $"The certificate can't be added to {PathOf(location)}: {e.Message}", e)
            {
                Target = PathOf(location),
                Advice = location == StoreLocation.LocalMachine
                    ? "Run PowerShell as administrator, or use -StoreLocation CurrentUser."
                    : "Use -Path and -Password to write a PFX file.",
            };
        }
    }

    /// <summary>Takes a certificate out of a store; none is as good.</summary>
    public static void Remove(X509Certificate2 certificate, StoreLocation location)
    {
        using var store = new X509Store(StoreName.My, location);
        store.Open(OpenFlags.ReadWrite);
        foreach (var kept in store.Certificates.Find(X509FindType.FindByThumbprint, certificate.Thumbprint, validOnly: false))
        {
            store.Remove(kept);
        }
    }

    /// <summary>The flags for the key of a certificate that is added to a store.</summary>
    internal static X509KeyStorageFlags StoreFlags(StoreLocation location, bool isExportable) =>
        X509KeyStorageFlags.PersistKeySet
        | (location == StoreLocation.LocalMachine ? X509KeyStorageFlags.MachineKeySet : X509KeyStorageFlags.UserKeySet)
        | (isExportable ? X509KeyStorageFlags.Exportable : 0);

    private static string PathOf(StoreLocation location) => $"Cert:/{location}/My";
}
