using MailAdmin.Core.Apps;

namespace MailAdmin.Core.Recipes.Install;

/// <summary>
/// The service principal of the vendor's app in this tenant. Nothing is registered: app, secret and redirect URI are the
/// vendor's.
/// </summary>
internal sealed class ServicePrincipalStep(InstallRequest request) : InstallStep(request)
{
    public const string StepName = "ServicePrincipal";

    public override string Name => StepName;

    public override string Target => Recipe.VendorApp!.DisplayName;

    public override string Action => $"Make the enterprise application of the vendor's app {Recipe.VendorApp!.ClientId}";

    public override string Needs => Apps;

    public override async Task<StepResult> RunAsync(InstallRun run, CancellationToken cancellationToken)
    {
        var app = await new VendorApps(run.Session)
            .EnsureAsync(Recipe.VendorApp!.ClientId, Recipe.Name, cancellationToken).ConfigureAwait(false);
        run.Remember(app);
        return StepResult.FromChange(app.Change, $"Object id {app.ServicePrincipalObjectId}.", []);
    }
}
