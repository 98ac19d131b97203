using MailAdmin.Tenant.Graph.OData;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// The rule that ties $orderby to $filter: https://learn.microsoft.com/graph/api/user-list-messages, section "Using filter and
/// orderby in the same query".
/// </summary>
internal static class MailQueries
{
    /// <exception cref="GraphRefusal">InefficientFilter.</exception>
    public static void Check(Query query)
    {
        if (query.Filter is null || query.OrderBy.Count == 0)
        {
            return;
        }

        var ordered = query.OrderBy.Select(o => o.Path);
        if (!query.Filter.Paths.Take(query.OrderBy.Count).SequenceEqual(ordered, StringComparer.OrdinalIgnoreCase))
        {
            throw GraphRefusal.BadRequest("The restriction or sort order is too complex for this operation.", "InefficientFilter");
        }
    }
}
