namespace MailAdmin;

/// <summary>
/// Represents what an app did in a mailbox, according to the unified audit log. If the log has no record, it's unknown whether
/// the app uses the mailbox.
/// </summary>
public sealed record MailAppUsage : MailAdminResult
{
    /// <summary>Display name of the app.</summary>
    public required string App { get; init; }

    /// <summary>The app's client ID.</summary>
    public required string ClientId { get; init; }

    /// <summary>User principal name of the mailbox; null where the log has no record.</summary>
    public string? Mailbox { get; init; }

    /// <summary>The mailbox action, such as "MailItemsAccessed" or "Send"; null where the log has no record.</summary>
    public string? Operation { get; init; }

    /// <summary>Whether the log has records. Unknown doesn't mean unused.</summary>
    public MailAppUsageState Usage { get; init; }

    /// <summary>The number of actions in the records.</summary>
    public long Count { get; init; }

    /// <summary>When the first one was, in UTC.</summary>
    public DateTimeOffset? FirstAt { get; init; }

    /// <summary>When the last one was, in UTC.</summary>
    public DateTimeOffset? LastAt { get; init; }

    /// <summary>From which addresses.</summary>
    public string[] ClientIP { get; init; } = [];

    /// <summary>From when on the logs were searched, in UTC.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>The number of sign-ins, app-only or on behalf of a user; null if the sign-in log couldn't be read.</summary>
    public int? SignInCount { get; init; }

    /// <summary>When it last signed in, in UTC; null if the sign-in log has no sign-in, or couldn't be read.</summary>
    public DateTimeOffset? LastSignInAt { get; init; }

    /// <summary>Why it is Unknown; null otherwise.</summary>
    public string? Cause { get; init; }

    /// <inheritdoc/>
    public override string ToString() =>
        Usage == MailAppUsageState.Unknown ? $"{App}: {Usage}" : $"{App}: {Operation} in {Mailbox}";
}

/// <summary>Specifies what the audit log contains about an app.</summary>
public enum MailAppUsageState
{
    /// <summary>No record. The app may use mailboxes all the same.</summary>
    Unknown,
    /// <summary>Records.</summary>
    Seen,
}
