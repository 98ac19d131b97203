namespace MailAdmin;

/// <summary>Represents a test of whether an app can access a mailbox, by protocol and with the reason.</summary>
public sealed record MailAppAccessTest : MailAdminResult
{
    /// <summary>The display name of the app.</summary>
    public required string App { get; init; }

    /// <summary>The client ID of the app.</summary>
    public required string ClientId { get; init; }

    /// <summary>The primary address of the mailbox.</summary>
    public required string Mailbox { get; init; }

    /// <summary>The object ID of the mailbox in Entra; null if Exchange didn't return it.</summary>
    public string? MailboxId { get; init; }

    /// <summary>User principal name of the mailbox, which need not be an address; null if Exchange didn't return it.</summary>
    public string? UserPrincipalName { get; init; }

    /// <summary>The primary address of the mailbox, the same as Mailbox, by the name that Exchange uses.</summary>
    public string PrimarySmtpAddress => Mailbox;

    /// <summary>Reading mail over Microsoft Graph.</summary>
    public required MailAppAccessAnswer Graph { get; init; }

    /// <summary>Reading mail over IMAP.</summary>
    public required MailAppAccessAnswer Imap { get; init; }

    /// <summary>Exchange Web Services.</summary>
    public required MailAppAccessAnswer Ews { get; init; }

    /// <summary>Sending mail over Microsoft Graph.</summary>
    public required MailAppAccessAnswer GraphSend { get; init; }

    /// <summary>Sending mail over SMTP.</summary>
    public required MailAppAccessAnswer Smtp { get; init; }

    /// <summary>The result of opening the mailbox with a new token of the app; null without -Probe.</summary>
    public MailboxConnectionTest? Probe { get; init; }

    /// <summary>Which protocol's answer is the verdict.</summary>
    public MailProtocol Protocol { get; init; }

    /// <summary>
    /// Whether the app can access the mailbox over the protocol. If -Probe opened the mailbox, the value is Granted, even if the
    /// configuration denies access.
    /// </summary>
    public MailAccess Access => Probe?.Verdict is Verdict.Passed or Verdict.Warning ? MailAccess.Granted : Answer.Access;

    /// <summary>The expected access; null without -Expect.</summary>
    public MailAccess? Expected { get; init; }

    /// <summary>
    /// Without -Expect: Passed if the app can access the mailbox over the protocol, Failed if access is denied. With -Expect:
    /// Passed if Access is as expected, Failed if it's the opposite. TooSoonToTell or Unknown if the test can't decide.
    /// </summary>
    public Verdict Verdict => Expected is null || Access == MailAccess.Unknown ? Answer.Verdict
        : Access == Expected ? Verdict.Passed : Verdict.Failed;

    /// <summary>The chain that lets it in or keeps it out over the protocol.</summary>
    public MailCheck[] Checks => Answer.Checks;

    /// <summary>The time from which the result is conclusive, if a recent change might not have taken effect yet.</summary>
    public DateTimeOffset? ConclusiveAfter => Answer.ConclusiveAfter;

    /// <summary>The reason why access is granted or denied, in a sentence.</summary>
    public string? Cause => Answer.Cause;

    /// <summary>Why access is denied, as one of a closed list; null if it is granted.</summary>
    public MailCheckReason? Reason => Answer.Reason;

    /// <summary>The recommended action; null if access is granted.</summary>
    public string? Advice => Answer.Advice;

    /// <summary>The next step as a command line; null if there is none.</summary>
    public Remedy? Remedy => Answer.Remedy;

    /// <summary>The time of the test, in UTC.</summary>
    public DateTimeOffset TestedAt { get; init; }

    /// <summary>The answer for the protocol.</summary>
    public MailAppAccessAnswer Answer => Protocol switch
    {
        MailProtocol.Imap => Imap,
        MailProtocol.Smtp => Smtp,
        _ => Graph,
    };

    /// <inheritdoc/>
    public override string ToString() => $"{App} on {Mailbox}: Graph {Graph}, IMAP {Imap}, EWS {Ews}";
}

/// <summary>An app's access to a mailbox over one protocol.</summary>
public sealed record MailAppAccessAnswer
{
    /// <summary>Whether the configuration grants access; null if unknown.</summary>
    public bool? HasAccess { get; init; }

    /// <summary>
    /// Passed if access is granted, Failed if it's denied, TooSoonToTell if a recent change might not have taken effect yet.
    /// </summary>
    public Verdict Verdict { get; init; }

    /// <summary>The verdict in the words of Exchange's own test: Granted, Denied, or Unknown.</summary>
    /// <remarks>https://learn.microsoft.com/powershell/module/exchange/test-applicationaccesspolicy</remarks>
    public MailAccess Access => Verdict switch
    {
        Verdict.Passed => MailAccess.Granted,
        Verdict.Failed => MailAccess.Denied,
        _ => MailAccess.Unknown,
    };

    /// <summary>The reason why access is granted or denied, in a sentence.</summary>
    public string? Cause { get; init; }

    /// <summary>Why access is denied, as one of a closed list; null if it is granted.</summary>
    public MailCheckReason? Reason { get; init; }

    /// <summary>The recommended action; null if access is granted.</summary>
    public string? Advice { get; init; }

    /// <summary>The next step as a command line; null if there is none.</summary>
    public Remedy? Remedy { get; init; }

    /// <summary>The check that denies access; null if none does.</summary>
    public MailCheck? Decisive { get; init; }

    /// <summary>Each thing that was looked at.</summary>
    public MailCheck[] Checks { get; init; } = [];

    /// <summary>The time from which the result is conclusive, if a recent change might not have taken effect yet.</summary>
    public DateTimeOffset? ConclusiveAfter { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Access == MailAccess.Unknown ? $"{Verdict}" : $"{Access}";
}

/// <summary>Whether an app can access a mailbox.</summary>
public enum MailAccess
{
    /// <summary>Access is unknown, because data couldn't be read, or a recent change might not have taken effect.</summary>
    Unknown,
    /// <summary>Access is granted.</summary>
    Granted,
    /// <summary>Access is denied.</summary>
    Denied,
}
