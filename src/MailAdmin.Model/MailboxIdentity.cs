namespace MailAdmin;

/// <summary>
/// A mailbox by the three names that services use: Graph its ID, sign-ins its user principal name, mail its address.
/// </summary>
public sealed record MailboxIdentity
{
    /// <summary>Object ID of the mailbox in Entra; null when Exchange didn't return it.</summary>
    public string? Id { get; init; }

    /// <summary>User principal name of the mailbox, which need not be an address; null when Exchange didn't return it.</summary>
    public string? UserPrincipalName { get; init; }

    /// <summary>Primary address of the mailbox.</summary>
    public required string PrimarySmtpAddress { get; init; }

    /// <inheritdoc/>
    public override string ToString() => PrimarySmtpAddress;
}
