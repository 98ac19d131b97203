namespace MailAdmin;

/// <summary>Represents a difference between an app's access to mail and an earlier reading.</summary>
public sealed record MailAppAccessDifference : MailAdminResult
{
    /// <summary>Display name of the app.</summary>
    public required string App { get; init; }

    /// <summary>The app's client ID.</summary>
    public required string ClientId { get; init; }

    /// <summary>
    /// Address of the mailbox; null for all mailboxes that no other difference of the app names, and for what can't be listed.
    /// </summary>
    public string? Mailbox { get; init; }

    /// <summary>The target of the access in words: an address, "all mailboxes", or a scope.</summary>
    public required string Scope { get; init; }

    /// <summary>The outcome.</summary>
    public MailAppAccessDifferenceKind Difference { get; init; }

    /// <summary>The permissions that led there in the baseline.</summary>
    public string[] Before { get; init; } = [];

    /// <summary>The permissions that lead there now.</summary>
    public string[] After { get; init; } = [];

    /// <summary>Why it is Unknown; null otherwise.</summary>
    public string? Cause { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Difference}: {App} on {Scope}";
}

/// <summary>Specifies how an app's access changed.</summary>
public enum MailAppAccessDifferenceKind
{
    /// <summary>The change is unknown because one of the readings is incomplete.</summary>
    Unknown,
    /// <summary>The app had no access to mail, and has some.</summary>
    New,
    /// <summary>The app had access to mail, and has none.</summary>
    Gone,
    /// <summary>The app has more access than before, or access to another mailbox.</summary>
    Widened,
    /// <summary>The app has less access than before, and no new access.</summary>
    Narrowed,
}
