using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.Graph;

/// <summary>An endpoint.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Template">The path after the version, with braces around what varies.</param>
/// <param name="Roles">The app roles of which the token requires one, from the "Permissions" table of the page.</param>
/// <param name="Page">Its documentation: https://learn.microsoft.com/graph/api/{Page}.</param>
/// <param name="Handle">The code of the endpoint.</param>
internal sealed record Route(string Method, string Template, string[] Roles, string Page, Func<GraphCall, TenantAnswer> Handle)
{
    private readonly string[] _segments = Template.Split('/');

    /// <summary>The version of Graph that has it.</summary>
    public string Version { get; init; } = "v1.0";

    /// <summary>Whether it's about the content of a mailbox, so that Exchange authorizes it and writes the error.</summary>
    public bool IsMail => _segments is ["users", _, "mailFolders" or "messages" or "sendMail" or "mailboxSettings", ..];

    /// <summary>Whether a version of Graph has it: beta has what version 1.0 has, and more.</summary>
    public bool IsIn(string version) => Version == version || Version == "v1.0";

    /// <summary>Returns the values for the braces; null if the path is for another endpoint.</summary>
    public Dictionary<string, string>? Match(IReadOnlyList<string> path)
    {
        if (path.Count != _segments.Length)
        {
            return null;
        }

        var keys = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < path.Count; i++)
        {
            var segment = _segments[i];
            if (segment[0] == '{')
            {
                keys[segment[1..^1]] = path[i];
            }
            else if (!string.Equals(segment, path[i], StringComparison.OrdinalIgnoreCase))
            {
                return null;
            }
        }

        return keys;
    }

    /// <summary>Returns the number of matching segments of a path.</summary>
    public int Agrees(IReadOnlyList<string> path)
    {
        var count = 0;
        while (count < path.Count && count < _segments.Length && (_segments[count][0] == '{'
            || string.Equals(_segments[count], path[count], StringComparison.OrdinalIgnoreCase)))
        {
            count++;
        }

        return count;
    }
}
