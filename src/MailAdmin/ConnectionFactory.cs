using System.Security;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Entra;

namespace MailAdmin;

/// <summary>Makes connections out of what a user has at hand; the one place that knows which tenant they lead to.</summary>
internal static class ConnectionFactory
{
    public static MailboxConnection FromApp(
        MailAppRegistration app, string mailbox, MailProtocol protocol, SecureString? secret, X509Certificate2? certificate)
    {
        // An app object that came through a file has lost its session; then it leads where the runspace is signed in.
        var session = app.Handle as Session ?? Contexts.Here.Default?.Handle as Session;
        return new MailboxConnection
        {
            TenantId = app.TenantId,
            ClientId = app.ClientId,
            Mailbox = mailbox,
            Protocol = protocol,
            Environment = session?.Cloud.Environment ?? MailEnvironment.Global,
            ClientSecret = certificate is null ? secret ?? app.ClientSecret : null,
            Certificate = certificate,
            Handle = session,
        };
    }

    public static MailboxConnection FromCredential(
        string tenantId, string clientId, string mailbox, MailProtocol protocol, MailEnvironment? environment,
        SecureString? secret, X509Certificate2? certificate)
    {
        var session = Contexts.Here.Default?.Handle as Session;
        return new MailboxConnection
        {
            TenantId = tenantId,
            ClientId = clientId,
            Mailbox = mailbox,
            Protocol = protocol,
            Environment = environment ?? session?.Cloud.Environment ?? MailEnvironment.Global,
            ClientSecret = secret,
            Certificate = certificate,
            Handle = session,
        };
    }

    /// <summary>Reads a PFX file, or a PEM file with its key.</summary>
    public static X509Certificate2 LoadCertificate(string path, SecureString? password)
    {
        try
        {
            if (!File.Exists(path))
            {
                throw new FileNotFoundException("There is no such file.", path);
            }

            var text = Path.GetExtension(path).ToUpperInvariant() is ".PEM" or ".CRT" or ".CER";
            return text
                ? X509Certificate2.CreateFromPemFile(path)
                : new X509Certificate2(path, password, X509KeyStorageFlags.EphemeralKeySet);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            throw new InvalidRequestException("CertificateNotReadable", $"The certificate '{path}' can't be read: {e.Message}", e)
            {
                Target = path,
                Advice = "Give a PFX file and its -CertificatePassword, or a PEM file that holds certificate and private key.",
            };
        }
    }
}
