namespace MailAdmin.Core.Recipes.Install;

/// <summary>
/// Looks whether the mailbox's user has the license that the vendor recommends. It works without, so nothing waits for it.
/// </summary>
/// <remarks>https://learn.microsoft.com/graph/api/user-get (assignedLicenses)</remarks>
internal sealed class LicenseStep(InstallRequest request, string mailbox) : InstallStep(request)
{
    public override string Name => "License";

    public override string Target => mailbox;

    public override string Action =>
        $"Look whether the license is {Recipe.Mailbox.License!.Name} or better, which the vendor recommends";

    public override string Needs => "Directory Readers";

    public override bool IsTest => true;

    public override async Task<StepResult> RunAsync(InstallRun run, CancellationToken cancellationToken)
    {
        Microsoft.Graph.Models.User? user;
        try
        {
            user = await run.Session.CallGraphAsync(g => g.Users[mailbox].GetAsync(
                r => r.QueryParameters.Select = ["id", "assignedLicenses"], cancellationToken)).ConfigureAwait(false);
        }
        catch (ServiceRefusedException e) when (e.HttpStatus == 404)
        {
            return new StepResult(
                MailAppStepStatus.Skipped, $"'{mailbox}' is no user principal name, so its license can't be looked up.");
        }

        var has = (user?.AssignedLicenses ?? []).Select(l => l.SkuId?.ToString()).OfType<string>().ToArray();
        var license = Recipe.Mailbox.License!;
        return has.Intersect(license.Sku, StringComparer.OrdinalIgnoreCase).Any()
            ? StepResult.Unchanged($"It has {license.Name} or better.")
            : StepResult.Unchanged(has.Length == 0 ? "The mailbox has no license of its own." : "It has another license.") with
            {
                Advice = $"The vendor recommends {license.Name} or better; mail is fetched without it, too.",
            };
    }
}
