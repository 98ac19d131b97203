namespace MailAdmin.Core.Base;

/// <summary>
/// A value that becomes a segment of a URL. "." and ".." can't be escaped: whoever resolves the URL drops them, and with ".." the
/// segment before (RFC 3986 section 5.2.4), so another resource would be asked.
/// </summary>
internal static class PathSegment
{
    /// <summary>Lets everything pass that stays one segment when it is escaped.</summary>
    /// <returns>The value.</returns>
    /// <exception cref="InvalidRequestException">It is "." or ".." (InvalidIdentifier).</exception>
    public static string Check(string value) => value is not ("." or "..") ? UnicodeText.Check(value)
        : throw new InvalidRequestException("InvalidIdentifier", $"'{value}' isn't an identifier.")
        {
            Target = value,
            Advice = "Specify an ID, a name, or an address.",
        };

    /// <summary>The value as one segment.</summary>
    /// <exception cref="InvalidRequestException">It is "." or ".." (InvalidIdentifier).</exception>
    public static string Escape(string value) => Uri.EscapeDataString(Check(value));
}
