using MailAdmin.Tenant.Configuration;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.State;

/// <summary>
/// Represents the content of a tenant, or objects to add to one, from a file or a test. Every object is a month old, unless its
/// age is specified. docs/Sandbox.md has the keys.
/// </summary>
internal sealed record TenantDescription
{
    public IReadOnlyList<MailboxDescription> Mailboxes { get; init; } = [];

    public IReadOnlyList<GroupDescription> Groups { get; init; } = [];

    public IReadOnlyList<UnitDescription> AdministrativeUnits { get; init; } = [];

    public IReadOnlyList<AppDescription> Apps { get; init; } = [];

    public IReadOnlyList<AccessPolicyDescription> AccessPolicies { get; init; } = [];

    public IReadOnlyList<ConditionalAccessDescription> ConditionalAccess { get; init; } = [];

    /// <summary>The restrictions of the tenant's app management policies; null for no change.</summary>
    public SecretPolicyDescription? SecretPolicy { get; init; }

    /// <summary>Names of policies of user consent; empty for no consent by users, null to leave them.</summary>
    public IReadOnlyList<string>? ConsentPolicies { get; init; }

    /// <summary>Whether the admin consent workflow is on; null to leave it.</summary>
    public bool? HasConsentWorkflow { get; init; }

    /// <summary>Role groups of Exchange that the managed identity is in; null to leave them.</summary>
    public IReadOnlyList<string>? ManagedIdentityRoleGroups { get; init; }

    /// <summary>Role groups of Exchange that the sandbox's admin app is in; null to leave them.</summary>
    public IReadOnlyList<string>? AdminRoleGroups { get; init; }

    /// <summary>Changes what EWS and SMTP are for all mailboxes; null to leave that.</summary>
    public Func<OrganizationSettings, OrganizationSettings>? Organization { get; init; }

    public IReadOnlyList<AuthenticationPolicy> AuthenticationPolicies { get; init; } = [];

    /// <summary>Whether security defaults are on; null to leave them.</summary>
    public bool? HasSecurityDefaults { get; init; }

    /// <summary>Whether the tenant has Entra ID P1; null to leave it.</summary>
    public bool? HasPremium { get; init; }

    /// <summary>Whether the service principal of Office 365 Exchange Online exists; null to leave it.</summary>
    public bool? HasExchangePrincipal { get; init; }

    /// <summary>Whether Exchange stores any object ID of a service principal; null to leave that.</summary>
    public bool? TrustsObjectIds { get; init; }
}

/// <summary>An account, with a mailbox or without.</summary>
/// <param name="Name">The part of its addresses before the @.</param>
internal sealed record MailboxDescription(string Name)
{
    /// <summary>The place of the description, for errors.</summary>
    public string Where { get; init; } = "";

    public string? DisplayName { get; init; }

    public string? UserPrincipalName { get; init; }

    public string? Address { get; init; }

    public string[] Aliases { get; init; } = [];

    public MailboxKind Kind { get; init; }

    public string? Language { get; init; }

    public string? TimeZone { get; init; }

    /// <summary>False for a mailbox that was never opened; null for the default of its type.</summary>
    public bool? WasOpened { get; init; }

    /// <summary>One of <see cref="Licenses"/>; null for the default of its type.</summary>
    public string? License { get; init; }

    public bool IsHidden { get; init; }

    /// <summary>Whether sign-in with the account is disabled; null for the default of its type.</summary>
    public bool? IsDisabled { get; init; }

    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    public bool IsImapEnabled { get; init; } = true;

    public bool IsPopEnabled { get; init; } = true;

    public bool? IsSmtpAuthDisabled { get; init; }

    public bool? IsEwsEnabled { get; init; }

    public string? AuthenticationPolicy { get; init; }

    public bool IsFull { get; init; }

    /// <summary>Holds and forwarding.</summary>
    public MailboxPolicy Policy { get; init; } = new();

    public IReadOnlyList<InboxRule> Rules { get; init; } = [];

    /// <summary>Users who have full access to it.</summary>
    public string[] FullAccess { get; init; } = [];

    /// <summary>Users who may send as it.</summary>
    public string[] SendAs { get; init; } = [];

    public bool IsAdministrator { get; init; }

    public string[] RoleGroups { get; init; } = [];

    /// <summary>The number of sample messages in its Inbox. After the last one, they start again.</summary>
    public int Messages { get; init; }
}

/// <summary>A group.</summary>
/// <param name="Details">RecipientTypeDetails, as <see cref="RecipientGroup"/> names them.</param>
internal sealed record GroupDescription(string Name, string Details)
{
    public string Where { get; init; } = "";

    public string? Address { get; init; }

    /// <summary>Addresses of mailboxes, and names or addresses of groups.</summary>
    public string[] Members { get; init; } = [];

    /// <summary>The members of a dynamic group.</summary>
    public RecipientFilter? Filter { get; init; }
}

/// <summary>An administrative unit of users.</summary>
internal sealed record UnitDescription(string Name)
{
    public string Where { get; init; } = "";

    public string[] Members { get; init; } = [];
}

/// <summary>An application access policy.</summary>
/// <param name="App">Name or client ID of an app.</param>
/// <param name="Scope">Address of a mailbox or group.</param>
internal sealed record AccessPolicyDescription(string App, string Scope, bool IsDeny)
{
    public string Where { get; init; } = "";

    public string Description { get; init; } = "";

    /// <summary>The age of the object; null for an old one. The app has sent requests since then.</summary>
    public TimeSpan? Age { get; init; }
}

/// <summary>A policy of Conditional Access.</summary>
internal sealed record ConditionalAccessDescription(string Name)
{
    public string Where { get; init; } = "";

    public bool BlocksDeviceCode { get; init; }

    public bool RequiresMfa { get; init; }

    public string[] ExcludedUsers { get; init; } = [];

    /// <summary>Names of apps whose own sign-ins it blocks.</summary>
    public string[] BlockedApps { get; init; } = [];
}

/// <summary>The restrictions of app management policies.</summary>
internal sealed record SecretPolicyDescription
{
    public TimeSpan? MaxSecretLifetime { get; init; }

    public TimeSpan? MaxCertificateLifetime { get; init; }

    public bool BlocksSecrets { get; init; }

    /// <summary>Policies of single apps, by their names.</summary>
    public IReadOnlyList<(string App, SecretPolicyDescription Policy)> Apps { get; init; } = [];

    public string Where { get; init; } = "";
}
