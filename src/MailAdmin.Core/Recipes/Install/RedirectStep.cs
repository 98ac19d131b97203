namespace MailAdmin.Core.Recipes.Install;

/// <summary>A redirect URI that can't be set while nobody says the customer's name.</summary>
internal sealed class RedirectStep(InstallRequest request) : InstallStep(request)
{
    public override string Name => "Redirect";

    public override string Action =>
        $"Set the redirect URI {Recipe.Redirect!.Uri} ({Recipe.Redirect.Platform}), manually: the customer's name isn't known";

    public override string Needs => Apps;

    public override async Task<StepResult> RunAsync(InstallRun run, CancellationToken cancellationToken)
    {
        if (await run.AppAsync(cancellationToken).ConfigureAwait(false) is not { } app)
        {
            return StepResult.WaitsFor(RegisterStep.StepName);
        }

        return ProductSettingsFile.CustomerOf(Recipe, app) is { } customer ? StepResult.Unchanged($"Set for {customer}.")
            : new StepResult(
                MailAppStepStatus.Pending, $"The redirect URI is {Recipe.Redirect!.Uri}, and the customer's name is not known.")
            {
                Advice = $"Run it again with -Customer, or add the URI to the app registration under Authentication, "
                    + $"{Recipe.Redirect.Platform}.",
            };
    }
}
