using System.Text.Json.Nodes;
using MailAdmin.Core.Access;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Recipes.Install;

/// <summary>Takes away what the recipe does not ask for: grants, roles in Exchange, and what the registration asks for.</summary>
internal sealed class ExcessStep(InstallRequest request) : InstallStep(request)
{
    public const string StepName = "Excess";

    public override string Name => StepName;

    public override string Action => $"Take away every permission but {List(Request.Permissions)}";

    public override string Needs => $"{Grants}, and {ExchangeRoles.Organization} for roles in Exchange";

    public override async Task<StepResult> RunAsync(InstallRun run, CancellationToken cancellationToken)
    {
        if (await run.AppAsync(cancellationToken).ConfigureAwait(false) is not { } app)
        {
            return StepResult.WaitsFor(RegisterStep.StepName);
        }

        var (done, pending) = (new List<string>(), new List<MailAdminPending>());
        var extra = app.GrantedPermission
            .Where(g => !IsAmong(Request.Permissions, g) && !UserConsentPolicy.SignInScopes.Contains(g.Name)).ToArray();
        if (extra.Length > 0)
        {
            app = await new AppConsent(run.Session).RevokeAsync(app, extra, null, cancellationToken).ConfigureAwait(false);
            pending.AddRange(app.Pending);
            done.AddRange(extra.Select(e => e.ToString()));
        }

        if (app.ApplicationObjectId is not null && app.RequestedPermission.Any(r => !IsAmong(Request.Granted, r)))
        {
            app = await new AppProvisioner(run.Session).TrimAsync(app, Request.Granted, cancellationToken).ConfigureAwait(false);
            done.Add("what the registration asked for beyond the recipe");
        }

        run.Remember(app);
        done.AddRange(await RolesAsync(run, app, cancellationToken).ConfigureAwait(false));
        return StepResult.FromChange(
            done.Count == 0 ? ChangeKind.Unchanged : ChangeKind.Removed,
            done.Count == 0 ? "Nothing is too much." : $"Taken away: {string.Join(", ", done)}.", pending);
    }

    private async Task<IReadOnlyList<string>> RolesAsync(
        InstallRun run, MailAppRegistration app, CancellationToken cancellationToken)
    {
        if (Request.Kind != MailAppRecipeKind.AppOnly
            || await new ServicePrincipalRegistry(run.Session)
                .FindAsync(app.ClientId, cancellationToken).ConfigureAwait(false) is not { } principal)
        {
            return [];
        }

        var wanted = Request.Scoped.Select(p => RoleNames.For(p, run.Session.Cloud)!).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var taken = new List<string>();
        foreach (var role in (await new AppScopes(run.Session)
            .AssignmentsAsync(principal, cancellationToken).ConfigureAwait(false))
            .Where(a => !wanted.Contains(a.Text("Role") ?? "")))
        {
            await run.Session.Exchange.ChangeAsync(
                "Remove-ManagementRoleAssignment", new JsonObject { ["Identity"] = role.Text("Identity") },
                cancellationToken).ConfigureAwait(false);
            run.Session.Note(
                new ChangeNote(JournalAction.RemoveRoleAssignment, app.ClientId, role.Text("Identity") ?? "", role.Text("Role")));
            taken.Add(role.Text("Role") ?? "");
        }

        return taken;
    }

    private static bool IsAmong(IEnumerable<MailAppPermission> permissions, MailAppPermission permission) =>
        permissions.Any(
            p => p.Resource == permission.Resource && p.Kind == permission.Kind
                && p.Name.Equals(permission.Name, StringComparison.OrdinalIgnoreCase));
}
