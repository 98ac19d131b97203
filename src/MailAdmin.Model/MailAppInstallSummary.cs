namespace MailAdmin;

/// <summary>The result of the setup of a product for all of its mailboxes.</summary>
public sealed record MailAppInstallSummary : MailAdminResult
{
    /// <summary>The recipe.</summary>
    public required string Recipe { get; init; }

    /// <summary>The display name of the app.</summary>
    public required string App { get; init; }

    /// <summary>The client ID of the app; null if it doesn't exist yet.</summary>
    public string? ClientId { get; init; }

    /// <summary>The mailboxes of the steps.</summary>
    public string[] Mailbox { get; init; } = [];

    /// <summary>The mailboxes that weren't found in Exchange and were skipped.</summary>
    public string[] UnknownMailbox { get; init; } = [];

    /// <summary>All steps with their results.</summary>
    public MailAppStep[] Step { get; init; } = [];

    /// <summary>The open steps: Pending, Failed, and Skipped.</summary>
    public MailAppStep[] Open => Array.FindAll(
        Step, s => s.Status is MailAppStepStatus.Pending or MailAppStepStatus.Failed or MailAppStepStatus.Skipped);

    /// <summary>The number of steps that were completed in this run.</summary>
    public int DoneCount => CountOf(MailAppStepStatus.Done);

    /// <summary>The number of steps that were already completed.</summary>
    public int UnchangedCount => CountOf(MailAppStepStatus.Unchanged);

    /// <summary>The number of pending steps.</summary>
    public int PendingCount => CountOf(MailAppStepStatus.Pending);

    /// <summary>The number of failed steps.</summary>
    public int FailedCount => CountOf(MailAppStepStatus.Failed);

    /// <summary>The number of skipped steps.</summary>
    public int SkippedCount => CountOf(MailAppStepStatus.Skipped);

    /// <summary>The time after which another run can complete the setup, in UTC; null if it doesn't depend on time.</summary>
    public DateTimeOffset? RunAgainAfter => Step.Max(s => s.RunAgainAfter);

    /// <inheritdoc/>
    public override string ToString() => $"{App}: {DoneCount + UnchangedCount} of {Step.Length} steps finished";

    private int CountOf(MailAppStepStatus status) => Step.Count(s => s.Status == status);
}
