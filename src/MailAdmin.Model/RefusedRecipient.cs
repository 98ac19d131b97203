namespace MailAdmin;

/// <summary>A recipient that a server rejected.</summary>
/// <param name="Address">The address.</param>
/// <param name="Code">The enhanced status code (RFC 3463), such as "5.1.1", or the reply code.</param>
/// <param name="Message">The message of the server.</param>
public sealed record RefusedRecipient(string Address, string Code, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Address}: {Message}";
}
