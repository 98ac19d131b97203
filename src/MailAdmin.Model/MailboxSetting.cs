namespace MailAdmin;

/// <summary>What an app or a mail program meets in a mailbox: its language and time zone, and which protocols are on.</summary>
public sealed record MailboxSetting
{
    /// <summary>Primary address of the mailbox.</summary>
    public required string Mailbox { get; init; }

    /// <summary>Object ID of the mailbox in Entra; null when Exchange didn't return it.</summary>
    public string? MailboxId { get; init; }

    /// <summary>User principal name of the mailbox's user, which need not be an address; null when Exchange didn't return it.</summary>
    public string? UserPrincipalName { get; init; }

    /// <summary>Primary address of the mailbox, the same as Mailbox, by the name that Exchange uses.</summary>
    public string PrimarySmtpAddress => Mailbox;

    /// <summary>Such as "de-DE"; null for a mailbox that nobody ever opened.</summary>
    public string? Language { get; init; }

    /// <summary>The time zone by its Windows name, as Exchange keeps it; null for a mailbox that nobody ever opened.</summary>
    public string? TimeZone { get; init; }

    /// <summary>The same by its IANA name; null when there is none.</summary>
    public string? IanaTimeZone { get; init; }

    /// <summary>Whether IMAP is on; null when Exchange does not say.</summary>
    public bool? ImapEnabled { get; init; }

    /// <summary>Whether programs may submit mail over SMTP with a sign-in; null when Exchange does not say.</summary>
    public bool? SmtpAuthEnabled { get; init; }

    /// <summary>Whether SmtpAuthEnabled comes from the organization's setting, because the mailbox has none of its own.</summary>
    public bool SmtpAuthInherited { get; init; }

    /// <summary>How long deleted items can be recovered; null when Exchange does not say.</summary>
    public TimeSpan? RetainDeletedItemsFor { get; init; }

    /// <summary>What the changing cmdlet did; null when it was only read.</summary>
    public ChangeKind? Change { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Mailbox}: {Language ?? "no language"}, {TimeZone ?? "no time zone"}";
}

/// <summary>Whether programs may submit mail over SMTP with a sign-in.</summary>
/// <remarks>
/// https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/authenticated-client-smtp-submission
/// </remarks>
public enum SmtpAuthSetting
{
    /// <summary>As the organization says.</summary>
    Organization,
    /// <summary>They may.</summary>
    Enabled,
    /// <summary>They may not.</summary>
    Disabled,
}
