using System.Collections.Immutable;

namespace MailAdmin.Tenant.Configuration;

/// <summary>
/// Represents Exchange's data about apps, groups, scopes, and permissions. It's immutable: a change creates another instance, so
/// a cache of the service is a reference to an earlier one.
/// </summary>
internal sealed record ExchangeConfiguration
{
    public ImmutableArray<ExchangePrincipal> Principals { get; init; } = [];

    public ImmutableArray<ManagementScope> Scopes { get; init; } = [];

    public ImmutableArray<RoleAssignment> Assignments { get; init; } = [];

    public ImmutableArray<AccessPolicy> Policies { get; init; } = [];

    /// <summary>Groups and administrative units.</summary>
    public ImmutableArray<RecipientGroup> Groups { get; init; } = [];

    public ImmutableArray<RecipientPermission> Permissions { get; init; } = [];

    /// <summary>
    /// Whether the organization still shares Microsoft's own configuration:
    /// https://learn.microsoft.com/powershell/module/exchange/enable-organizationcustomization.
    /// </summary>
    public bool IsDehydrated { get; init; }

    /// <summary>The settings of Set-OrganizationConfig and Set-TransportConfig for all mailboxes.</summary>
    public OrganizationSettings Organization { get; init; } = new();

    public ImmutableArray<AuthenticationPolicy> AuthenticationPolicies { get; init; } = [];

    /// <summary>Returns the service principal for an app ID; null if Exchange has none.</summary>
    public ExchangePrincipal? PrincipalOf(string appId) => Principals.FirstOrDefault(p => Same(p.AppId, appId));

    public RecipientGroup? GroupOf(string id) => Groups.FirstOrDefault(g => Same(g.Id, id));

    public static bool Same(string? left, string? right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}

/// <summary>
/// Exchange's pointer to a service principal of Entra:
/// https://learn.microsoft.com/powershell/module/exchange/new-serviceprincipal.
/// </summary>
/// <param name="Id">Its own id in Exchange.</param>
/// <param name="AppId">The client ID.</param>
/// <param name="ObjectId">The object ID of the enterprise application, as specified by the caller.</param>
/// <param name="DisplayName">The display name.</param>
internal sealed record ExchangePrincipal(string Id, string AppId, string ObjectId, string DisplayName)
{
    /// <summary>The SID in access control lists. A service principal that is re-created has another one.</summary>
    public string Sid { get; } = Sids.Of(Id);

    public bool IsNamed(string name) =>
        new[] { Id, AppId, ObjectId, DisplayName, Sid }.Contains(name, StringComparer.OrdinalIgnoreCase);
}

/// <summary>A set of recipients by filter: https://learn.microsoft.com/powershell/module/exchange/new-managementscope.</summary>
internal sealed record ManagementScope(string Id, string Name, RecipientFilter Filter, DateTimeOffset ChangedAt);

/// <summary>Specifies the mailboxes of a role assignment.</summary>
internal enum ScopeKind
{
    Organization,
    CustomRecipientScope,
    Group,
    AdministrativeUnit,
}

/// <summary>
/// A role of an app: https://learn.microsoft.com/powershell/module/exchange/new-managementroleassignment, parameter set App.
/// </summary>
/// <param name="Name">Its name, at most 64 characters.</param>
/// <param name="Role">The application role.</param>
/// <param name="PrincipalId">The id of the service principal in Exchange.</param>
/// <param name="Kind">The kind of its scope.</param>
/// <param name="ScopeId">Id of the scope, group or administrative unit; null for the organization.</param>
/// <param name="ChangedAt">The time when it was created or last changed.</param>
internal sealed record RoleAssignment(
    string Id, string Name, string Role, string PrincipalId, ScopeKind Kind, string? ScopeId, DateTimeOffset ChangedAt);

/// <summary>https://learn.microsoft.com/powershell/module/exchange/new-applicationaccesspolicy</summary>
internal sealed record AccessPolicy(string Id, string AppId, string ScopeId, bool IsDeny, string Description);

/// <param name="Id">Its object ID.</param>
/// <param name="Name">Its name, unique among recipients.</param>
/// <param name="Address">Its SMTP address; null for an administrative unit, and for a group that gets no mail.</param>
/// <param name="Details">RecipientTypeDetails, or one of the two kinds that are no recipients.</param>
/// <param name="Members">Object IDs of users and groups.</param>
internal sealed record RecipientGroup(string Id, string Name, string? Address, string Details, ImmutableArray<string> Members)
{
    public const string Security = "MailUniversalSecurityGroup", Distribution = "MailUniversalDistributionGroup",
        Microsoft365 = "GroupMailbox", Dynamic = "DynamicDistributionGroup", Unit = "AdministrativeUnit";

