using MailAdmin.Core.Apps;

namespace MailAdmin.Core.Recipes.Install;

/// <summary>
/// Looks whether the product can come as a person: every permission is granted for that person or for all, and the person may
/// sign in to the app. Only the product itself can go further, for the secret of the sign-in and the place that it leads back to
/// are its own.
/// </summary>
/// <remarks>https://learn.microsoft.com/graph/api/serviceprincipal-list-oauth2permissiongrants</remarks>
internal sealed class PersonTestStep(InstallRequest request, string mailbox) : InstallStep(request)
{
    public override string Name => TestStep.StepName;

    public override string Target => mailbox;

    public override string Action => $"See that the app may come as {Person}, with {List(Request.Permissions)}";

    public override string Needs => "Directory Readers";

    public override bool IsTest => true;

    private string Person => Request.User ?? mailbox;

    public override async Task<StepResult> RunAsync(InstallRun run, CancellationToken cancellationToken)
    {
        if (await run.AppAsync(cancellationToken).ConfigureAwait(false) is not { ServicePrincipalObjectId: { } principal } app)
        {
            return StepResult.WaitsFor(Recipe.VendorApp is null ? RegisterStep.StepName : ServicePrincipalStep.StepName);
        }

        var rows = await new AppConsent(run.Session).CompareAsync(app, cancellationToken).ConfigureAwait(false);
        bool IsFor(MailAppPermissionStatus row) => row.Kind == PermissionKind.Delegated && row.GrantedFor is { } who
            && (who.Contains("all users", StringComparison.Ordinal)
                || who.Split(", ").Contains(Person, StringComparer.OrdinalIgnoreCase));
        var missing = Request.Permissions
            .Where(p => p.Kind == PermissionKind.Delegated && !UserConsentPolicy.SignInScopes.Contains(p.Name)
                && !rows.Any(r => r.Resource == p.Resource && r.Permission == p.Name && IsFor(r))).ToArray();
        var isAssigned = await new VendorApps(run.Session)
            .MaySignInAsync(principal, Person, cancellationToken).ConfigureAwait(false);
        MailCheck[] checks =
        [
            missing.Length == 0
                ? new MailCheck("Consent", CheckStatus.Passed) { Evidence = $"{List(Request.Permissions)} for {Person}" }
                : new MailCheck("Consent", CheckStatus.Failed)
                {
                    Evidence = $"not granted for {Person}: {List(missing)}",
                    Cause = "The product's sign-in is refused with AADSTS65001, or asks for an admin.",
                    Advice = $"Grant-MailAppConsent -User {Person}, or the step Consent again.",
                },
            isAssigned ? new MailCheck("Assignment", CheckStatus.Passed) { Evidence = $"{Person} may sign in" }
                : new MailCheck("Assignment", CheckStatus.Failed)
                {
                    Evidence = $"{Person} is not assigned",
                    Cause = "The product's sign-in is refused with AADSTS50105.",
                    Advice = "Install-MailApp for this mailbox assigns its user.",
                },
        ];
        var failed = Array.Find(checks, c => c.Status == CheckStatus.Failed);
        return failed is null
            ? run.Proven(
                $"{mailbox} as {Person}", $"{app.Name} may come as {Person}; the product's own test is the rest.", checks)
            : run.Unfinished(ConsentStep.StepName, AssignmentStep.StepName) is { } unfinished
                ? StepResult.WaitsFor(unfinished) with { Checks = checks }
            : new StepResult(MailAppStepStatus.Failed, failed.Cause!) { Checks = checks, Advice = failed.Advice };
    }
}
