using MailAdmin.Tenant.Graph.OData;

namespace MailAdmin.Tenant.Graph;

/// <summary>Every endpoint: what it answers to, which app roles open it, and the page that documents it.</summary>
internal static class GraphRoutes
{
    public static IReadOnlyList<Route> All { get; } =
        [.. DirectoryRoutes.All, .. MailRoutes.All, .. PolicyRoutes.All, .. DirectoryRoutes.Properties];

    /// <summary>Finds the endpoint of a request.</summary>
    /// <exception cref="GraphRefusal">The route doesn't exist.</exception>
    public static (Route Route, IReadOnlyDictionary<string, string> Keys) Find(
        string method, string version, IReadOnlyList<string> path)
    {
        var known = false;
        foreach (var route in All.Where(r => r.IsIn(version)))
        {
            if (route.Match(path) is { } keys)
            {
                known = true;
                if (route.Method == method)
                {
                    return (route, keys);
                }
            }
        }

        throw known
            ? new GraphRefusal(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")
            : GraphRefusal.NoSegment(Unknown(path));
    }

    /// <summary>The first segment of a path that no endpoint has there.</summary>
    private static string Unknown(IReadOnlyList<string> path) =>
        path.Count == 0 ? "" : path[Math.Min(All.Max(r => r.Agrees(path)), path.Count - 1)];
}
