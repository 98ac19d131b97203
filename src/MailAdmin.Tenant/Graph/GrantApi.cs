using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Graph.OData;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// The granted permissions: app roles (https://learn.microsoft.com/graph/api/resources/approleassignment) and delegated
/// permissions (https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant).
/// </summary>
internal static class GrantApi
{
    private const string DefaultRole = "00000000-0000-0000-0000-000000000000";

    /// <summary>serviceprincipal-list-approleassignments</summary>
    public static TenantAnswer RolesOf(GraphCall call)
    {
        var principal = ServicePrincipalApi.Find(call);
        return DirectoryQueries.List(call, "appRoleAssignments", DirectoryTypes.AppRoleAssignment,
            call.Tenant.Directory.AppRoleAssignments.Where(a => a.Json.Text("principalId") == principal.Id));
    }

    /// <summary>serviceprincipal-list-approleassignedto</summary>
    public static TenantAnswer RolesAssignedTo(GraphCall call)
    {
        var resource = ServicePrincipalApi.Find(call);
        return DirectoryQueries.List(call, AssignedTo(resource), DirectoryTypes.AppRoleAssignment,
            call.Tenant.Directory.AppRoleAssignments.Where(a => a.Json.Text("resourceId") == resource.Id));
    }

    /// <summary>serviceprincipal-post-approleassignments</summary>
    public static TenantAnswer GrantRole(GraphCall call) => Grant(call, "principalId", _ => "appRoleAssignments");

    /// <summary>serviceprincipal-post-approleassignedto</summary>
    public static TenantAnswer AssignRole(GraphCall call) => Grant(call, "resourceId", AssignedTo);

    /// <summary>serviceprincipal-delete-approleassignments, serviceprincipal-delete-approleassignedto</summary>
    public static TenantAnswer RevokeRole(GraphCall call)
    {
        var id = ServicePrincipalApi.Find(call).Id;
        var assignment = call.Tenant.Directory.AppRoleAssignments.Find(a => a.Id == call.Keys["assignment"]
            && (a.Json.Text("principalId") == id || a.Json.Text("resourceId") == id))
            ?? throw GraphRefusal.NoObject(call.Keys["assignment"]);
        call.Tenant.Directory.AppRoleAssignments.Remove(assignment);
        return new TenantAnswer(204);
    }

    /// <summary>oauth2permissiongrant-list</summary>
    public static TenantAnswer Scopes(GraphCall call) =>
        DirectoryQueries.List(
            call, "oauth2PermissionGrants", DirectoryTypes.PermissionGrant, call.Tenant.Directory.PermissionGrants);

    /// <summary>serviceprincipal-list-oauth2permissiongrants</summary>
    public static TenantAnswer ScopesOf(GraphCall call)
    {
        var principal = ServicePrincipalApi.Find(call);
        return DirectoryQueries.List(call, "oauth2PermissionGrants", DirectoryTypes.PermissionGrant,
            call.Tenant.Directory.PermissionGrants.Where(g => g.Json.Text("clientId") == principal.Id));
    }

    /// <summary>oauth2permissiongrant-get</summary>
    public static TenantAnswer Scope(GraphCall call) =>
        DirectoryQueries.One(call, 200, "oauth2PermissionGrants", DirectoryTypes.PermissionGrant, FindScope(call));

    /// <summary>oauth2permissiongrant-post</summary>
    public static TenantAnswer GrantScope(GraphCall call)
    {
        var body = call.Body;
        var consentType = Required(body, "consentType");
        if (consentType is not ("AllPrincipals" or "Principal"))
        {
            throw GraphRefusal.Directory(
                "Invalid value specified for property 'consentType' of resource 'OAuth2PermissionGrant'.");
        }

        string client = FindPrincipal(call, Required(body, "clientId")).Id,
            resource = FindPrincipal(call, Required(body, "resourceId")).Id;
        var user = consentType == "Principal" ? Required(body, "principalId") : null;
        if (call.Tenant.Directory.PermissionGrants.Exists(g => g.Json.Text("clientId") == client
            && g.Json.Text("resourceId") == resource
            && g.Json.Text("principalId") == user))
        {
            throw new GraphRefusal(409, "Request_MultipleObjectsWithSameKeyValue", "Permission entry already exists.");
        }

        var grant = Store(call, call.Tenant.Directory.PermissionGrants, new JsonObject
        {
            ["clientId"] = client,
            ["consentType"] = consentType,
            ["id"] = NewId(),
            ["principalId"] = user,
            ["resourceId"] = resource,
            ["scope"] = body.Text("scope") ?? "",
        });
        return DirectoryQueries.One(call, 201, "oauth2PermissionGrants", DirectoryTypes.PermissionGrant, grant);
    }

