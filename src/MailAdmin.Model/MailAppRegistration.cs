using System.Security;

namespace MailAdmin;

/// <summary>
/// An app as the tenant knows it: the registration ("App registrations" in the portal) together with its service principal
/// ("Enterprise applications"). The three ids are told apart by name; Exchange wants <see cref="ServicePrincipalObjectId"/>.
/// </summary>
public sealed record MailAppRegistration
{
    /// <summary>Display name.</summary>
    public required string Name { get; init; }

    /// <summary>The tenant's id, a GUID.</summary>
    public required string TenantId { get; init; }

    /// <summary>The application (client) id: what the app signs in with.</summary>
    public required string ClientId { get; init; }

    /// <summary>Object id of the registration; null for an app that is registered in another tenant.</summary>
    public string? ApplicationObjectId { get; init; }

    /// <summary>Object id of the enterprise application; null while it does not exist.</summary>
    public string? ServicePrincipalObjectId { get; init; }

    /// <summary>The secret, once, when it was just made; the service never tells it again.</summary>
    public SecureString? ClientSecret { get; init; }

    /// <summary>The id of the newest secret: never to be mistaken for its value.</summary>
    public string? SecretId { get; init; }

    /// <summary>When the newest secret ends, in UTC.</summary>
    public DateTimeOffset? SecretExpiresAt { get; init; }

    /// <summary>Thumbprints of the certificates it signs in with.</summary>
    public string[] CertificateThumbprint { get; init; } = [];

    /// <summary>Who may sign in: "AzureADMyOrg" is this tenant alone.</summary>
    public string? SignInAudience { get; init; }

    /// <summary>The recipe that it was made by; null when it was made by none.</summary>
    public string? Recipe { get; init; }

    /// <summary>Where sign-ins of people may lead back to.</summary>
    public MailAppRedirectUri[] RedirectUri { get; init; } = [];

    /// <summary>Owners of the registration: user principal names, or names of service principals.</summary>
    public string[] Owner { get; init; } = [];

    /// <summary>What the registration asks for.</summary>
    public MailAppPermission[] RequestedPermission { get; init; } = [];

    /// <summary>What was granted, which is what counts.</summary>
    public MailAppPermission[] GrantedPermission { get; init; } = [];

    /// <summary>What the changing cmdlet did; null when the app was only read.</summary>
    public ChangeKind? Change { get; init; }

    /// <summary>
    /// Where an admin can consent to what the registration asks for, in a browser; null unless that was asked for or is needed.
    /// </summary>
    public Uri? AdminConsentUri { get; init; }

    /// <summary>What is still to come or to be done by somebody, a sentence each.</summary>
    public MailAdminPending[] Pending { get; init; } = [];

    /// <summary>The certificate with its private key, when this run was given one.</summary>
    internal System.Security.Cryptography.X509Certificates.X509Certificate2? Certificate { get; init; }

    /// <summary>The session it was read in.</summary>
    internal object? Handle { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({ClientId})";
}

/// <summary>A permission of an app. Its key is resource, name and kind together: Graph and Exchange share ids.</summary>
/// <param name="Resource">"Graph", "Exchange", or the display name of another resource.</param>
/// <param name="Name">Such as "Mail.ReadWrite".</param>
/// <param name="Kind">Application or delegated.</param>
public sealed record MailAppPermission(string Resource, string Name, PermissionKind Kind)
{
    /// <summary>The id of the app role or scope on its resource.</summary>
    public string? Id { get; init; }

    /// <summary>Application id of the resource.</summary>
    public string? ResourceAppId { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Resource}/{Name}";
}
