using MailAdmin.Core.Apps;

namespace MailAdmin.Core.Recipes.Install;

/// <summary>Only those who are assigned may sign in to the vendor's app.</summary>
internal sealed class AssignmentStep(InstallRequest request) : InstallStep(request)
{
    public const string StepName = "Assignment";

    public override string Name => StepName;

    public override string Target => Recipe.VendorApp!.DisplayName;

    public override string Action =>
        Request.AllUsers ? "Let every user sign in to the app" : $"Require assignment, and assign {string.Join(", ", People)}";

    public override string Needs => Apps;

    private IReadOnlyList<string> People => Request.User is { } user ? [user] : Request.Mailboxes;

    public override async Task<StepResult> RunAsync(InstallRun run, CancellationToken cancellationToken)
    {
        if (await run.AppAsync(cancellationToken).ConfigureAwait(false) is not { ServicePrincipalObjectId: { } principal } app)
        {
            return StepResult.WaitsFor(ServicePrincipalStep.StepName);
        }

        if (Request.AllUsers)
        {
            return StepResult.Unchanged("No assignment is required because the app is for all users.");
        }

        var changed = await new VendorApps(run.Session)
            .RequireAssignmentAsync(app, principal, People, cancellationToken).ConfigureAwait(false);
        return StepResult.FromChange(
            changed ? ChangeKind.Updated : ChangeKind.Unchanged,
            $"{string.Join(", ", People)} may sign in, and who else is assigned.", []);
    }
}
