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
/// Represents a saved connection: the address of the mailbox, the settings for receiving, and the place of its secret. It never
/// contains the secret.
/// </summary>
internal sealed record SavedConnection
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The tenant ID or a verified domain of the tenant; empty for another server.</summary>
    public string TenantId { get; init; } = "";

    /// <summary>The client ID of the app; empty for another server.</summary>
    public string ClientId { get; init; } = "";

    /// <summary>Id, user principal name or any address of the mailbox.</summary>
    public required string Mailbox { get; init; }

    /// <summary>The protocol.</summary>
    public MailProtocol Protocol { get; init; }

    /// <summary>The cloud the tenant lives in.</summary>
    public MailEnvironment Environment { get; init; }

    /// <summary>The folders to receive from; null for the Inbox.</summary>
    public string[]? Folder { get; init; }

    /// <summary>The processing of received messages on the server; null for none.</summary>
    public AfterProcessing? AfterProcessing { get; init; }

    /// <summary>The folder that received messages are moved to.</summary>
    public string? MoveTo { get; init; }

    /// <summary>The host of another IMAP server.</summary>
    public string? Server { get; init; }

    /// <summary>Its port; null for the usual one.</summary>
    public int? Port { get; init; }

    /// <summary>When TLS begins there.</summary>
    public ImapSecurity? Security { get; init; }

    /// <summary>The pinned certificate of the server, DER in base64; it's public.</summary>
    public string? TrustedCertificate { get; init; }

    /// <summary>Whether that certificate can be expired; null for no.</summary>
    public bool? AllowExpiredCertificate { get; init; }

    /// <summary>"ClientSecret", "Certificate", "AccessToken", "Delegated" or "None".</summary>
    public string Credential { get; init; } = "None";

    /// <summary>The user of delegated access.</summary>
    public string? UserPrincipalName { get; init; }

    /// <summary>The certificate with which the app signs in. Its key stays in its store.</summary>
    public string? CertificateThumbprint { get; init; }

    /// <summary>The vault that has the secret; null when none has it.</summary>
    public string? Vault { get; init; }

    /// <summary>The secret's name in the vault.</summary>
    public string? VaultSecret { get; init; }

    /// <summary>
    /// The name of its secret in a vault. It's derived from the destination of the secret: another host, app, tenant, or
    /// certificate has another name. So a file that another user wrote can't send a secret to another destination.
    /// </summary>
    [JsonIgnore]
    public string SecretName => $"MailAdmin {Name} {Binding()}";

    /// <summary>Whether its secret was saved for its destination.</summary>
    [JsonIgnore]
    public bool IsBound => VaultSecret is null || string.Equals(VaultSecret, SecretName, StringComparison.OrdinalIgnoreCase);

    /// <summary>"Protected" or "Unprotected": which cache on disk has the person's sign-in; null for none.</summary>
    public string? TokenCache { get; init; }

    /// <summary>Creates a saved connection from a connection.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The connection without the folder, the after-processing, and the place of the secret.</returns>
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

    /// <summary>Returns the secret of a connection for a vault; null if there is none.</summary>
    /// <returns>The app's secret, or the access token.</returns>
    public static SecureString? SecretOf(MailboxConnection connection) => connection.AccessToken ?? connection.ClientSecret;

    /// <summary>The connection again.</summary>
    /// <param name="session">The session with the destination; null for the real service.</param>
    /// <param name="secret">Its secret, or access token; null if not available.</param>
    /// <param name="certificate">Its certificate with the private key; null if not available.</param>
    /// <param name="change">The change; null if it was only read.</param>
    /// <returns>
    /// A connection. No request is sent. A user signs in at the first use, unless the token cache has a sign-in.
    /// </returns>
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
            // Tokens of Microsoft's services are never sent to another server, even if the file specifies one.
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
