namespace MailAdmin;

/// <summary>A mailbox in an address list: RFC 5322 section 3.4, Graph's emailAddress.</summary>
/// <param name="Name">The decoded display name; null if missing.</param>
/// <param name="Address">
/// The address as written (local-part@domain), or the text in its place if the header has no address.
/// </param>
public sealed record EmailAddress(string? Name, string Address)
{
    /// <summary>The address as text; a display name that needs quotes has them (RFC 5322 section 3.2.4).</summary>
    /// <returns>Address, or Name &lt;Address&gt;.</returns>
    public override string ToString() => string.IsNullOrEmpty(Name) ? Address : $"{Phrase(Name)} <{Address}>";

    private static string Phrase(string name) => name.AsSpan().IndexOfAny("<>()[],;:@\\\"") < 0 ? name
        : $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
