using System.Text.RegularExpressions;

namespace MailAdmin.Core.Recipes.Format;

/// <summary>Texts of recipes with placeholders in braces, of which there is a closed set.</summary>
internal static partial class RecipeText
{
    public const string ClientId = "clientId", ClientSecret = "clientSecret", Customer = "customer", Mailbox = "mailbox";

    /// <summary>Returns whether a field of a form can contain a text.</summary>
    public static readonly string[] Placeholders =
    [
        ClientId, ClientSecret, "tenantId", Mailbox, "appName", "host", "port", "authorizeUrl", "tokenUrl", "scope",
        "redirectUri", Customer, "afterProcessing", "folder",
    ];

    /// <summary>Returns the names in braces.</summary>
    public static IEnumerable<string> In(string text) => Braced().Matches(text).Select(m => m.Groups[1].Value);

    /// <summary>Returns whether a brace isn't closed or opened.</summary>
    public static bool IsBroken(string text) => Braced().Replace(text, "").AsSpan().IndexOfAny('{', '}') >= 0;

    /// <summary>Replaces placeholders with values. A placeholder without a value isn't changed.</summary>
    public static string Fill(string text, IReadOnlyDictionary<string, string?> values) =>
        Braced().Replace(text, m => values.GetValueOrDefault(m.Groups[1].Value) ?? m.Value);

    [GeneratedRegex(@"\{([A-Za-z]*)\}", RegexOptions.NonBacktracking)]
    private static partial Regex Braced();
}
