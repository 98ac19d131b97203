using System.Text.Json.Nodes;
using MailAdmin.Tenant.Graph.OData;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.Graph;

/// <summary>Validates queries about messages as Outlook does.</summary>
internal static class MailQueries
{
    /// <summary>
    /// The properties that a search word without a property is compared with:
    /// https://learn.microsoft.com/graph/search-query-parameter.
    /// </summary>
    private static readonly string[] SearchedByDefault = ["from", "subject", "body"];

    /// <summary>
    /// The rule that relates $orderby to $filter: https://learn.microsoft.com/graph/api/user-list-messages, section "Using filter
    /// and orderby in the same query". $search can't be combined with either.
    /// </summary>
    /// <exception cref="GraphRefusal">InefficientFilter, SearchWithFilter, SearchWithOrderBy.</exception>
    public static void Check(Query query)
    {
        if (query.Search is not null && query.Filter is not null)
        {
            throw GraphRefusal.BadRequest("The query parameter '$filter' is not supported with '$search'.", "SearchWithFilter");
        }

        if (query.Search is not null && query.OrderBy.Count > 0)
        {
            throw GraphRefusal.BadRequest("The query parameter '$orderby' is not supported with '$search'.", "SearchWithOrderBy");
        }

        if (query.Filter is null || query.OrderBy.Count == 0)
        {
            return;
        }

        var ordered = query.OrderBy.Select(o => o.Path);
        if (!query.Filter.Paths.Take(query.OrderBy.Count).SequenceEqual(ordered, StringComparer.OrdinalIgnoreCase))
        {
            throw GraphRefusal.BadRequest(
                "The restriction or sort order is too complex for this operation.", "InefficientFilter");
        }
    }

    /// <summary>Which messages $search means: every word, or "property:word", has to occur.</summary>
    public static Func<Item, bool> Searched(GraphCall call)
    {
        var words = (call.Query.Search ?? "").Trim().Trim('"').Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var type = MessageType.For(call);
        return item => Array.TrueForAll(words, word =>
        {
            var colon = word.IndexOf(':', StringComparison.Ordinal);
            var properties = colon > 0 ? [word[..colon]] : SearchedByDefault;
            return Array.Exists(
                properties, p => Text(type.Read(item, call, p))
                    .Contains(word[(colon + 1)..], StringComparison.OrdinalIgnoreCase));
        });
    }

    /// <summary>The text in a value, names of properties left out.</summary>
    private static string Text(JsonNode? value) => value switch
    {
        JsonObject json => string.Join('\n', json.Select(p => Text(p.Value))),
        JsonArray array => string.Join('\n', array.Select(Text)),
        _ => value?.ToString() ?? "",
    };
}
