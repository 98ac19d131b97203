namespace MailAdmin;

/// <summary>The permissions of an app or user on a mailbox in Exchange.</summary>
public sealed record MailboxGrant : MailAdminResult
{
    /// <summary>The primary address of the mailbox.</summary>
    public required string Mailbox { get; init; }

    /// <summary>The object ID of the mailbox in Entra; null if Exchange didn't return it.</summary>
    public string? MailboxId { get; init; }

    /// <summary>
    /// The user principal name of the mailbox, which can differ from its address; null if Exchange didn't return it.
    /// </summary>
    public string? UserPrincipalName { get; init; }

    /// <summary>The primary address of the mailbox, the same as Mailbox, by the name that Exchange uses.</summary>
    public string PrimarySmtpAddress => Mailbox;

    /// <summary>The owner of the permission: the name of an app, the address of a user, or a SID without an account.</summary>
    public required string Grantee { get; init; }

    /// <summary>The client ID of the app; null for a user.</summary>
    public string? ClientId { get; init; }

    /// <summary>The object ID of the app in Exchange; null for a user.</summary>
    public string? ServicePrincipalObjectId { get; init; }

    /// <summary>The permissions.</summary>
    public MailboxAccessRight[] AccessRight { get; init; } = [];

    /// <summary>The change that the cmdlet made; null if the object was only read.</summary>
    public ChangeKind? Change { get; init; }

    /// <summary>The time by which the change is in effect, in UTC; null if nothing was changed.</summary>
    public DateTimeOffset? EffectiveBy { get; init; }

    /// <summary>Pending work: what takes effect later or what an administrator has to do.</summary>
    public MailAdminPending[] Pending { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => $"{Grantee} on {Mailbox}: {string.Join(", ", AccessRight)}";
}

/// <summary>A permission on a mailbox.</summary>
/// <remarks>
/// https://learn.microsoft.com/powershell/module/exchange/add-mailboxpermission,
/// https://learn.microsoft.com/powershell/module/exchange/add-recipientpermission
/// </remarks>
public enum MailboxAccessRight
{
    /// <summary>Access to the mailbox and its contents. IMAP and POP require it. It doesn't allow sending.</summary>
    FullAccess,
    /// <summary>Sending as the mailbox. SMTP requires it.</summary>
    SendAs,
}
