using System.Globalization;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.Graph.OData;

/// <summary>The options of a URL: https://learn.microsoft.com/graph/query-parameters.</summary>
internal sealed record Query
{
    /// <summary>Names of top-level properties; empty for the default ones.</summary>
    public required IReadOnlyList<string> Select { get; init; }

    public required Filter? Filter { get; init; }

    public required IReadOnlyList<OrderBy> OrderBy { get; init; }

    /// <summary>The names after $expand, options in parentheses left on.</summary>
    public required IReadOnlyList<string> Expand { get; init; }

    public int? Top { get; init; }

    public int? Skip { get; init; }

    public bool Count { get; init; }

    public string? Search { get; init; }

    /// <summary>
    /// True when a request may use the directory's advanced queries: https://learn.microsoft.com/graph/aad-advanced-queries.
    /// </summary>
    public bool IsEventual { get; init; }

    public static Query Parse(TenantRequest request)
    {
        var filter = Option(request, "filter");
        return new Query
        {
            Select = List(Option(request, "select")),
            Filter = filter is null ? null : Filter.Parse(filter),
            OrderBy = [.. List(Option(request, "orderby")).Select(OData.OrderBy.Parse)],
            Expand = List(Option(request, "expand")),
            Top = Number(request, "top"),
            Skip = Number(request, "skip"),
            Count = string.Equals(Option(request, "count"), "true", StringComparison.OrdinalIgnoreCase),
            Search = Option(request, "search"),
            IsEventual = string.Equals(request.Header("ConsistencyLevel"), "eventual", StringComparison.OrdinalIgnoreCase),
        };
    }

    // The dollar sign can be omitted: https://learn.microsoft.com/graph/query-parameters.
    private static string? Option(TenantRequest request, string name) => request.Query("$" + name) ?? request.Query(name);

    private static int? Number(TenantRequest request, string name)
    {
        if (Option(request, name) is not { } text)
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw GraphRefusal.BadRequest(
                $"Invalid value '{text}' for ${name} query option found. The ${name} query option requires a non-negative "
                    + $"integer value.");
    }

    /// <summary>Splits at commas that aren't within parentheses or quotes.</summary>
    private static List<string> List(string? text)
    {
        var items = new List<string>();
        int depth = 0, start = 0;
        var quoted = false;
        for (var i = 0; i < (text?.Length ?? 0); i++)
        {
            switch (text![i])
            {
                case '\'':
                    quoted = !quoted;
                    break;
                case '(' when !quoted:
                    depth++;
                    break;
                case ')' when !quoted:
                    depth--;
                    break;
                case ',' when !quoted && depth == 0:
                    items.Add(text[start..i].Trim());
                    start = i + 1;
                    break;
            }
        }

        if (text is not null)
        {
            items.Add(text[start..].Trim());
        }

        items.RemoveAll(i => i.Length == 0);
        return items;
    }
}

/// <summary>Represents one item of $orderby.</summary>
/// <param name="Path">The property, parts separated by "/".</param>
/// <param name="Descending">True for desc.</param>
internal sealed record OrderBy(string Path, bool Descending)
{
    public static OrderBy Parse(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 2 || (words.Length == 2 && words[1].ToLowerInvariant() is not ("asc" or "desc"))
            ? throw GraphRefusal.BadRequest($"Syntax error at position {text.Length} in '{text}'.")
            : new OrderBy(words[0], words.Length == 2 && string.Equals(words[1], "desc", StringComparison.OrdinalIgnoreCase));
    }
}
