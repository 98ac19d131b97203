using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Graph.OData;

namespace MailAdmin.Tenant.Graph;

/// <summary>The changes of the directory: https://learn.microsoft.com/graph/delta-query-overview.</summary>
internal static class DirectoryDelta
{
    /// <summary>application-delta</summary>
    public static TenantAnswer Applications(GraphCall call) =>
        Answer(call, "applications", DirectoryTypes.Application, call.Tenant.Directory.Applications);

    /// <summary>serviceprincipal-delta</summary>
    public static TenantAnswer ServicePrincipals(GraphCall call) =>
        Answer(call, "servicePrincipals", DirectoryTypes.ServicePrincipal, call.Tenant.Directory.ServicePrincipals);

    /// <summary>oauth2permissiongrant-delta</summary>
    public static TenantAnswer PermissionGrants(GraphCall call) =>
        Answer(call, "oauth2PermissionGrants", DirectoryTypes.PermissionGrant, call.Tenant.Directory.PermissionGrants);

    /// <summary>user-delta</summary>
    public static TenantAnswer Users(GraphCall call) => Answer(call, "users", DirectoryTypes.User, call.Tenant.Directory.Users);

    /// <summary>group-delta: each with its members.</summary>
    public static TenantAnswer OfGroups(GraphCall call) =>
        Answer(call, "groups", DirectoryTypes.Group, Groups.All(call.Tenant), hasMembers: true);

    /// <summary>directoryrole-delta: each with its members.</summary>
    public static TenantAnswer Roles(GraphCall call) =>
        Answer(call, "directoryRoles", DirectoryTypes.Role, Groups.Roles(call.Tenant), hasMembers: true);

    private static TenantAnswer Answer(
        GraphCall call, string collection, EntityType<DirectoryObject> type, IEnumerable<DirectoryObject> all,
        bool hasMembers = false)
    {
        return new SnapshotDelta(collection, collection, SnapshotDelta.OfDirectory).Answer(
            call,
            query => call.Tenant.Directory.Visible(all)
                .Where(o => query.Filter?.Matches(path => type.Read(o, call, path)) ?? true).Select(o => Render(o, query)),
            id => call.Tenant.Directory.Deleted.Exists(o => o.Id == id) ? "changed" : "deleted");

        JsonObject Render(DirectoryObject o, Query query)
        {
            var json = type.Render(o, call, query.Select.Count == 0 ? [] : [.. query.Select.Where(s => s != "members")]);
            json["id"] = o.Id;
            if (hasMembers && (query.Select.Count == 0 || query.Select.Contains("members", StringComparer.OrdinalIgnoreCase)))
            {
                json["members@delta"] = new JsonArray([.. Groups.MembersOf(call.Tenant, o, transitive: false).Select(m =>
                {
                    var whole = DirectoryMembers.Render(call, m, []);
                    return new JsonObject { ["@odata.type"] = whole.Text("@odata.type"), ["id"] = m.Id };
                })]);
            }

            return json;
        }
    }
}
