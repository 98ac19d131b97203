namespace MailAdmin;

/// <summary>A recipient that a server refused.</summary>
/// <param name="Address">The address.</param>
/// <param name="Code">The enhanced status code (RFC 3463), such as "5.1.1"; the code of the answer where there is none.</param>
/// <param name="Message">The server's own words.</param>
public sealed record RefusedRecipient(string Address, string Code, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Address}: {Message}";
}
