using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Graph.OData;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// $expand on objects of the directory: https://learn.microsoft.com/graph/query-parameters#expand-parameter. What the type
/// doesn't have, or the sandbox can't expand, is refused.
/// </summary>
internal static class DirectoryExpand
{
    /// <summary>The page: an expanded relationship of the directory shows 20 objects at most, and no link to more.</summary>
    private const int Most = 20;

    private delegate IEnumerable<JsonObject> Related(GraphCall call, DirectoryObject of, IReadOnlyList<string> select);

    private static readonly Dictionary<string, Related> OfApplication = new(StringComparer.OrdinalIgnoreCase)
    {
        ["owners"] = (call, o, select) => OwnerApi.Of(call.Tenant, o).Select(p => DirectoryMembers.Render(call, p, select)),
        ["federatedIdentityCredentials"] = (call, o, select) =>
            FederatedCredentialApi.Of(call, o).Select(c => DirectoryTypes.FederatedCredential.Render(c, call, select)),
        ["appManagementPolicies"] = (call, o, _) => call.Tenant.Directory.AppManagementPolicies
            .Where(p => p.AppliesTo.Contains(o.Id)).Select(p => (JsonObject)p.Json.DeepClone()),
    };

    private static readonly Dictionary<string, Related> OfServicePrincipal = new(StringComparer.OrdinalIgnoreCase)
    {
        ["owners"] = OfApplication["owners"],
        ["appManagementPolicies"] = OfApplication["appManagementPolicies"],
        ["appRoleAssignments"] = (call, o, select) => Assignments(call, "principalId", o, select),
        ["appRoleAssignedTo"] = (call, o, select) => Assignments(call, "resourceId", o, select),
        ["oauth2PermissionGrants"] = (call, o, select) => Grants(call, "clientId", o, select),
        ["memberOf"] = MemberOf,
    };

    private static readonly Dictionary<string, Related> OfUser = new(StringComparer.OrdinalIgnoreCase)
    {
        ["appRoleAssignments"] = OfServicePrincipal["appRoleAssignments"],
        ["oauth2PermissionGrants"] = (call, o, select) => Grants(call, "principalId", o, select),
        ["memberOf"] = MemberOf,
    };

    private static readonly Dictionary<string, Related> OfGroup = new(StringComparer.OrdinalIgnoreCase)
    {
        ["members"] = (call, o, select) =>
            Groups.MembersOf(call.Tenant, o, transitive: false).Select(m => DirectoryMembers.Render(call, m, select)),
        ["memberOf"] = MemberOf,
    };

    private static readonly Dictionary<EntityType<DirectoryObject>, Dictionary<string, Related>> All = new()
    {
        [DirectoryTypes.Application] = OfApplication,
        [DirectoryTypes.ServicePrincipal] = OfServicePrincipal,
        [DirectoryTypes.User] = OfUser,
        [DirectoryTypes.Group] = OfGroup,
        [DirectoryTypes.Role] = new(StringComparer.OrdinalIgnoreCase) { ["members"] = OfGroup["members"] },
    };

    /// <summary>Returns the function that adds expanded properties to an object; null for none.</summary>
    /// <exception cref="GraphRefusal">The type has no such relationship, or it can't be expanded that way.</exception>
    public static Action<DirectoryObject, JsonObject>? Of(GraphCall call, EntityType<DirectoryObject> type)
    {
        Expansion[] expansions = [.. call.Expand.Select(Expansion.Parse)];
        if (expansions.Length == 0)
        {
            return null;
        }

        var known = All.GetValueOrDefault(type) ?? [];
        foreach (var expansion in expansions)
        {
            if (!known.ContainsKey(expansion.Name) && expansion.Name != "*")
            {
                throw GraphRefusal.BadRequest(
                    $"Parsing OData Select and Expand failed: Could not find a property named '{expansion.Name}' on type "
                        + $"'{type.Name}'.");
            }

            if (expansion.Others.Count > 0)
            {
                throw new GraphRefusal(400, "Request_UnsupportedQuery",
                    $"The query option '{expansion.Others[0]}' is not supported within $expand.");
            }
        }

        return (o, json) =>
        {
            foreach (var expansion in expansions.SelectMany(
                e => e.Name == "*" ? known.Keys.Select(k => e with { Name = k }) : [e]))
            {
                var name = known.Keys.First(k => DirectoryStore.Same(k, expansion.Name));
                json[name] = new JsonArray([.. known[name](call, o, expansion.Select).Take(Most)]);
            }
        };
    }

    private static IEnumerable<JsonObject> MemberOf(GraphCall call, DirectoryObject of, IReadOnlyList<string> select) =>
        Groups.Of(call.Tenant, of, transitive: false).Select(g => DirectoryMembers.Render(call, g, select));

    private static IEnumerable<JsonObject> Assignments(
        GraphCall call, string property, DirectoryObject of, IReadOnlyList<string> select) =>
        call.Tenant.Directory.AppRoleAssignments.Where(a => a.Json.Text(property) == of.Id)
            .Select(a => DirectoryTypes.AppRoleAssignment.Render(a, call, select));

    private static IEnumerable<JsonObject> Grants(
        GraphCall call, string property, DirectoryObject of, IReadOnlyList<string> select) =>
        call.Tenant.Directory.PermissionGrants.Where(g => g.Json.Text(property) == of.Id)
            .Select(g => DirectoryTypes.PermissionGrant.Render(g, call, select));
}
