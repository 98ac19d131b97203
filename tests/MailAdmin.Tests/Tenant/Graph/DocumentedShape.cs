using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MailAdmin.Tests.Tenant.Graph;

/// <summary>
/// What an example of a page of https://learn.microsoft.com/graph/api is like: status, and names and types of its members. The
/// values are ours. What a page writes as "/me" stands here with a user, because an app has no "me".
/// </summary>
/// <param name="Page">The page's name; its source is api-reference/v1.0/api/{Page}.md of microsoftgraph/microsoft-graph-docs (commit
/// db3ad729), of pages that are newer of microsoftgraph/microsoft-graph-docs-contrib.</param>
/// <param name="N">Which of its examples.</param>
/// <param name="Path">The path after the version; braces name things of the <see cref="DocumentedWorld"/>.</param>
/// <param name="Members">Types by path: "value[].id" is a member of each item, or of some, of "value".</param>
public sealed record DocumentedShape(
    string Page, int N, string Method, string Path, int Status, JsonNode? Body, IReadOnlyDictionary<string, string>? Members,
    IReadOnlyDictionary<string, string>? Headers)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    /// <summary>The examples, by the files in Examples.</summary>
    public static IReadOnlyList<DocumentedShape> All { get; } =
    [
        .. Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(n => n.StartsWith("Examples/", StringComparison.Ordinal) && n != Differences)
            .Order(StringComparer.Ordinal).SelectMany(Read<DocumentedShape[]>),
    ];

    /// <summary>Where the sandbox differs from an example, and why: reasons with what each of them explains.</summary>
    public static IReadOnlyDictionary<string, string[]> KnownDifferences { get; } = Read<Dictionary<string, string[]>>(Differences);

    private const string Differences = "Examples/Differences.json";

    public string Name => $"{Page}#{N}";

    public bool IsRead => Method == "GET";

    /// <summary>The types of the members of an answer, by the same paths as in the examples.</summary>
    public static Dictionary<string, HashSet<string>> Describe(JsonNode? json)
    {
        var found = new Dictionary<string, HashSet<string>>();
        Walk(json, "");
        return found;

        void Walk(JsonNode? node, string path)
        {
            foreach (var (name, value) in node as JsonObject ?? [])
            {
                var at = path.Length == 0 ? name : $"{path}.{name}";
                (found.TryGetValue(at, out var types) ? types : found[at] = []).Add(TypeOf(value));
                Walk(value, at);
            }

            foreach (var item in node as JsonArray ?? [])
            {
                Walk(item, path + "[]");
            }
        }
    }

    /// <summary>What of an answer is not as the example has it.</summary>
    public IEnumerable<string> Compare(Reply reply)
    {
        if (reply.Status != Status)
        {
            yield return $"{Name} answers {reply.Status}";
            yield break;
        }

        var found = Describe(reply.Json);
        foreach (var (path, type) in Members ?? new Dictionary<string, string>())
        {
            if (Above(path) is { } list && reply.Json["value"] is JsonArray && !found.Keys.Any(k => k.StartsWith(list, StringComparison.Ordinal)))
            {
                // What a list that has no items would show of them stays open, but for the list of the answer itself.
                if (list == "value[]" && path.EndsWith(".id", StringComparison.Ordinal))
                {
                    yield return $"{Name} has no items";
                }
            }
            else if (!found.TryGetValue(path, out var types))
            {
                if (Above(path) is not { } inner || found.Keys.Any(k => k.StartsWith(inner, StringComparison.Ordinal)))
                {
                    yield return $"{Name} lacks {path}";
                }
            }
            else if (type != "null" && !types.Contains(type) && !types.SetEquals(["null"]))
            {
                yield return $"{Name} has {path} as {string.Join(" or ", types)}";
            }
        }
    }

    /// <summary>The innermost list that a path goes through; null for none.</summary>
    private static string? Above(string path) =>
        path.LastIndexOf("[]", StringComparison.Ordinal) is >= 0 and var at ? path[..(at + 2)] : null;

    private static string TypeOf(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject => "object",
        JsonArray => "array",
        _ => node.GetValueKind() switch
        {
            JsonValueKind.String => "string",
            JsonValueKind.Number => "number",
            _ => "boolean",
        },
    };

    private static T Read<T>(string resource)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
        return JsonSerializer.Deserialize<T>(stream, Options)!;
    }
}
