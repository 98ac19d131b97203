namespace MailAdmin;

/// <summary>A right on a mailbox that is granted in Exchange, to the service principal of an app or to a person.</summary>
public sealed record MailboxGrant
{
    /// <summary>Primary address of the mailbox.</summary>
    public required string Mailbox { get; init; }

    /// <summary>Object ID of the mailbox in Entra; null when Exchange didn't return it.</summary>
    public string? MailboxId { get; init; }

    /// <summary>User principal name of the mailbox's user, which need not be an address; null when Exchange didn't return it.</summary>
    public string? UserPrincipalName { get; init; }

    /// <summary>Primary address of the mailbox, the same as Mailbox, by the name that Exchange uses.</summary>
    public string PrimarySmtpAddress => Mailbox;

    /// <summary>Whose right it is: the name of an app, the address of a person, or a SID whose owner is gone.</summary>
    public required string Grantee { get; init; }

    /// <summary>The app's client id; null for a person.</summary>
    public string? ClientId { get; init; }

    /// <summary>The object id that Exchange has for the app; null for a person.</summary>
    public string? ServicePrincipalObjectId { get; init; }

    /// <summary>The rights.</summary>
    public MailboxAccessRight[] AccessRight { get; init; } = [];

    /// <summary>What the changing cmdlet did; null when it was only read.</summary>
    public ChangeKind? Change { get; init; }

    /// <summary>From when on mail programs can count on the change, in UTC; null when nothing was changed.</summary>
    public DateTimeOffset? EffectiveBy { get; init; }

    /// <summary>What is still to come or to be done by somebody, a sentence each.</summary>
    public MailAdminPending[] Pending { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => $"{Grantee} on {Mailbox}: {string.Join(", ", AccessRight)}";
}

/// <summary>What a right on a mailbox allows.</summary>
/// <remarks>
/// https://learn.microsoft.com/powershell/module/exchange/add-mailboxpermission,
/// https://learn.microsoft.com/powershell/module/exchange/add-recipientpermission
/// </remarks>
public enum MailboxAccessRight
{
    /// <summary>To open the mailbox and all in it; what IMAP and POP need. It does not allow sending.</summary>
    FullAccess,
    /// <summary>To send as the mailbox; what SMTP needs.</summary>
    SendAs,
}
