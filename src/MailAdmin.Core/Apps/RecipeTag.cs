namespace MailAdmin.Core.Apps;

/// <summary>
/// Identifies the recipe of an app in later sessions: a tag on its registration, or on the service principal of a vendor's app.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/graph/api/resources/application and serviceprincipal (tags: "custom strings that can be used to
/// categorize and identify")
/// </remarks>
internal static class RecipeTag
{
    private const string TagBefore = "MailAdmin.Recipe:";

    /// <summary>Returns the recipe's name in tags; null if they have none.</summary>
    public static string? In(IEnumerable<string>? tags) =>
        tags?.FirstOrDefault(t => t.StartsWith(TagBefore, StringComparison.Ordinal))?[TagBefore.Length..];

    /// <summary>Returns tags with a recipe's, without that of another recipe.</summary>
    public static List<string> With(IEnumerable<string> tags, string recipe) =>
        [.. tags.Where(t => !t.StartsWith(TagBefore, StringComparison.Ordinal)), TagBefore + recipe];
}