    /// <summary>oauth2permissiongrant-update: only the scope can change.</summary>
    public static TenantAnswer ChangeScope(GraphCall call)
    {
        FindScope(call).Json["scope"] = Required(call.Body, "scope");
        return new TenantAnswer(204);
    }

    /// <summary>oauth2permissiongrant-delete</summary>
    public static TenantAnswer RevokeScope(GraphCall call)
    {
        call.Tenant.Directory.PermissionGrants.Remove(FindScope(call));
        return new TenantAnswer(204);
    }

    /// <summary>
    /// Grants the permissions in the body, whose property <paramref name="mustBe"/> must be the service principal in the URL.
    /// </summary>
    private static TenantAnswer Grant(GraphCall call, string mustBe, Func<DirectoryObject, string> fragment)
    {
        var body = call.Body;
        if (!DirectoryStore.Same(Required(body, mustBe), ServicePrincipalApi.Find(call).Id))
        {
            throw GraphRefusal.Directory($"The value of '{mustBe}' does not match the object of the request URL.");
        }

        var resource = FindPrincipal(call, Required(body, "resourceId"));
        // Users are assigned to an app with its default role, or with one of its own.
        var principal = UserApi.Find(call.Tenant, Required(body, "principalId"))
            ?? FindPrincipal(call, Required(body, "principalId"));
        var role = Required(body, "appRoleId");
        if (role != DefaultRole && !resource.Json.Objects("appRoles").Any(r => DirectoryStore.Same(r.Text("id"), role)))
        {
            throw Invalid($"Permission being assigned was not found on application '{resource.AppId}'.");
        }

        if (call.Tenant.Directory.AppRoleAssignments.Exists(a => a.Json.Text("principalId") == principal.Id
            && a.Json.Text("resourceId") == resource.Id && DirectoryStore.Same(a.Json.Text("appRoleId"), role)))
        {
            throw Invalid("Permission being assigned already exists on the object");
        }

        var assignment = Store(
            call, call.Tenant.Directory.AppRoleAssignments, Assignment(principal, resource, role, call.Tenant.Now));
        return DirectoryQueries.One(call, 201, fragment(resource), DirectoryTypes.AppRoleAssignment, assignment);
    }

    private static string AssignedTo(DirectoryObject resource) => $"servicePrincipals('{resource.Id}')/appRoleAssignedTo";

    /// <summary>A new assignment of a role of a resource to a service principal or a user.</summary>
    public static JsonObject Assignment(
        DirectoryObject principal, DirectoryObject resource, string roleId, DateTimeOffset now) =>
        AppRoleAssignments.New(principal, resource, roleId, now);

    private static DirectoryObject Store(GraphCall call, List<DirectoryObject> list, JsonObject json)
    {
        var stored = new DirectoryObject(json, call.Tenant.Now);
        list.Add(stored);
        return stored;
    }

    private static string NewId() => Base64Url.Encode([.. Guid.NewGuid().ToByteArray(), .. Guid.NewGuid().ToByteArray()]);

    private static string Required(JsonObject body, string property) => body.Text(property)
        ?? throw GraphRefusal.Directory($"A value is required for property '{property}'.");

    private static DirectoryObject FindPrincipal(GraphCall call, string id) =>
        DirectoryQueries.Find(call, call.Tenant.Directory.ServicePrincipals, id);

    private static DirectoryObject FindScope(GraphCall call) =>
        DirectoryQueries.Find(call, call.Tenant.Directory.PermissionGrants, call.Keys["grant"]);

    private static GraphRefusal Invalid(string message) => new(400, "Request_BadRequest", message)
    {
        Details = [new JsonObject { ["code"] = "InvalidUpdate", ["message"] = message, ["target"] = "appRoleAssignment" }],
    };
}
