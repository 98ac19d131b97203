using System.Globalization;
using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization;
using MailAdmin.Core.Base;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Core.Connections;

/// <summary>
/// A connection as it is kept: how the mailbox is reached, what is received from it, and where its secret is. The secret itself
/// is never part of it.
/// </summary>
internal sealed record SavedConnection
{
    /// <summary>What it is called.</summary>
    public required string Name { get; init; }

    /// <summary>The tenant's ID or a verified domain of it; empty for a server of one's own.</summary>
    public string TenantId { get; init; } = "";

    /// <summary>The app's client ID; empty for a server of one's own.</summary>
    public string ClientId { get; init; } = "";

    /// <summary>Id, user principal name or any address of the mailbox.</summary>
    public required string Mailbox { get; init; }

    /// <summary>How it is reached.</summary>
    public MailProtocol Protocol { get; init; }

    /// <summary>The cloud the tenant lives in.</summary>
    public MailEnvironment Environment { get; init; }

    /// <summary>The folders to receive from; null for the Inbox.</summary>
    public string[]? Folder { get; init; }

    /// <summary>What happens to received messages on the server; null for nothing.</summary>
    public AfterProcessing? AfterProcessing { get; init; }

    /// <summary>The folder that received messages are moved to.</summary>
    public string? MoveTo { get; init; }

    /// <summary>Host of an IMAP server of one's own.</summary>
    public string? Server { get; init; }

    /// <summary>Its port; null for the usual one.</summary>
    public int? Port { get; init; }

    /// <summary>When TLS begins there.</summary>
    public ImapSecurity? Security { get; init; }

    /// <summary>The one certificate that is trusted for it, DER in base64; it is public.</summary>
    public string? TrustedCertificate { get; init; }

    /// <summary>Whether that certificate may have expired; null for no.</summary>
    public bool? AllowExpiredCertificate { get; init; }

    /// <summary>"ClientSecret", "Certificate", "AccessToken", "Delegated" or "None".</summary>
    public string Credential { get; init; } = "None";

    /// <summary>The person for whom it works.</summary>
    public string? UserPrincipalName { get; init; }

    /// <summary>The certificate that the app signs in with; its key is where it was.</summary>
    public string? CertificateThumbprint { get; init; }

    /// <summary>The vault that has the secret; null when none has it.</summary>
    public string? Vault { get; init; }

    /// <summary>The secret's name in the vault.</summary>
    public string? VaultSecret { get; init; }

    /// <summary>
    /// The name under which a vault keeps its secret. It has to do with where the secret goes: the same name can't be had for
    /// another host, app, tenant or certificate, so that a file that somebody else wrote never sends a secret elsewhere.
    /// </summary>
    [JsonIgnore]
    public string SecretName => $"MailAdmin {Name} {Binding()}";

    /// <summary>Whether the secret that it names was saved for where it leads.</summary>
    [JsonIgnore]
    public bool IsBound => VaultSecret is null || string.Equals(VaultSecret, SecretName, StringComparison.OrdinalIgnoreCase);

    /// <summary>"Protected" or "Unprotected": which cache on disk has the person's sign-in; null for none.</summary>
    public string? TokenCache { get; init; }

    /// <summary>Takes what is to be kept out of a connection.</summary>
    /// <param name="name">What to call it.</param>
    /// <returns>All but the folder, the after-processing, and where the secret goes.</returns>
    public static SavedConnection Of(string name, MailboxConnection connection) => new()
    {
        Name = name,
        TenantId = connection.TenantId,
        ClientId = connection.ClientId,
        Mailbox = connection.Mailbox,
        Protocol = connection.Protocol,
        Environment = connection.Environment,
        Folder = connection.SourceFolder,
        AfterProcessing = connection.AfterProcessing,
        MoveTo = connection.MoveTo,
        Server = connection.Server,
        Port = connection.Port,
        Security = connection.Server is null ? null : connection.Security,
        TrustedCertificate = connection.TrustedCertificate is { } trusted ? Convert.ToBase64String(trusted.RawData) : null,
        AllowExpiredCertificate = connection.AllowsExpiredCertificate ? true : null,
        Credential = connection.CredentialType,
        UserPrincipalName = connection.UserPrincipalName,
        CertificateThumbprint = connection.Certificate?.Thumbprint,
        TokenCache = (connection.Person as UserSignIn)?.Cache?.IsProtected switch
        {
            true => "Protected",
            false => "Unprotected",
            null => null,
        },
    };

    /// <summary>The secret that a vault has to keep for a connection; null when there is none.</summary>
    /// <returns>The app's secret, or the access token.</returns>
    public static SecureString? SecretOf(MailboxConnection connection) => connection.AccessToken ?? connection.ClientSecret;

    /// <summary>The connection again.</summary>
    /// <param name="session">Where it leads to; null for the real service.</param>
    /// <param name="secret">Its secret, or access token; null when there is none at hand.</param>
    /// <param name="certificate">Its certificate with the private key; null when there is none at hand.</param>
    /// <param name="change">What became of it; null when it was only read.</param>
    /// <returns>A connection; nothing was sent. A person signs in at the first use, unless the token cache has the
    /// sign-in.</returns>
    public MailboxConnection Open(
        Session? session, SecureString? secret, X509Certificate2? certificate, ChangeKind? change = null)
    {
        var isOwnServer = Server is not null;
        return new MailboxConnection
        {
            Name = Name,
            TenantId = TenantId,
            ClientId = ClientId,
            Mailbox = Mailbox,
            Protocol = Protocol,
            Environment = Environment,
            SourceFolder = Folder,
            AfterProcessing = AfterProcessing,
            MoveTo = MoveTo,
            Server = Server,
            Port = Port,
            Security = Security ?? default,
            TrustedCertificate = TrustedCertificate is null
                ? null
                : new X509Certificate2(Convert.FromBase64String(TrustedCertificate)),
            AllowsExpiredCertificate = AllowExpiredCertificate == true,
            UserPrincipalName = UserPrincipalName,
            SecretStore = this switch
            {
                { Vault: not null } => $"'{VaultSecret}' in the vault '{Vault}'",
                { TokenCache: not null } => $"{TokenCache.ToLowerInvariant()} token cache",
                { CertificateThumbprint: not null } => "certificate store",
                _ => null,
            },
            ClientSecret = isOwnServer ? null : secret,
            AccessToken = isOwnServer ? secret : null,
            // Tokens of Microsoft's services never go to another server, whatever the file says.
            Certificate = isOwnServer ? null : certificate,
            Person = Credential == "Delegated" && !isOwnServer ? Person() : null,
            Handle = isOwnServer ? null : session,
            Change = change,
        };
    }

    private string Binding() => Convert.ToHexString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
        new[]
        {
            TenantId.ToLowerInvariant(), ClientId.ToLowerInvariant(), $"{Environment}", Server?.ToLowerInvariant(),
            Port?.ToString(CultureInfo.InvariantCulture), Security?.ToString(), TrustedCertificate,
            AllowExpiredCertificate?.ToString(),
        })))[..16];

    private BrowserSignIn Person()
    {
        var isShared = !string.Equals(Mailbox, UserPrincipalName, StringComparison.OrdinalIgnoreCase);
        return new BrowserSignIn(
            ClientId, UserPrincipalName, DelegatedScopes.ForMailbox(Cloud.Of(Environment), Protocol, isShared, ClientId))
        {
            Cache = TokenCache is null ? null : new TokenCacheFile(TokenCacheFile.DefaultFolder, TokenCache == "Protected"),
        };
    }
}
