namespace MailAdmin;

/// <summary>The settings of a mailbox: language, time zone, and protocols.</summary>
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
