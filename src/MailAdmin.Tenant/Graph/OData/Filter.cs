using System.Text.Json.Nodes;

namespace MailAdmin.Tenant.Graph.OData;

/// <summary>
/// A $filter expression: https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html section 5.1.1,
/// with the operators and functions that https://learn.microsoft.com/graph/filter-query-parameter lists.
/// </summary>
internal sealed class Filter(FilterNode root, IReadOnlyList<string> paths, IReadOnlySet<string> words)
{
    /// <summary>The properties in the order in which they first occur.</summary>
    public IReadOnlyList<string> Paths => paths;

    /// <summary>The operators and functions in it.</summary>
    public IReadOnlySet<string> Words => words;

    /// <summary>Whether an object is meant.</summary>
    /// <param name="property">Gives the value of a property by its path; throws for one that doesn't exist.</param>
    public bool Matches(Func<string, JsonNode?> property) => root.Evaluate(property) is true;

    /// <summary>Returns the time range of a property in every match, inclusive; null if it has no bound.</summary>
    /// <param name="path">The property.</param>
    public (DateTimeOffset? From, DateTimeOffset? To) BoundsOf(string path) => Bounds(root, path);

    private static (DateTimeOffset? From, DateTimeOffset? To) Bounds(FilterNode node, string path)
    {
        if (node is FilterNode.Logical { IsAnd: true } both)
        {
            var (left, right) = (Bounds(both.Left, path), Bounds(both.Right, path));
            return (Later(left.From, right.From), Earlier(left.To, right.To));
        }

        return node is FilterNode.Comparison
        {
            Left: FilterNode.Property property,
            Right: FilterNode.Literal { Constant: DateTimeOffset time },
        } comparison && property.Path.Equals(path, StringComparison.OrdinalIgnoreCase)
            ? comparison.Operator switch
            {
                "ge" or "gt" => (time, null),
                "le" or "lt" => (null, time),
                "eq" => (time, time),
                _ => default,
            }
            : default;
    }

    private static DateTimeOffset? Later(DateTimeOffset? a, DateTimeOffset? b) => a is null || b > a ? b ?? a : a;

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b ?? a : a;

    /// <exception cref="GraphRefusal">It is no filter.</exception>
    public static Filter Parse(string text) => new FilterParser(text).Parse();
}
