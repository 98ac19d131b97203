namespace MailAdmin;

/// <summary>A mailbox in an address list: RFC 5322 section 3.4, Graph's emailAddress.</summary>
/// <param name="Name">The decoded display name; null when there is none.</param>
/// <param name="Address">local-part@domain as written, or whatever stood in its place.</param>
public sealed record EmailAddress(string? Name, string Address)
{
    /// <inheritdoc/>
    public override string ToString() => string.IsNullOrEmpty(Name) ? Address : $"{Name} <{Address}>";
}
