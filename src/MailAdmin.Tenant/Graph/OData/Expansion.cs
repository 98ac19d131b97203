namespace MailAdmin.Tenant.Graph.OData;

/// <summary>Represents one item of $expand: https://learn.microsoft.com/graph/query-parameters#expand-parameter.</summary>
/// <param name="Name">The navigation property.</param>
/// <param name="Select">The selected properties of the expanded objects; empty for the default ones.</param>
/// <param name="Others">Its other options, such as "$filter".</param>
internal sealed record Expansion(string Name, IReadOnlyList<string> Select, IReadOnlyList<string> Others)
{
    /// <summary>Reads "owners($select=id,displayName)".</summary>
    public static Expansion Parse(string text)
    {
        var open = text.IndexOf('(', StringComparison.Ordinal);
        string[] options = open < 0
            ? []
            : [.. text[(open + 1)..].TrimEnd(')').Split(';').Select(o => o.Trim().TrimStart('$')).Where(o => o.Length > 0)];
        bool IsSelect(string option) => option.StartsWith("select=", StringComparison.OrdinalIgnoreCase);
        return new Expansion(
            open < 0 ? text : text[..open],
            options.FirstOrDefault(IsSelect)?["select=".Length..].Split(
                ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [],
            [.. options.Where(o => !IsSelect(o)).Select(o => "$" + o.Split('=')[0])]);
    }
}
