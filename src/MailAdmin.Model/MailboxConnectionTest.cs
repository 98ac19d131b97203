namespace MailAdmin;

/// <summary>The result of testing the access to a mailbox, with cause and advice.</summary>
public sealed record MailboxConnectionTest : MailAdminResult
{
    /// <summary>The tested mailbox.</summary>
    public required string Mailbox { get; init; }

    /// <summary>The protocol.</summary>
    public MailProtocol Protocol { get; init; }

    /// <summary>The client ID of the app.</summary>
    public required string ClientId { get; init; }

    /// <summary>The overall result.</summary>
    public Verdict Verdict { get; init; }

    /// <summary>The checks, in their order.</summary>
    public required MailCheck[] Checks { get; init; }

    /// <summary>The time of the test, in UTC.</summary>
    public DateTimeOffset TestedAt { get; init; }

    /// <summary>The cause of the first check that didn't pass; null if all passed.</summary>
    public string? Cause => FirstProblem?.Cause;

    /// <summary>The cause as one of a closed list; null if all checks passed.</summary>
    public MailCheckReason? Reason => FirstProblem?.Reason;

    /// <summary>The recommended action.</summary>
    public string? Advice => FirstProblem?.Advice;

    /// <summary>The next step as a command line; null if there is none.</summary>
    public Remedy? Remedy => FirstProblem?.Remedy;

    /// <summary>The time from which the result is conclusive, if a recent change might not have taken effect yet.</summary>
    public DateTimeOffset? ConclusiveAfter => FirstProblem?.ConclusiveAfter;

    private MailCheck? FirstProblem => Checks.FirstOrDefault(c => c.Status is not (CheckStatus.Passed or CheckStatus.Skipped));

    /// <inheritdoc/>
    public override string ToString() => $"{Mailbox} over {Protocol}: {Verdict}";
}

/// <summary>Represents one check of a test.</summary>
/// <param name="Name">The name: Endpoint, Token, Claims, Mailbox, Folder, Message, and others.</param>
/// <param name="Status">The result.</param>
public sealed record MailCheck(string Name, CheckStatus Status)
{
    /// <summary>The evidence: what the check found.</summary>
    public string? Evidence { get; init; }

    /// <summary>Why the check didn't pass.</summary>
    public string? Cause { get; init; }

    /// <summary>The cause as one of a closed list; null if the check passed.</summary>
    public MailCheckReason? Reason { get; init; }

    /// <summary>The recommended action.</summary>
    public string? Advice { get; init; }

    /// <summary>The next step as a command line; null if there is none.</summary>
    public Remedy? Remedy { get; init; }

    /// <summary>The message of the service.</summary>
    public string? ServiceMessage { get; init; }

    /// <summary>The code of the service, such as "ErrorAccessDenied" or "AADSTS7000215".</summary>
    public string? ServiceCode { get; init; }

    /// <summary>The request ID (Entra: trace ID), for Microsoft support.</summary>
    public string? RequestId { get; init; }

    /// <summary>The correlation ID.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>The service's page about the error.</summary>
    public Uri? HelpUri { get; init; }

    /// <summary>The time from which the result is conclusive, if a recent change might not have taken effect yet.</summary>
    public DateTimeOffset? ConclusiveAfter { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Status}";
}
