using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.Directory;

/// <summary>The directory: what exists, and what of it can be seen by now.</summary>
internal sealed class DirectoryStore(TenantClock clock, PropagationDelays delays)
{
    /// <summary>The name of the organization whose tenant it is.</summary>
    public const string Organization = "Contoso";

    public List<DirectoryObject> Applications { get; } = [];

    public List<DirectoryObject> ServicePrincipals { get; } = [];

    public UserList Users { get; } = new();

    /// <summary>
    /// The role template of Global Administrator:
    /// https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference.
    /// </summary>
    public const string GlobalAdministrator = "62e90394-69f5-4237-9190-012177145e10";

    /// <summary>Object IDs of the users who are Global Administrator.</summary>
    public HashSet<string> Administrators { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a user is allowed to make all changes that a consented app requests.</summary>
    public bool IsAdmin(DirectoryObject user) => Administrators.Contains(user.Id);

    /// <summary>appRoleAssignment objects: principalId, resourceId, appRoleId.</summary>
    public List<DirectoryObject> AppRoleAssignments { get; } = [];

    /// <summary>oAuth2PermissionGrant objects: clientId, resourceId, scope.</summary>
    public List<DirectoryObject> PermissionGrants { get; } = [];

    /// <summary>Soft-deleted applications and service principals.</summary>
    public List<DirectoryObject> Deleted { get; } = [];

    /// <summary>The default app management policy, in the shape in which Graph shows it.</summary>
    public JsonObject CredentialPolicy { get; } = Directory.CredentialPolicy.New();

    /// <summary>Secrets and certificates by the keyId that Graph shows.</summary>
    public Dictionary<string, Credential> Credentials { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The policies of single applications, which replace the default policy:
    /// https://learn.microsoft.com/graph/api/resources/appmanagementpolicy.
    /// </summary>
    public List<AppManagementPolicy> AppManagementPolicies { get; } = [];

    /// <summary>The permissions of users, in Graph's form.</summary>
    public JsonObject AuthorizationPolicy { get; } = Directory.AuthorizationPolicy.New();

    /// <summary>The successful and failed sign-ins.</summary>
    public SignInLog SignIns { get; } = new(clock);

    /// <summary>
    /// defaultUserRolePermissions.permissionGrantPoliciesAssigned of
    /// https://learn.microsoft.com/graph/api/resources/authorizationpolicy, without the prefix "ManagePermissionGrantsForSelf.".
    /// Both of Microsoft's managed policies by default.
    /// </summary>
    public IEnumerable<string> UserConsentPolicies
    {
        get => Directory.AuthorizationPolicy.ConsentPolicies(AuthorizationPolicy);
        set => Directory.AuthorizationPolicy.SetConsentPolicies(AuthorizationPolicy, value);
    }

    /// <summary>Conditional Access.</summary>
    public List<ConditionalAccessPolicy> ConditionalAccess { get; } = [];

    /// <summary>
    /// Whether security defaults are on:
    /// https://learn.microsoft.com/graph/api/resources/identitysecuritydefaultsenforcementpolicy.
    /// </summary>
    public bool HasSecurityDefaults { get; set; }

    /// <summary>Whether the tenant has Entra ID P1, which the sign-in log requires.</summary>
    public bool HasPremium { get; set; } = true;

    /// <summary>The objects that a read returns.</summary>
    public IEnumerable<DirectoryObject> Visible(IEnumerable<DirectoryObject> objects) =>
        objects.Where(o => IsOlder(o.CreatedAt, delays.Object));

    /// <summary>The service principal with which an app may sign in by now; null if there is none yet.</summary>
    public DirectoryObject? SignInPrincipalOf(string appId) =>
        PrincipalOf(appId) is { } principal && IsOlder(principal.CreatedAt, delays.Principal) ? principal : null;

    /// <summary>The application with this client ID, seen or not.</summary>
    public DirectoryObject? ApplicationOf(string appId) => Applications.Find(a => Same(a.AppId, appId));

    /// <summary>The service principal of this client ID, seen or not.</summary>
    public DirectoryObject? PrincipalOf(string appId) => ServicePrincipals.Find(p => Same(p.AppId, appId));

    /// <summary>The values of the app roles of a resource that a new token of a principal carries by now.</summary>
    public IEnumerable<string> GrantedRoles(string principalId, DirectoryObject resource)
    {
        var granted = AppRoleAssignments
            .Where(a => Same(a.Json.Text("principalId"), principalId) && Same(a.Json.Text("resourceId"), resource.Id)
                && IsOlder(a.CreatedAt, delays.Grant))
            .Select(a => a.Json.Text("appRoleId"))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        return resource.Json.Objects("appRoles")
            .Where(role => granted.Contains(role.Text("id")))
            .Select(role => role.Text("value")!)
            .Order(StringComparer.Ordinal);
    }

    private bool IsOlder(DateTimeOffset time, TimeSpan age) => time + age <= clock.GetUtcNow();

    public static bool Same(string? left, string? right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
