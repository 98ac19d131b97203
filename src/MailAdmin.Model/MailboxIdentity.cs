namespace MailAdmin;

/// <summary>The three names of a mailbox: Graph uses its ID, sign-ins its user principal name, and mail its address.</summary>
public sealed record MailboxIdentity
{
    /// <summary>The object ID of the mailbox in Entra; null if Exchange didn't return it.</summary>
    public string? Id { get; init; }

    /// <summary>
    /// The user principal name of the mailbox, which can differ from its address; null if Exchange didn't return it.
    /// </summary>
    public string? UserPrincipalName { get; init; }

    /// <summary>The primary address of the mailbox.</summary>
    public required string PrimarySmtpAddress { get; init; }

    /// <inheritdoc/>
    public override string ToString() => PrimarySmtpAddress;
}
