namespace MailAdmin.Core.Base;

/// <summary>
/// A value that becomes a segment of a URL. "." and ".." can't be escaped: whoever resolves the URL drops them, and with ".." the
/// segment before (RFC 3986 section 5.2.4), so another resource would be asked. The same is true for what OData reads as its own
/// segments, such as $count, and as the function delta in its two spellings.
/// </summary>
/// <remarks>
/// https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html (sections 4.3 and 4.6),
/// https://learn.microsoft.com/graph/api/user-delta
/// </remarks>
internal static class PathSegment
{
    /// <summary>Lets everything pass that stays one segment when it is escaped.</summary>
    /// <returns>The value.</returns>
    /// <exception cref="InvalidRequestException">It isn't the name of anything (InvalidIdentifier).</exception>
    public static string Check(string value) => !IsSyntax(value) ? UnicodeText.Check(value)
        : throw new InvalidRequestException("InvalidIdentifier", $"'{value}' isn't an identifier.")
        {
            Target = value,
            Advice = "Specify an ID, a name, or an address.",
        };

    /// <summary>The value as one segment.</summary>
    /// <exception cref="InvalidRequestException">It isn't the name of anything (InvalidIdentifier).</exception>
    public static string Escape(string value) => Uri.EscapeDataString(Check(value));

    private static bool IsSyntax(string value) => value is "." or ".." || value.StartsWith('$')
        || value.Equals("delta", StringComparison.OrdinalIgnoreCase)
        || value.StartsWith("microsoft.graph.", StringComparison.OrdinalIgnoreCase);
}
