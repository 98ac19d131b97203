namespace MailAdmin;

/// <summary>The settings of a mailbox: language, time zone, protocols, quotas, holds, and forwarding.</summary>
public sealed record MailboxSetting : MailAdminResult
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

    /// <summary>The language, such as "de-DE"; null if the mailbox has never been opened.</summary>
    public string? Language { get; init; }

    /// <summary>The Windows name of the time zone, as Exchange stores it; null if the mailbox has never been opened.</summary>
    public string? TimeZone { get; init; }

    /// <summary>The IANA name of the time zone; null if there is none.</summary>
    public string? IanaTimeZone { get; init; }

    /// <summary>Whether IMAP is enabled; null if Exchange doesn't return it.</summary>
    public bool? ImapEnabled { get; init; }

    /// <summary>Whether authenticated SMTP submission is allowed; null if Exchange doesn't return it.</summary>
    public bool? SmtpAuthEnabled { get; init; }

    /// <summary>Whether SmtpAuthEnabled is the organization's setting.</summary>
    public bool SmtpAuthInherited { get; init; }

    /// <summary>The time for which deleted items can be recovered; null if Exchange doesn't return it.</summary>
    public TimeSpan? RetainDeletedItemsFor { get; init; }

    /// <summary>The number of items, without deleted ones; null if Exchange doesn't return it.</summary>
    public long? ItemCount { get; init; }

    /// <summary>The size of the mailbox in bytes; null if Exchange doesn't return it.</summary>
    public long? Size { get; init; }

    /// <summary>The size in bytes at which the mailbox neither sends nor receives; null if unlimited.</summary>
    public long? Quota { get; init; }

    /// <summary>The size of Recoverable Items in bytes; null if Exchange doesn't return it.</summary>
    public long? RecoverableItemsSize { get; init; }

    /// <summary>The size of Recoverable Items in bytes at which no message can be deleted; null if unlimited.</summary>
    public long? RecoverableItemsQuota { get; init; }

    /// <summary>
    /// The holds and policies that keep deleted messages: a litigation hold, retention policies, and eDiscovery holds.
    /// </summary>
    public string[] Hold { get; init; } = [];

    /// <summary>Whether there is an archive mailbox; null if Exchange doesn't return it.</summary>
    public bool? HasArchive { get; init; }

    /// <summary>The address that all mail is forwarded to; null if there is none.</summary>
    public string? ForwardingAddress { get; init; }

    /// <summary>Whether forwarded mail arrives in the mailbox, too.</summary>
    public bool DeliverToMailboxAndForward { get; init; }

    /// <summary>Enabled inbox rules that take messages out of the Inbox; null if they can't be read.</summary>
    public MailboxInboxRule[]? InboxRule { get; init; }

    /// <summary>The faults that prevent an app from receiving or deleting messages, now or soon.</summary>
    public string[] Warning { get; init; } = [];

    /// <summary>The change that the cmdlet made; null if the object was only read.</summary>
    public ChangeKind? Change { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Mailbox}: {Language ?? "no language"}, {TimeZone ?? "no time zone"}";
}

/// <summary>Whether authenticated SMTP submission is allowed.</summary>
/// <remarks>
/// https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/authenticated-client-smtp-submission
/// </remarks>
public enum SmtpAuthSetting
{
    /// <summary>Uses the setting of the organization.</summary>
    Organization,
    /// <summary>Allowed.</summary>
    Enabled,
    /// <summary>Not allowed.</summary>
    Disabled,
}
