using System.Text.RegularExpressions;
using MailAdmin.Core.Mail;

namespace MailAdmin.Tests.TestKit;

/// <summary>What a request asks for, whatever names are in it: a name that is one segment or one quoted value is replaced by a mark.</summary>
internal static partial class RequestShape
{
    private const string Mark = "{name}";

    /// <param name="request">Method and path, or host and path, with the query.</param>
    /// <param name="names">The names that may be in it.</param>
    public static string Of(string request, params IReadOnlyCollection<string> names)
    {
        var parts = request.Split('?', 2);
        // Only a whole segment is a name: "a" in "applications" is not.
        var written = names.SelectMany(Written).ToHashSet(StringComparer.Ordinal);
        var path = string.Join('/', parts[0].Split('/').Select(s => written.Contains(s) ? Mark : s));
        foreach (var name in path.Contains('\'', StringComparison.Ordinal) ? names : [])
        {
            path = path.Replace($"'{Uri.EscapeDataString(name.Replace("'", "''", StringComparison.Ordinal))}'", $"'{Mark}'", StringComparison.Ordinal);
        }

        path = Ids().Replace(path, "{id}");
        if (parts.Length == 1)
        {
            return path;
        }

        var query = string.Join('&', parts[1].Split('&').Select(Unescape));
        foreach (var text in names.SelectMany(n => new[] { n, n.Trim(), Id(n) }).Distinct().OrderByDescending(n => n.Length))
        {
            var quoted = text.Replace("'", "''", StringComparison.Ordinal);
            query = query.Replace($"'{quoted}'", $"'{Mark}'", StringComparison.Ordinal)
                .Replace($"'smtp:{quoted}'", $"'smtp:{Mark}'", StringComparison.Ordinal);
        }

        return $"{path}?{Times().Replace(Ids().Replace(query, "{id}"), "{time}")}";
    }

    /// <summary>A filter of Exchange with what was quoted in it.</summary>
    public static string Quoted(string filter, string name) => Ids().Replace(
        filter.Replace($"'{name.Replace("'", "''", StringComparison.Ordinal)}'", $"'{Mark}'", StringComparison.Ordinal), "{id}");

    private static IEnumerable<string> Written(string name) =>
        [name, Id(name), Uri.EscapeDataString(name), Uri.EscapeDataString(FolderPath.Join(null, name))];

    /// <summary>An ID may be asked for in another of its spellings: without braces.</summary>
    private static string Id(string name) => Guid.TryParse(name, out var parsed) ? parsed.ToString() : name;

    private static string Unescape(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    [GeneratedRegex("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")]
    private static partial Regex Ids();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)?")]
    private static partial Regex Times();
}
