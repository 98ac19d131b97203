using System.Security;

namespace MailAdmin;

/// <summary>
/// An app: the app registration ("App registrations" in the portal) with its service principal ("Enterprise applications").
/// It has three IDs. Exchange requires <see cref="ServicePrincipalObjectId"/>.
/// </summary>
public sealed record MailAppRegistration : MailAdminResult
{
    /// <summary>The display name.</summary>
    public required string Name { get; init; }

    /// <summary>The client ID (application ID), which the app signs in with.</summary>
    public required string ClientId { get; init; }

    /// <summary>The object ID of the app registration; null for an app of another tenant.</summary>
    public string? ApplicationObjectId { get; init; }

    /// <summary>The object ID of the enterprise application; null if it doesn't exist.</summary>
    public string? ServicePrincipalObjectId { get; init; }

    /// <summary>The value of a new secret. Entra never returns it again.</summary>
    public SecureString? ClientSecret { get; init; }

    /// <summary>The key ID of the newest secret, which isn't its value.</summary>
    public string? SecretId { get; init; }

    /// <summary>When the newest secret expires, in UTC.</summary>
    public DateTimeOffset? SecretExpiresAt { get; init; }

    /// <summary>The thumbprints of the certificates.</summary>
    public string[] CertificateThumbprint { get; init; } = [];

    /// <summary>The accounts that can sign in. "AzureADMyOrg" allows only this tenant.</summary>
    public string? SignInAudience { get; init; }

    /// <summary>The recipe that the app was set up with; null if there is none.</summary>
    public string? Recipe { get; init; }

    /// <summary>The redirect URIs.</summary>
    public MailAppRedirectUri[] RedirectUri { get; init; } = [];

    /// <summary>The owners of the app registration: user principal names, or names of service principals.</summary>
    public string[] Owner { get; init; } = [];

    /// <summary>The requested permissions.</summary>
    public MailAppPermission[] RequestedPermission { get; init; } = [];

    /// <summary>The granted permissions. Only these are effective.</summary>
    public MailAppPermission[] GrantedPermission { get; init; } = [];

    /// <summary>The change that the cmdlet made; null if the app was only read.</summary>
    public ChangeKind? Change { get; init; }

    /// <summary>The page where an administrator can grant consent; null if it wasn't requested and isn't required.</summary>
    public Uri? AdminConsentUri { get; init; }

    /// <summary>Pending work: what takes effect later or what an administrator has to do.</summary>
    public MailAdminPending[] Pending { get; init; } = [];

    /// <summary>The certificate with its private key, if it was specified in this run.</summary>
    internal System.Security.Cryptography.X509Certificates.X509Certificate2? Certificate { get; init; }

    /// <summary>The session that it was read in.</summary>
    internal object? Handle { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({ClientId})";
}

/// <summary>A permission of an app. Its key is resource, name, and kind, because Graph and Exchange share IDs.</summary>
/// <param name="Resource">"Graph", "Exchange", or the display name of another resource.</param>
/// <param name="Name">The name, such as "Mail.ReadWrite".</param>
/// <param name="Kind">Application or delegated.</param>
public sealed record MailAppPermission(string Resource, string Name, PermissionKind Kind)
{
    /// <summary>The ID of the app role or scope on its resource.</summary>
    public string? Id { get; init; }

    /// <summary>The application ID of the resource.</summary>
    public string? ResourceAppId { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Resource}/{Name}";
}
