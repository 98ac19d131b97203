namespace MailAdmin;

/// <summary>Whether a mailbox can be reached, and if not, why not and what to do.</summary>
public sealed record MailboxConnectionTest
{
    /// <summary>The mailbox that was tried.</summary>
    public required string Mailbox { get; init; }

    /// <summary>How.</summary>
    public MailProtocol Protocol { get; init; }

    /// <summary>As which app.</summary>
    public required string ClientId { get; init; }

    /// <summary>The whole answer.</summary>
    public Verdict Verdict { get; init; }

    /// <summary>Each check, in the order it was made.</summary>
    public required MailCheck[] Checks { get; init; }

    /// <summary>When, in UTC.</summary>
    public DateTimeOffset TestedAt { get; init; }

    /// <summary>What is wrong, from the first check that did not pass; null when all did.</summary>
    public string? Cause => FirstProblem?.Cause;

    /// <summary>What to do about it.</summary>
    public string? Advice => FirstProblem?.Advice;

    /// <summary>From when on the answer counts, where a change is too young to judge.</summary>
    public DateTimeOffset? ConclusiveAfter => FirstProblem?.ConclusiveAfter;

    private MailCheck? FirstProblem => Checks.FirstOrDefault(c => c.Status is not (CheckStatus.Passed or CheckStatus.Skipped));

    /// <inheritdoc/>
    public override string ToString() => $"{Mailbox} over {Protocol}: {Verdict}";
}

/// <summary>One check of a test.</summary>
/// <param name="Name">What was looked at: Endpoint, Token, Claims, Mailbox, Folder, Message ...</param>
/// <param name="Status">The answer.</param>
public sealed record MailCheck(string Name, CheckStatus Status)
{
    /// <summary>What was seen.</summary>
    public string? Evidence { get; init; }

    /// <summary>Why it is not as it should be.</summary>
    public string? Cause { get; init; }

    /// <summary>What to do.</summary>
    public string? Advice { get; init; }

    /// <summary>The service's own words.</summary>
    public string? ServiceMessage { get; init; }

    /// <summary>The service's own code, such as "ErrorAccessDenied" or "AADSTS7000215".</summary>
    public string? ServiceCode { get; init; }

    /// <summary>The request's id (Entra: trace id), for Microsoft's support.</summary>
    public string? RequestId { get; init; }

    /// <summary>The correlation id.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>The service's page about the error.</summary>
    public Uri? HelpUri { get; init; }

    /// <summary>From when on the answer counts, where a change is too young to judge.</summary>
    public DateTimeOffset? ConclusiveAfter { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Status}";
}
