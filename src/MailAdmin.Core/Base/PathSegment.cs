namespace MailAdmin.Core.Base;

/// <summary>
/// A value that becomes a segment of a URL. "." and ".." can't be escaped: they are resolved, with ".." together with the
/// segment before (RFC 3986 section 5.2.4), so the request would be for another resource. The same applies to segments of OData,
/// such as $count, and to the function delta in its two spellings.
/// </summary>
/// <remarks>
/// https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html (sections 4.3 and 4.6),
/// https://learn.microsoft.com/graph/api/user-delta
/// </remarks>
internal static class PathSegment
{
    /// <summary>Accepts a value that is still one segment after it's escaped.</summary>
    /// <returns>The value.</returns>
    /// <exception cref="InvalidRequestException">It isn't the name of anything (InvalidIdentifier).</exception>
    public static string Check(string value) => !IsSyntax(value) ? UnicodeText.Check(value)
        : throw new InvalidRequestException("InvalidIdentifier", $"'{value}' isn't an identifier.")
        {
            Target = value,
            Advice = "Specify an ID, a name, or an address.",
        };

    /// <summary>Returns the value as one segment.</summary>
    /// <exception cref="InvalidRequestException">It isn't the name of anything (InvalidIdentifier).</exception>
    public static string Escape(string value) => Uri.EscapeDataString(Check(value));

    private static bool IsSyntax(string value) => value is "." or ".." || value.StartsWith('$')
        || value.Equals("delta", StringComparison.OrdinalIgnoreCase)
        || value.StartsWith("microsoft.graph.", StringComparison.OrdinalIgnoreCase);
}