    /// <summary>Represents a security group of Entra without mail, which Exchange doesn't have.</summary>
    public const string WithoutMail = "SecurityGroup";

    /// <summary>The members of a dynamic group; null for other groups.</summary>
    public RecipientFilter? Filter { get; init; }

    /// <summary>Whether Exchange lists it among recipients.</summary>
    public bool IsRecipient => Details is not (Unit or WithoutMail);

    /// <summary>
    /// Returns whether a recipient is a direct member, which is the only membership that management scopes use.
    /// </summary>
    public bool HasDirect(string id) => Members.Contains(id, StringComparer.OrdinalIgnoreCase);

    /// <summary>Returns whether a recipient is a member, directly or through other groups.</summary>
    public bool Has(string id, ExchangeConfiguration configuration) => Has(id, configuration, []);

    private bool Has(string id, ExchangeConfiguration configuration, HashSet<string> seen) => seen.Add(Id)
        && (HasDirect(id) || Members.Any(m => configuration.GroupOf(m) is { } group && group.Has(id, configuration, seen)));
}

/// <summary>
/// Represents the settings for all mailboxes: https://learn.microsoft.com/powershell/module/exchange/set-organizationconfig and
/// https://learn.microsoft.com/powershell/module/exchange/set-transportconfig.
/// </summary>
internal sealed record OrganizationSettings
{
    /// <summary>EwsEnabled; null if it was never set.</summary>
    public bool? IsEwsEnabled { get; init; }

    /// <summary>EwsAllowedAppIDs: the apps that can use EWS; null if it was never set.</summary>
    public ImmutableArray<string>? EwsAllowedApps { get; init; }

    /// <summary>SendFromAliasEnabled: whether mail from an alias keeps it as its sender.</summary>
    public bool SendsFromAlias { get; init; }

    /// <summary>SmtpClientAuthenticationDisabled, as new tenants have it.</summary>
    public bool IsSmtpAuthDisabled { get; init; } = true;

    /// <summary>DefaultAuthenticationPolicy; null for none.</summary>
    public string? DefaultAuthenticationPolicy { get; init; }

    /// <summary>Octets of the largest message that a mailbox sends or takes.</summary>
    public long MaxMessageSize { get; init; } = 35 * 1024 * 1024;

    /// <summary>Retention policies for all mailboxes, such as mbxcdbbb86ce60342489bff371876e7f224:3.</summary>
    public ImmutableArray<string> InPlaceHolds { get; init; } = [];
}

/// <summary>https://learn.microsoft.com/powershell/module/exchange/new-authenticationpolicy</summary>
/// <param name="AllowsBasicSmtp">AllowBasicAuthSmtp.</param>
internal sealed record AuthenticationPolicy(string Name, bool AllowsBasicSmtp);

/// <summary>A right on a mailbox.</summary>
/// <param name="MailboxId">Object ID of the mailbox's user.</param>
/// <param name="Sid">The SID of the grantee.</param>
/// <param name="Right">FullAccess, ReadPermission ..., SendAs, or SendOnBehalf.</param>
internal sealed record RecipientPermission(string MailboxId, string Sid, string Right)
{
    public const string FullAccess = "FullAccess", SendAs = "SendAs", SendOnBehalf = "SendOnBehalf";
}
