using System.Security.Cryptography.X509Certificates;

namespace MailAdmin.Core.Apps;

/// <summary>Represents the required properties of an app registration.</summary>
internal sealed record AppSpecification
{
    /// <summary>Display name; it is also what a second run finds an app by that was registered from here.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Client ID or object ID of the app to complete, including one that another administrator registered; null to find it by
    /// name. Its name isn't changed.
    /// </summary>
    public string? App { get; init; }

    /// <summary>The permissions to request.</summary>
    public IReadOnlyList<MailAppPermission> Permissions { get; init; } = [];

    /// <summary>The recipe with which the registration is tagged; null for none.</summary>
    public string? Recipe { get; init; }

    /// <summary>
    /// Whether to create only the registration and the service principal, without a credential and permissions.
    /// </summary>
    public bool RegistrationOnly { get; init; }

    /// <summary>Months until the secret ends.</summary>
    public int SecretLifetime { get; init; } = 6;

    /// <summary>Whether the user specified the lifetime. If not, a policy of the tenant can shorten it.</summary>
    public bool IsLifetimeAsked { get; init; }

    /// <summary>Whether a later step creates a secret, so that the tenant's policy is read before the first change.</summary>
    public bool PlansSecret { get; init; }

    internal SecretLifetime Lifetime => new(SecretLifetime, IsLifetimeAsked ? "-SecretLifetime" : null);

    /// <summary>Whether tenant-wide permissions are granted, not only requested.</summary>
    public bool TenantWide { get; init; }

    /// <summary>The accounts that can sign in.</summary>
    public SignInAudience SignInAudience { get; init; }

    /// <summary>The redirect URIs for user sign-in.</summary>
    public IReadOnlyList<MailAppRedirectUri> RedirectUris { get; init; } = [];

    /// <summary>Whether it's a public client on users' computers, which can't keep a secret: no secret is created.</summary>
    public bool IsPublicClient { get; init; }

    /// <summary>Whether a public client allows device codes; one that allows them already keeps it.</summary>
    public bool AllowsDeviceCode { get; init; } = true;

    /// <summary>A certificate to sign in with instead of a secret. Its private key isn't sent.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>User principal names of owners to add.</summary>
    public IReadOnlyList<string> Owners { get; init; } = [];
}
