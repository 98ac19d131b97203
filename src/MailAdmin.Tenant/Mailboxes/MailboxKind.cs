namespace MailAdmin.Tenant.Mailboxes;

/// <summary>
/// What a mailbox is: https://learn.microsoft.com/powershell/module/exchange/get-mailbox, -RecipientTypeDetails.
/// </summary>
internal enum MailboxKind
{
    /// <summary>A person's.</summary>
    User,
    /// <summary>Nobody signs in as it.</summary>
    Shared,
    Room,
    Equipment,
    /// <summary>A person's, with an in-place archive beside it.</summary>
    Archive,
    /// <summary>It is in the organization's own Exchange: here it is a mail user, and Graph has no mailbox for it.</summary>
    OnPremises,
    /// <summary>
    /// It was deleted, as when its user loses the license, and can be restored for 30 days:
    /// https://learn.microsoft.com/exchange/recipients-in-exchange-online/delete-or-restore-mailboxes.
    /// </summary>
    SoftDeleted,
    /// <summary>An account without a mailbox.</summary>
    None,
}

/// <summary>What kinds have in common.</summary>
internal static class MailboxKinds
{
    /// <summary>Whether there is a mailbox in Exchange Online.</summary>
    public static bool IsHere(this MailboxKind kind) =>
        kind is not (MailboxKind.None or MailboxKind.OnPremises or MailboxKind.SoftDeleted);
}

/// <summary>What a mailbox is made of.</summary>
/// <param name="UserId">The object ID of its user.</param>
/// <param name="Address">The primary SMTP address.</param>
/// <param name="DisplayName">What people call it.</param>
internal sealed record MailboxFacts(string UserId, string Address, string DisplayName)
{
    /// <summary>What its user signs in with; the primary address when left out.</summary>
    public string? UserPrincipalName { get; init; }

    public string[] Aliases { get; init; } = [];

    public MailboxKind Kind { get; init; }

    /// <summary>The language of its default folders, such as "de-DE".</summary>
    public string Language { get; init; } = "en-US";

    /// <summary>Windows' name of its time zone; null for UTC.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Whether somebody opened it, so that it has a language and a time zone of its own.</summary>
    public bool WasOpened { get; init; } = true;

    /// <summary>Set-Mailbox -HiddenFromAddressListsEnabled.</summary>
    public bool IsHidden { get; init; }

    /// <summary>What else recipients can be filtered by, under Exchange's names: CustomAttribute1, Department.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = NoAttributes;

    private static readonly Dictionary<string, string> NoAttributes = [];
}
