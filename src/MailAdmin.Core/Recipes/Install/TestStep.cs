namespace MailAdmin.Core.Recipes.Install;

/// <summary>Opens the mailbox by the product's own protocol and grant, with the secret that is at hand.</summary>
internal sealed class TestStep(InstallRequest request, string mailbox) : InstallStep(request)
{
    public const string StepName = "Test";

    /// <summary>The steps that let the app in.</summary>
    private static readonly string[] Before =
    [
        CredentialStep.StepName, ConsentStep.StepName, RestrictStep.StepName, AccessStep.StepName, SettingsStep.StepName,
    ];

    public override string Name => StepName;

    public override string Target => mailbox;

    public override string Action => $"Open the mailbox over {Recipe.Protocol} as the app";

    public override bool IsTest => true;

    public override async Task<StepResult> RunAsync(InstallRun run, CancellationToken cancellationToken)
    {
        if (await run.AppAsync(cancellationToken).ConfigureAwait(false) is null)
        {
            return StepResult.WaitsFor(RegisterStep.StepName);
        }

        if (run.Connection(mailbox, Recipe.Protocol) is not { } connection)
        {
            return NoSecret("The mailbox was not opened");
        }

        var test = await run.TestAsync(connection, cancellationToken).ConfigureAwait(false);
        if (test.Verdict is Verdict.Passed or Verdict.Warning)
        {
            return run.Proven(
                $"{mailbox} over {Recipe.Protocol}",
                string.Join("; ", test.Checks.Where(c => c.Name is "Login" or "Mailbox").Select(c => c.Evidence)) + ".",
                test.Checks);
        }

        var waits = await WaitAsync(run, mailbox, Recipe.Protocol, cancellationToken).ConfigureAwait(false);
        return (waits ?? new StepResult(MailAppStepStatus.Failed, test.Cause ?? $"{test.Verdict}") { Advice = test.Advice }) with
        {
            Checks = test.Checks,
        };
    }

    /// <summary>What a step says that needs the app's secret where that is not at hand.</summary>
    public static StepResult NoSecret(string what) =>
        new(MailAppStepStatus.Skipped, $"{what}: the app's secret isn't available, and no second one is made.")
    {
        Advice = "Run it in the session that made the secret, or with -Vault and -SecretName.",
    };

    /// <summary>Why something that failed says nothing yet; null when it counts.</summary>
    public static async Task<StepResult?> WaitAsync(
        InstallRun run, string mailbox, MailProtocol protocol, CancellationToken cancellationToken)
    {
        var due = await run.DueAsync(mailbox, protocol, cancellationToken).ConfigureAwait(false);
        var unfinished = run.Unfinished(Before);
        return due is not null
            ? new StepResult(MailAppStepStatus.Pending, "A change has not taken effect yet. The app can't access the mailbox.")
            {
                RunAgainAfter = due,
                Advice = "Run it again then.",
            }
            : unfinished is not null ? StepResult.WaitsFor(unfinished) : null;
    }
}
