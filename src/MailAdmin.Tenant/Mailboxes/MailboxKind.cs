namespace MailAdmin.Tenant.Mailboxes;

/// <summary>
/// Specifies the type of a mailbox: https://learn.microsoft.com/powershell/module/exchange/get-mailbox, -RecipientTypeDetails.
/// </summary>
internal enum MailboxKind
{
    /// <summary>A user mailbox.</summary>
    User,
    /// <summary>A shared mailbox, whose user can't sign in.</summary>
    Shared,
    Room,
    Equipment,
    /// <summary>A user mailbox with an in-place archive.</summary>
    Archive,
    /// <summary>A mailbox in the on-premises organization: here it's a mail user, and Graph has no mailbox for it.</summary>
    OnPremises,
    /// <summary>
    /// A mailbox that was deleted, for example because its user lost the license, and can be restored for 30 days:
    /// https://learn.microsoft.com/exchange/recipients-in-exchange-online/delete-or-restore-mailboxes.
    /// </summary>
    SoftDeleted,
    /// <summary>An account without a mailbox.</summary>
    None,
}

/// <summary>Common properties of the types.</summary>
internal static class MailboxKinds
{
    /// <summary>Whether there is a mailbox in Exchange Online.</summary>
    public static bool IsHere(this MailboxKind kind) =>
        kind is not (MailboxKind.None or MailboxKind.OnPremises or MailboxKind.SoftDeleted);
}

/// <summary>Represents the properties of a new mailbox.</summary>
/// <param name="UserId">The object ID of its user.</param>
/// <param name="Address">The primary SMTP address.</param>
/// <param name="DisplayName">The display name.</param>
internal sealed record MailboxFacts(string UserId, string Address, string DisplayName)
{
    /// <summary>The sign-in name of its user; the primary address by default.</summary>
    public string? UserPrincipalName { get; init; }

    public string[] Aliases { get; init; } = [];

    public MailboxKind Kind { get; init; }

    /// <summary>The language of its default folders, such as "de-DE".</summary>
    public string Language { get; init; } = "en-US";

    /// <summary>Windows' name of its time zone; null for UTC.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Whether it was opened, so that it has a language and a time zone.</summary>
    public bool WasOpened { get; init; } = true;

    /// <summary>Set-Mailbox -HiddenFromAddressListsEnabled.</summary>
    public bool IsHidden { get; init; }

    /// <summary>Other properties for recipient filters, by Exchange's names: CustomAttribute1, Department.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = NoAttributes;

    private static readonly Dictionary<string, string> NoAttributes = [];
}
