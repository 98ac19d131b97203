using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Graph.OData;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// Validates queries of the directory as the service does: https://learn.microsoft.com/graph/aad-advanced-queries
/// (concepts/aad-advanced-queries.md of microsoftgraph/microsoft-graph-docs-contrib).
/// </summary>
internal static class DirectoryQueries
{
    private const string MoreInformation = "Refer to https://aka.ms/graph-docs/advanced-queries for more information";

    /// <summary>Lists the visible objects of a set.</summary>
    public static TenantAnswer List(
        GraphCall call, string fragment, EntityType<DirectoryObject> type, IEnumerable<DirectoryObject> all)
    {
        Check(call.Query);
        var visible = call.Tenant.Directory.Visible(all);
        if (call.Query.Search is { } search)
        {
            visible = visible.Where(Searched(search));
        }

        var listing = new Listing<DirectoryObject>(type, fragment, Paging.Directory) { Expand = DirectoryExpand.Of(call, type) };
        return listing.Answer(call, visible);
    }

    /// <summary>Answers /$count, which needs the header of an advanced query.</summary>
    public static TenantAnswer Count(GraphCall call, EntityType<DirectoryObject> type, IEnumerable<DirectoryObject> all)
    {
        if (!call.Query.IsEventual)
        {
            throw GraphRefusal.Directory("$count is not currently supported.");
        }

        return new Listing<DirectoryObject>(type, "", Paging.Directory).Counted(call, call.Tenant.Directory.Visible(all));
    }

    /// <summary>Answers with one object.</summary>
    public static TenantAnswer One(
        GraphCall call, int status, string fragment, EntityType<DirectoryObject> type, DirectoryObject entity)
    {
        var context = call.Context($"{fragment}{type.ContextOf(call.Query.Select)}/$entity");
        var json = type.Render(entity, call, call.Query.Select);
        DirectoryExpand.Of(call, type)?.Invoke(entity, json);
        return TenantAnswer.OfJson(status, json.After(("@odata.context", context)));
    }

    /// <summary>
    /// Answers with one property of an object, as OData has it for every structural property (part 1, section 11.2.4): nothing of
    /// one that is null, and a complex one is the answer itself.
    /// </summary>
    /// <exception cref="GraphRefusal">The type has no such property.</exception>
    public static TenantAnswer Property(
        GraphCall call, string fragment, EntityType<DirectoryObject> type, DirectoryObject entity)
    {
        var name = call.Keys["property"];
        if (!type.Has(name))
        {
            throw GraphRefusal.NoSegment(name);
        }

        return type.Read(entity, call, name) is { } value
            ? TenantAnswer.OfJson(200, Annotated(value.DeepClone()))
            : new TenantAnswer(204);

        JsonObject Annotated(JsonNode value) => (value as JsonObject ?? new JsonObject { ["value"] = value })
            .After(("@odata.context", call.Context($"{fragment}('{entity.Id}')/{name}")));
    }

    /// <summary>Returns a visible object by "id", or by "appId=..." if the URL has that alternate key.</summary>
    /// <exception cref="GraphRefusal">404.</exception>
    public static DirectoryObject Find(GraphCall call, IEnumerable<DirectoryObject> all, string key)
    {
        var isAppId = key.StartsWith("appId=", StringComparison.OrdinalIgnoreCase);
        var id = isAppId ? key[6..] : key;
        return call.Tenant.Directory.Visible(all).FirstOrDefault(o => DirectoryStore.Same(isAppId ? o.AppId : o.Id, id))
            ?? throw GraphRefusal.NoObject(id);
    }

    private static void Check(Query query)
    {
        if (query.Search is not null && !query.IsEventual)
        {
            throw Unsupported(
                "Request with $search query parameter only works through MSGraph with a special request header: "
                    + "'ConsistencyLevel: eventual'");
        }

        if (query.Filter?.Words.Contains("contains") == true)
        {
            throw Unsupported("Unsupported Query.");
        }

        if (query.IsEventual && query.Count)
        {
            return;
        }

        if (query.Filter?.Words.FirstOrDefault(w => w is "ne" or "not" or "endswith") is { } word)
        {
            throw Unsupported(
                $"Operator '{word}' is not supported because the 'ConsistencyLevel:eventual' header is missing. "
                    + $"{MoreInformation}");
        }

        if (query.OrderBy.Count > 0 && query.Filter is not null)
        {
            throw Unsupported($"Sorting not supported for current query. {MoreInformation}");
        }
    }

    /// <summary>$search="displayName:words": every word begins a word of the property.</summary>
    private static Func<DirectoryObject, bool> Searched(string search)
    {
        var clause = search.Trim().Trim('"');
        var colon = clause.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0)
        {
            throw GraphRefusal.Directory($"Syntax error: search clause '{search}' must have the form \"property:text\".");
        }

        var property = clause[..colon];
        var words = clause[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return o => words.All(word => (o.Json.Text(property) ?? "").Split([' ', '-', '.', '@', '_'])
            .Any(w => w.StartsWith(word, StringComparison.OrdinalIgnoreCase)));
    }

    private static GraphRefusal Unsupported(string message) => new(400, "Request_UnsupportedQuery", message);
}
