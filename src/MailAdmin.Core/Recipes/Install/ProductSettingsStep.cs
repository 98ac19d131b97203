namespace MailAdmin.Core.Recipes.Install;

/// <summary>The vendor's form, filled in for each mailbox.</summary>
internal sealed class ProductSettingsStep(InstallRequest request) : InstallStep(request)
{
    public override string Name => "ProductSettings";

    public override string Action =>
        $"Fill in the form of {Recipe.Name}: "
            + $"{string.Join(", ", Recipe.Form.Where(f => f.Access is null || f.Access == Request.Kind).Select(f => f.Name))}";

    public override bool IsTest => true;

    public override async Task<StepResult> RunAsync(InstallRun run, CancellationToken cancellationToken)
    {
        if (await run.AppAsync(cancellationToken).ConfigureAwait(false) is not { } app)
        {
            return StepResult.WaitsFor(Recipe.VendorApp is null ? RegisterStep.StepName : ServicePrincipalStep.StepName);
        }

        var settings = Request.Mailboxes
            .Select(mailbox =>
                ProductSettingsFile.Make(Request, app, mailbox, run.Secret is not null, run.Session.Cloud)).ToArray();
        return new StepResult(
            run.HasChanged ? MailAppStepStatus.Done : MailAppStepStatus.Unchanged,
            $"{string.Join(", ", Request.Mailboxes)}: Get-MailAppProductSetting shows it again.") { ProductSettings = settings };
    }
}
