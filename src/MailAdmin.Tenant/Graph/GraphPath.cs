namespace MailAdmin.Tenant.Graph;

/// <summary>
/// Normalizes the forms of an OData resource path: "messages('x')" and "messages/x", "microsoft.graph.move" and "move", "delta()"
/// and "delta", folders below folders, "myorganization/applications" and "applications" (an alias of the caller's tenant, which
/// CLI for Microsoft 365 writes). https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html
/// </summary>
internal static class GraphPath
{
    public static List<string> Parse(string absolutePath)
    {
        var path = new List<string>();
        foreach (var escaped in absolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries).Skip(1))
        {
            Add(path, escaped);
        }

        // The old name of the tenant that the token is of: https://learn.microsoft.com/graph/migrate-azure-ad-graph-request-differences.
        if (path is [var first, _, ..] && Is(first, "myorganization"))
        {
            path.RemoveAt(0);
        }

        // A folder's id is enough to find it: mailFolders/{a}/childFolders/{b}/messages is mailFolders/{b}/messages.
        for (var i = 0; i + 3 < path.Count;)
        {
            if (Is(path[i], "mailFolders") && Is(path[i + 2], "childFolders"))
            {
                path.RemoveRange(i + 1, 2);
            }
            else
            {
                i++;
            }
        }

        return path;
    }

    private static void Add(List<string> path, string escaped)
    {
        var open = escaped.IndexOf('(', StringComparison.Ordinal);
        var name = Uri.UnescapeDataString(open < 0 ? escaped : escaped[..open]);
        path.Add(Unqualify(name));
        if (open < 0 || !escaped.EndsWith(')'))
        {
            return;
        }

        var key = Uri.UnescapeDataString(escaped[(open + 1)..^1]).Trim();
        if (key.Length > 0)
        {
            // An alternate key keeps its name: applications(appId='x') becomes applications, appId=x.
            var equals = key.IndexOf("='", StringComparison.Ordinal);
            path.Add(equals > 0 ? key[..(equals + 1)] + Unquote(key[(equals + 1)..]) : Unquote(key));
        }
    }

    // The schema's namespace is microsoft.graph, with the alias graph (https://graph.microsoft.com/v1.0/$metadata): the SDK
    // writes that.
    private static string Unqualify(string name)
    {
        var prefix = Array.Find(["microsoft.graph.", "graph."], p => name.StartsWith(p, StringComparison.OrdinalIgnoreCase));
        return name[(prefix?.Length ?? 0)..];
    }

    private static string Unquote(string text) =>
        text is ['\'', .., '\''] ? text[1..^1].Replace("''", "'", StringComparison.Ordinal) : text;

    private static bool Is(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
