using MailAdmin.Core.Apps;

namespace MailAdmin.Core.Recipes.Install;

/// <summary>What Entra grants: to the app itself, and for people who sign in to it.</summary>
internal sealed class ConsentStep(InstallRequest request) : InstallStep(request)
{
    public const string StepName = "Consent";

    public override string Name => StepName;

    public override string Action =>
        $"Grant {List(Request.Granted)}{(HasDelegated ? $" for {(Request.AllUsers || IsAppOnly ? "all users" : string.Join(", ", People))}" : "")}";

    // Application permissions of Graph are the ones that the lesser role may not grant.
    public override string Needs =>
        Request.Granted.Any(p => p is { Kind: PermissionKind.Application, Resource: "Graph" }) ? Grants : Apps;

    private bool IsAppOnly => Request.Kind == MailAppRecipeKind.AppOnly;

    private bool HasDelegated => Request.Granted.Any(p => p.Kind == PermissionKind.Delegated);

    private IEnumerable<string> People => Request.User is { } user ? [user] : Request.Mailboxes;

    public override async Task<StepResult> RunAsync(InstallRun run, CancellationToken cancellationToken)
    {
        if (await run.AppAsync(cancellationToken).ConfigureAwait(false) is not { } app)
        {
            return StepResult.WaitsFor(Recipe.VendorApp is null ? RegisterStep.StepName : ServicePrincipalStep.StepName);
        }

        var consent = new AppConsent(run.Session);
        var (change, pending) = (ChangeKind.Unchanged, new List<MailAdminPending>());
        foreach (var user in HasDelegated && !Request.AllUsers && !IsAppOnly ? People : [null!])
        {
            app = await consent.GrantAsync(
                app, Request.Granted, user, Request.TenantWide, cancellationToken).ConfigureAwait(false);
            if (app.Change == ChangeKind.Pending)
            {
                return new StepResult(
                    MailAppStepStatus.Pending, $"Needs {Needs}. {string.Join(" ", app.Pending.Select(p => p.Plain))}");
            }

            change = app.Change == ChangeKind.Unchanged ? change : ChangeKind.Updated;
            pending.AddRange(app.Pending);
        }

        run.Remember(app);
        return StepResult.FromChange(change, $"Granted: {List(Request.Granted)}.", pending);
    }
}
