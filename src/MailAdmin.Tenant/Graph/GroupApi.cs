using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Graph.OData;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// Groups, directory roles, and who is in them: https://learn.microsoft.com/graph/api/resources/group,
/// https://learn.microsoft.com/graph/api/resources/directoryrole.
/// </summary>
internal static class GroupApi
{
    /// <summary>group-list</summary>
    public static TenantAnswer List(GraphCall call) =>
        DirectoryQueries.List(call, "groups", DirectoryTypes.Group, Groups.All(call.Tenant));

    /// <summary>group-list with $count</summary>
    public static TenantAnswer Count(GraphCall call) =>
        DirectoryQueries.Count(call, DirectoryTypes.Group, Groups.All(call.Tenant));

    /// <summary>group-get</summary>
    public static TenantAnswer Get(GraphCall call) =>
        DirectoryQueries.One(call, 200, "groups", DirectoryTypes.Group, Group(call));

    /// <summary>group-list-members</summary>
    public static TenantAnswer Members(GraphCall call) =>
        DirectoryMembers.Answer(call, Groups.MembersOf(call.Tenant, Group(call), transitive: false));

    /// <summary>group-list-transitivemembers</summary>
    public static TenantAnswer TransitiveMembers(GraphCall call) =>
        DirectoryMembers.Answer(call, Groups.MembersOf(call.Tenant, Group(call), transitive: true));

    /// <summary>group-list-memberof</summary>
    public static TenantAnswer MemberOf(GraphCall call) =>
        DirectoryMembers.Answer(call, Groups.Of(call.Tenant, Group(call), transitive: false));

    /// <summary>user-list-memberof</summary>
    public static TenantAnswer OfUser(GraphCall call) =>
        DirectoryMembers.Answer(call, Groups.Of(call.Tenant, User(call), transitive: false));

    /// <summary>user-list-transitivememberof</summary>
    public static TenantAnswer OfUserTransitively(GraphCall call) =>
        DirectoryMembers.Answer(call, Groups.Of(call.Tenant, User(call), transitive: true));

    /// <summary>serviceprincipal-list-memberof</summary>
    public static TenantAnswer OfServicePrincipal(GraphCall call) =>
        DirectoryMembers.Answer(call, Groups.Of(call.Tenant, ServicePrincipalApi.Find(call), transitive: false));

    /// <summary>serviceprincipal-list-transitivememberof</summary>
    public static TenantAnswer OfServicePrincipalTransitively(GraphCall call) =>
        DirectoryMembers.Answer(call, Groups.Of(call.Tenant, ServicePrincipalApi.Find(call), transitive: true));

    /// <summary>directoryrole-list</summary>
    public static TenantAnswer ListRoles(GraphCall call) =>
        DirectoryQueries.List(call, "directoryRoles", DirectoryTypes.Role, Groups.Roles(call.Tenant));

    /// <summary>directoryrole-get: by its id or its template's.</summary>
    public static TenantAnswer GetRole(GraphCall call) =>
        DirectoryQueries.One(call, 200, "directoryRoles", DirectoryTypes.Role, Role(call));

    /// <summary>directoryrole-list-members</summary>
    public static TenantAnswer RoleMembers(GraphCall call) =>
        DirectoryMembers.Answer(call, Groups.MembersOf(call.Tenant, Role(call), transitive: false));

    private static DirectoryObject Group(GraphCall call) =>
        DirectoryQueries.Find(call, Groups.All(call.Tenant), call.Keys["group"]);

    private static DirectoryObject User(GraphCall call) => call.User ?? throw GraphRefusal.NoObject(call.Keys["user"]);

    private static DirectoryObject Role(GraphCall call)
    {
        const string Template = "roleTemplateId=";
        var key = call.Keys["role"];
        return key.StartsWith(Template, StringComparison.OrdinalIgnoreCase)
            ? Groups.Roles(call.Tenant).FirstOrDefault(
                r => DirectoryStore.Same(r.Json.Text("roleTemplateId"), key[Template.Length..].Trim('\'')))
                ?? throw GraphRefusal.NoObject(key[Template.Length..])
            : DirectoryQueries.Find(call, Groups.Roles(call.Tenant), key);
    }
}
