using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Graph.OData;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// Lists objects of several types, with the type of each: https://learn.microsoft.com/graph/api/resources/directoryobject.
/// </summary>
internal static class DirectoryMembers
{
    private static readonly Dictionary<string, EntityType<DirectoryObject>> Types = new[]
    {
        DirectoryTypes.Application, DirectoryTypes.ServicePrincipal, DirectoryTypes.User, DirectoryTypes.Group,
        DirectoryTypes.Role, DirectoryTypes.Unit,
    }.ToDictionary(t => t.Name["microsoft.graph.".Length..], StringComparer.OrdinalIgnoreCase);

    /// <summary>Returns the list, or according to the URL only objects of one type (OData's cast), or their number.</summary>
    public static TenantAnswer Answer(GraphCall call, IEnumerable<DirectoryObject> members)
    {
        var cast = call.Keys.GetValueOrDefault("cast");
        if (cast == "$count")
        {
            return DirectoryQueries.Count(call, Mixed, members);
        }

        if (cast is null)
        {
            return DirectoryQueries.List(call, "directoryObjects", Mixed, members);
        }

        var type = Types.GetValueOrDefault(cast) ?? throw GraphRefusal.NoSegment(cast);
        return DirectoryQueries.List(
            call, char.ToLowerInvariant(cast[0]) + cast[1..] + "s", type, members.Where(m => TypeOf(m) == type));
    }

    /// <summary>Returns one object of any type.</summary>
    public static JsonObject Render(GraphCall call, DirectoryObject member, IReadOnlyList<string> select)
    {
        var type = TypeOf(member);
        return type.Render(member, call, [.. select.Where(type.Has)]).After(("@odata.type", "#" + type.Name));
    }

    /// <summary>Of its properties a query can name every one that any of the types has.</summary>
    private static EntityType<DirectoryObject> Mixed { get; } = new(
        "microsoft.graph.directoryObject", null,
        [.. Types.Values.SelectMany(t => t.Properties).DistinctBy(p => p.Name).Select(p => new Property<DirectoryObject>(
            p.Name, (o, call) => TypeOf(o).Has(p.Name) ? TypeOf(o).Read(o, call, p.Name) : null))])
    {
        RenderAs = Render,
    };

    private static EntityType<DirectoryObject> TypeOf(DirectoryObject o) =>
        o.Json.ContainsKey("requiredResourceAccess") ? DirectoryTypes.Application
        : o.Json.ContainsKey("servicePrincipalType") ? DirectoryTypes.ServicePrincipal
        : o.Json.ContainsKey("userPrincipalName") ? DirectoryTypes.User
        : o.Json.ContainsKey("roleTemplateId") ? DirectoryTypes.Role
        : o.Json.ContainsKey("securityEnabled") ? DirectoryTypes.Group
        : DirectoryTypes.Unit;
}
