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
    /// <param name="property">Gives the value of a property by its path; throws for one that does not exist.</param>
    public bool Matches(Func<string, JsonNode?> property) => root.Evaluate(property) is true;

    /// <exception cref="GraphRefusal">It is no filter.</exception>
    public static Filter Parse(string text) => new FilterParser(text).Parse();
}
