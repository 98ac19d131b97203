namespace MailAdmin.Core.Recipes.Install;

/// <summary>Represents the result of a step.</summary>
/// <param name="Status">The status.</param>
/// <param name="Detail">The result in a sentence, or the reason.</param>
internal sealed record StepResult(MailAppStepStatus Status, string Detail)
{
    public DateTimeOffset? RunAgainAfter { get; init; }

    public string? Advice { get; init; }

    public MailCheck[] Checks { get; init; } = [];

    public MailAppProductSetting[] ProductSettings { get; init; } = [];

    /// <summary>The failed step because of which this one was skipped; null for none.</summary>
    public string? SkippedAfter { get; init; }

    /// <summary>Whether what depends on the step can't be done either.</summary>
    public bool IsFailure => Status == MailAppStepStatus.Failed || SkippedAfter is not null;

    /// <summary>Whether a secret was created, which the app object then contains.</summary>
    public bool MadeSecret { get; init; }

    /// <summary>Creates the result from a change, with its pending work.</summary>
    public static StepResult FromChange(ChangeKind? change, string detail, IReadOnlyList<MailAdminPending> pending)
    {
        var status = change switch
        {
            ChangeKind.Unchanged or null => MailAppStepStatus.Unchanged,
            ChangeKind.Pending => MailAppStepStatus.Pending,
            _ => MailAppStepStatus.Done,
        };
        var sentences = pending.Select(p => p.Plain);
        return new StepResult(
            status, string.Join(" ", change == ChangeKind.Pending && pending.Count > 0 ? sentences : sentences.Prepend(detail)));
    }

    public static StepResult Unchanged(string detail) => new(MailAppStepStatus.Unchanged, detail);

    public static StepResult Done(string detail) => new(MailAppStepStatus.Done, detail);

    public static StepResult SkippedFor(string step) =>
        new(MailAppStepStatus.Skipped, $"Skipped because the {step} step failed.") { SkippedAfter = step };

    public static StepResult WaitsFor(string step) => new(MailAppStepStatus.Pending, $"Waits for the step {step}.");

    /// <summary>The service accepted a change but doesn't show it, so the step isn't Done yet.</summary>
    public static StepResult NotSeen(string detail) =>
        new(MailAppStepStatus.Pending, $"{detail} The service doesn't return it yet.")
        {
            Advice = "Run the command again in a few minutes.",
        };

    /// <summary>The result of a step that requires the app's secret, which isn't available.</summary>
    public static StepResult NoSecret(string what) =>
        new(MailAppStepStatus.Skipped, $"{what}: the secret value isn't available, and a second secret isn't created.")
    {
        Advice = "Run the command in the session that created the secret, or with -Vault and -SecretName.",
    };
}
