namespace MailAdmin;

/// <summary>What became of the setup of a product, for all of its mailboxes together.</summary>
public sealed record MailAppInstallSummary
{
    /// <summary>The recipe.</summary>
    public required string Recipe { get; init; }

    /// <summary>Display name of the app.</summary>
    public required string App { get; init; }

    /// <summary>Client ID of the app; null while there is none.</summary>
    public string? ClientId { get; init; }

    /// <summary>The mailboxes that the steps were about.</summary>
    public string[] Mailbox { get; init; } = [];

    /// <summary>The mailboxes that Exchange doesn't have, and that were left out.</summary>
    public string[] UnknownMailbox { get; init; } = [];

    /// <summary>All steps with what became of each.</summary>
    public MailAppStep[] Step { get; init; } = [];

    /// <summary>The steps that aren't finished: Pending, Failed, and Skipped.</summary>
    public MailAppStep[] Open => Array.FindAll(
        Step, s => s.Status is MailAppStepStatus.Pending or MailAppStepStatus.Failed or MailAppStepStatus.Skipped);

    /// <summary>How many steps have been done now.</summary>
    public int DoneCount => CountOf(MailAppStepStatus.Done);

    /// <summary>How many steps had nothing to do.</summary>
    public int UnchangedCount => CountOf(MailAppStepStatus.Unchanged);

    /// <summary>How many steps wait.</summary>
    public int PendingCount => CountOf(MailAppStepStatus.Pending);

    /// <summary>How many steps failed.</summary>
    public int FailedCount => CountOf(MailAppStepStatus.Failed);

    /// <summary>How many steps were skipped.</summary>
    public int SkippedCount => CountOf(MailAppStepStatus.Skipped);

    /// <summary>From when on another run finishes it, in UTC; null when that doesn't depend on time.</summary>
    public DateTimeOffset? RunAgainAfter => Step.Max(s => s.RunAgainAfter);

    /// <inheritdoc/>
    public override string ToString() => $"{App}: {DoneCount + UnchangedCount} of {Step.Length} steps finished";

    private int CountOf(MailAppStepStatus status) => Step.Count(s => s.Status == status);
}
