using MailAdmin.Core.Apps;
using static MailAdmin.Core.Recipes.Install.InstallStep;

namespace MailAdmin.Core.Recipes.Install;

/// <summary>The steps that let a vendor's own app into the tenant.</summary>
internal static class VendorSteps
{
    /// <summary>
    /// Checks whether users can request admin consent, and who reviews the requests. It's a tenant-wide setting, so nothing is
    /// changed.
    /// </summary>
    public static InstallStep Workflow() => new(
        StepName.Workflow, "the tenant", "Check whether users can request admin consent, and who reviews the requests",
        StepRoles.Reader,
        WorkflowAsync)
    {
        IsTest = true,
    };

    /// <summary>
    /// Checks who requests the vendor's app, and with which permissions. More permissions than the recipe has aren't granted.
    /// </summary>
    public static InstallStep ConsentRequest(InstallRequest request) => new(
        StepName.ConsentRequest, request.Name, "Check who requested the app, and with which permissions", StepRoles.Reader,
        ConsentRequestAsync)
    {
        IsTest = true,
    };

    /// <summary>
    /// The service principal of the vendor's app in this tenant. Nothing is registered: app, secret and redirect URI are the
    /// vendor's.
    /// </summary>
    public static InstallStep ServicePrincipal(InstallRequest request) => new(
        StepName.ServicePrincipal, request.Recipe.VendorApp!.DisplayName,
        $"Create the enterprise application of the vendor's app {request.Recipe.VendorApp.ClientId}", StepRoles.Apps,
        ServicePrincipalAsync);

    /// <summary>Only those who are assigned may sign in to the vendor's app.</summary>
    public static InstallStep Assignment(InstallRequest request) => new(
        StepName.Assignment, request.Recipe.VendorApp!.DisplayName,
        request.AllUsers
            ? "Allow all users to sign in to the app"
            : $"Require assignment, and assign {string.Join(", ", request.People)}",
        StepRoles.Apps, WithApp(AssignmentAsync));

    private static async Task<StepResult> WorkflowAsync(InstallRun run, CancellationToken cancellationToken)
    {
        var policy = await new ConsentPolicy(run.Session).GetAsync(cancellationToken).ConfigureAwait(false);
        return policy.Enabled
            ? StepResult.Unchanged($"Users can request admin consent. Reviewers: {string.Join(", ", policy.Reviewer)}.")
            : StepResult.Unchanged("Users can't request admin consent. Only consent that an administrator grants is "
                + "effective.") with
            {
                Advice = "To enable the workflow, run Set-MailAppConsentPolicy -Enabled $true -Reviewer.",
            };
    }

    private static async Task<StepResult> ConsentRequestAsync(InstallRun run, CancellationToken cancellationToken)
    {
        var vendor = run.Request.Recipe.VendorApp!;
        await foreach (var asked in new ConsentRequests(run.Session).ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (asked.IsOpen && asked.ClientId.Equals(vendor.ClientId, StringComparison.OrdinalIgnoreCase))
            {
                return Asked(run.Request, asked);
            }
        }

        return StepResult.Unchanged("No open requests.");
    }

    private static StepResult Asked(InstallRequest request, MailAppConsentRequest asked)
    {
        // Scopes of the sign-in itself are in every request.
        var more = asked.PendingScope.Except(request.Permissions.Select(p => p.Name), StringComparer.OrdinalIgnoreCase)
            .Except(["openid", "profile", "email"]).ToArray();
        var who = string.Join(", ", asked.RequestedBy.Where(r => r.IsOpen).Select(r => r.User));
        return StepResult.Unchanged($"{who} requested {string.Join(' ', asked.PendingScope)}.") with
        {
            Advice = more.Length == 0
                ? null
                : $"{string.Join(", ", more)} isn't in the recipe and isn't granted. To grant exactly the requested "
                    + "permissions, run Approve-MailAppConsentRequest.",
        };
    }

    private static async Task<StepResult> ServicePrincipalAsync(InstallRun run, CancellationToken cancellationToken)
    {
        var recipe = run.Request.Recipe;
        var app = await new VendorApps(run.Session)
            .EnsureAsync(recipe.VendorApp!.ClientId, recipe.Name, cancellationToken).ConfigureAwait(false);
        run.Remember(app);
        return StepResult.FromChange(app.Change, $"Object ID: {app.ServicePrincipalObjectId}.", []);
    }

    private static async Task<StepResult> AssignmentAsync(
        InstallRun run, MailAppRegistration app, CancellationToken cancellationToken)
    {
        if (app.ServicePrincipalObjectId is not { } principal)
        {
            return StepResult.WaitsFor(StepName.ServicePrincipal);
        }

        var (apps, people) = (new VendorApps(run.Session), run.Request.People);
        var (changed, isSeen) = run.Request.AllUsers
            ? await apps.AllowAllAsync(app, principal, cancellationToken).ConfigureAwait(false)
            : await apps.RequireAssignmentAsync(app, principal, people, cancellationToken).ConfigureAwait(false);
        var detail = run.Request.AllUsers
            ? "User assignment isn't required. All users can sign in."
            : $"Assigned {string.Join(", ", people)}. Only assigned users can sign in.";
        return isSeen
            ? StepResult.FromChange(changed ? ChangeKind.Updated : ChangeKind.Unchanged, detail, [])
            : StepResult.NotSeen(detail);
    }
}
