namespace MailAdmin.Core.Recipes.Install;

/// <summary>
/// One step of a plan. It reads before it changes, so that it can be run again; what it may not do waits for somebody else.
/// </summary>
internal abstract class InstallStep(InstallRequest request)
{
    protected const string Apps = "Cloud Application Administrator", Grants = "Privileged Role Administrator";

    protected InstallRequest Request { get; } = request;

    protected MailAppRecipe Recipe => Request.Recipe;

    /// <summary>What it is called.</summary>
    public abstract string Name { get; }

    /// <summary>What it is about.</summary>
    public virtual string Target => Request.Name;

    /// <summary>What it does, in words that follow from the request alone.</summary>
    public abstract string Action { get; }

    /// <summary>The role of whoever may do it; null when none is needed.</summary>
    public virtual string? Needs => null;

    /// <summary>Whether it changes nothing and only finds out.</summary>
    public virtual bool IsTest => false;

    /// <summary>Does it.</summary>
    /// <exception cref="MailAdminException">What the service says; the runner makes a status of it.</exception>
    public abstract Task<StepResult> RunAsync(InstallRun run, CancellationToken cancellationToken);

    protected static string List(IEnumerable<MailAppPermission> permissions) =>
        string.Join(", ", permissions.Select(p => p.Kind == PermissionKind.Delegated ? $"{p} (delegated)" : p.ToString()));
}

/// <summary>What became of a step.</summary>
/// <param name="Status">The status.</param>
/// <param name="Detail">What was done or seen, or why it was not.</param>
internal sealed record StepResult(MailAppStepStatus Status, string Detail)
{
    public DateTimeOffset? RunAgainAfter { get; init; }

    public string? Advice { get; init; }

    public MailCheck[] Checks { get; init; } = [];

    public MailAppProductSetting[] ProductSettings { get; init; } = [];

    /// <summary>What a changing engine reported; sentences about what is still to come are kept.</summary>
    public static StepResult FromChange(ChangeKind? change, string detail, IReadOnlyList<MailAdminPending> pending) => new(
        change switch { ChangeKind.Unchanged or null =>
            MailAppStepStatus.Unchanged, ChangeKind.Pending => MailAppStepStatus.Pending, _ => MailAppStepStatus.Done },
        change == ChangeKind.Pending && pending.Count > 0
            ? string.Join(" ", pending.Select(p => p.Plain))
            : string.Join(" ", pending.Select(p => p.Plain).Prepend(detail)));

    public static StepResult Unchanged(string detail) => new(MailAppStepStatus.Unchanged, detail);

    public static StepResult Done(string detail) => new(MailAppStepStatus.Done, detail);

    public static StepResult SkippedFor(string step) =>
        new(MailAppStepStatus.Skipped, $"Skipped because the {step} step failed.");

    public static StepResult WaitsFor(string step) => new(MailAppStepStatus.Pending, $"It waits for the step {step}.");
}
