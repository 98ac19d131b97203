using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Entra;

/// <summary>
/// Represents the consent of a user, or of an administrator for all users: oAuth2PermissionGrant objects.
/// https://learn.microsoft.com/entra/identity-platform/permissions-consent-overview
/// </summary>
internal sealed class UserConsent(TenantState tenant)
{
    /// <summary>The permissions of a resource that the app has for this user.</summary>
    public IReadOnlyList<string> Granted(Client client, DirectoryObject user, DirectoryObject resource) =>
    [
        .. Grants(client, resource)
            .Where(g => g.Json.Text("principalId") is null || DirectoryStore.Same(g.Json.Text("principalId"), user.Id))
            .SelectMany(g => Split(g)).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal),
    ];

    /// <summary>Returns the requested permissions that aren't granted yet.</summary>
    public IReadOnlyList<string> Missing(Client client, DirectoryObject user, ScopeRequest request) =>
        [.. Asked(client, request).Except(Granted(client, user, request.Resource), StringComparer.OrdinalIgnoreCase)];

    /// <summary>Whether only an admin can grant one of these permissions.</summary>
    public static bool NeedsAdmin(DirectoryObject resource, IEnumerable<string> scopes) =>
        resource.Json.Objects("oauth2PermissionScopes")
        .Any(s => s.Text("type") == "Admin" && scopes.Contains(s.Text("value"), StringComparer.OrdinalIgnoreCase));

    /// <summary>
    /// Refuses who isn't assigned to an app that requires it:
    /// https://learn.microsoft.com/entra/identity/enterprise-apps/assign-user-or-group-access-portal.
    /// </summary>
    /// <exception cref="TokenRefusal">The user isn't assigned.</exception>
    public void CheckAssignment(Client client, DirectoryObject user)
    {
        if (client.Principal.Json.Flag("appRoleAssignmentRequired") == true && !tenant.Directory.AppRoleAssignments.Any(a =>
            DirectoryStore.Same(a.Json.Text("resourceId"), client.Principal.Id)
                && DirectoryStore.Same(a.Json.Text("principalId"), user.Id)))
        {
            throw TokenRefusal.UserNotAssigned(user.Json.Text("userPrincipalName")!, client.AppId, client.Name);
        }
    }

    /// <summary>Grants permissions to a user, or to all users if an administrator consents for them.</summary>
    public void Grant(Client client, DirectoryObject? user, DirectoryObject resource, IReadOnlyList<string> scopes)
    {
        if (tenant.Directory.PrincipalOf(client.AppId) is null)
        {
            tenant.Directory.ServicePrincipals.Add(client.Principal);
        }

        var present = Grants(client, resource).FirstOrDefault(g => DirectoryStore.Same(g.Json.Text("principalId"), user?.Id));
        if (present is not null)
        {
            present.Json["scope"] = string.Join(' ', Split(present).Union(scopes, StringComparer.OrdinalIgnoreCase));
            return;
        }

        tenant.Directory.PermissionGrants.Add(new DirectoryObject(
            new JsonObject
            {
                ["clientId"] = client.Principal.Id,
                ["consentType"] = user is null ? "AllPrincipals" : "Principal",
                ["id"] = Base64Url.Encode([.. Guid.NewGuid().ToByteArray(), .. Guid.NewGuid().ToByteArray()]),
                ["principalId"] = user?.Id,
                ["resourceId"] = resource.Id,
                ["scope"] = string.Join(' ', scopes),
            },
            tenant.Now));
    }

    /// <summary>
    /// Returns the permissions of a request: "/.default" is for the permissions of the resource that the registration requests.
    /// </summary>
    private static IEnumerable<string> Asked(Client client, ScopeRequest request)
    {
        if (request.Scopes.Count > 0)
        {
            return request.Scopes;
        }

        var ids = (client.Application?.Json.Objects("requiredResourceAccess") ?? [])
            .Where(r => DirectoryStore.Same(r.Text("resourceAppId"), request.Resource.AppId))
            .SelectMany(r => r.Objects("resourceAccess")).Where(a => a.Text("type") == "Scope").Select(a => a.Text("id"))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        return request.Resource.Json.Objects("oauth2PermissionScopes").Where(s => ids.Contains(s.Text("id")))
            .Select(s => s.Text("value")!);
    }

    private IEnumerable<DirectoryObject> Grants(Client client, DirectoryObject resource) => tenant.Directory.PermissionGrants
        .Where(g => DirectoryStore.Same(g.Json.Text("clientId"), client.Principal.Id)
            && DirectoryStore.Same(g.Json.Text("resourceId"), resource.Id));

    private static string[] Split(DirectoryObject grant) =>
        (grant.Json.Text("scope") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
