using System.Text.Json.Nodes;
using MailAdmin.Core.Base;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Access;

/// <summary>Removes an app's data from Exchange. Removing the app in Entra doesn't remove it.</summary>
internal sealed class AppCleanup
{
    private readonly Session _session;
    private int _removed;

    /// <summary>Works with a session.</summary>
    /// <param name="session">Signed in with Exchange.ManageAsApp and Organization Management.</param>
    public AppCleanup(Session session) => _session = session;

    /// <summary>Removes mailbox permissions, policies, role assignments, the app's scopes, and its service principal.</summary>
    /// <param name="cancellationToken">Cancels the operation between two steps. A later run continues.</param>
    /// <returns>The data that couldn't be removed, one sentence each; empty if everything was removed.</returns>
    /// <exception cref="ServiceRefusedException">Exchange refused for another reason than the caller's role.</exception>
    /// <exception cref="ConnectionLostException">Exchange couldn't be reached.</exception>
    public async Task<IReadOnlyList<MailAdminPending>> RemoveAsync(MailAppRegistration app, CancellationToken cancellationToken)
    {
        try
        {
            await RemovePoliciesAsync(app, cancellationToken).ConfigureAwait(false);
            var facts = new AppFacts(_session, app);
            if (await facts.PrincipalAsync(cancellationToken).ConfigureAwait(false) is { } principal)
            {
                await RemoveAccessAsync(facts, principal, cancellationToken).ConfigureAwait(false);
            }

            foreach (var name in new[] { AppFacts.ScopeName(app.ClientId), PrincipalRepair.ScopeName(app.ClientId) })
            {
                await RemoveScopeAsync(app, name, cancellationToken).ConfigureAwait(false);
            }

            return _removed == 0 || await _session.IsShownAsync("The removal of the app from Exchange", async ct =>
                await NothingIsLeftAsync(new AppFacts(_session, app), ct).ConfigureAwait(false), cancellationToken)
                .ConfigureAwait(false) ? [] : [ReadBack.NotSeenInExchange];
        }
        catch (ServiceRefusedException e) when (e.IsDenied)
        {
            return
            [
                MailAdminPending.ForRole(
                    ExchangeRoles.Organization,
                    "to remove the mailbox permissions, policies, role assignments, scope, and service principal of "
                        + $"the app in Exchange. {e.Message}"),
            ];
        }
    }

    private async Task<bool> NothingIsLeftAsync(AppFacts facts, CancellationToken cancellationToken) =>
        await facts.PrincipalAsync(cancellationToken).ConfigureAwait(false) is null
        && await facts.ScopeAsync(cancellationToken).ConfigureAwait(false) is null
        && (await facts.PoliciesAsync(cancellationToken).ConfigureAwait(false)).Count == 0;

    private async Task RemovePoliciesAsync(MailAppRegistration app, CancellationToken cancellationToken)
    {
        var policies = await _session.Exchange.GetAsync(
            "Get-ApplicationAccessPolicy", [], cancellationToken).ConfigureAwait(false);
        foreach (var policy in policies.Where(p => p.Is(app.ClientId, "AppId")))
        {
            await RemoveAsync(
                app, JournalAction.RemoveAccessPolicy, policy.Text("Identity"),
                $"{policy.Text("AccessRight")} {policy.Text("ScopeName")}", cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RemoveAccessAsync(
        AppFacts facts, ExchangePrincipal principal, CancellationToken cancellationToken)
    {
        var app = facts.App;
        // Other permissions end with the service principal: an app that is registered again gets another SID.
        var changes = new RightChanges(_session);
        foreach (var grant in await new AppMailboxes(_session, facts).GrantsAsync(cancellationToken).ConfigureAwait(false))
        {
            await changes.RemoveAsync(
                grant.Mailbox, principal, app.Name, grant.AccessRight, app.ClientId, cancellationToken).ConfigureAwait(false);
        }

        foreach (var assignment in await facts.AssignmentsAsync(cancellationToken).ConfigureAwait(false))
        {
            await RemoveAsync(
                app, JournalAction.RemoveRoleAssignment, assignment.Text("Identity"), assignment.Text("Role"),
                cancellationToken).ConfigureAwait(false);
        }

        await RemoveAsync(
            app, JournalAction.RemoveServicePrincipal, principal.ObjectId, principal.ObjectId,
            cancellationToken).ConfigureAwait(false);
    }

    private async Task RemoveScopeAsync(MailAppRegistration app, string name, CancellationToken cancellationToken)
    {
        var scopes = await _session.Exchange.GetAsync(
            "Get-ManagementScope", new JsonObject { ["Identity"] = name }, cancellationToken).ConfigureAwait(false);
        foreach (var scope in scopes.Where(s => s.Is(name, "Name")))
        {
            await RemoveAsync(
                app, JournalAction.RemoveManagementScope, name, scope.Text("RecipientFilter"),
                cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RemoveAsync(
        MailAppRegistration app, JournalAction action, string? identity, string? before,
        CancellationToken cancellationToken)
    {
        try
        {
            await _session.ChangeAsync(
                new ChangeNote(action, app.ClientId, identity ?? app.Name, before), new JsonObject { ["Identity"] = identity },
                cancellationToken).ConfigureAwait(false);
            _removed++;
        }
        catch (ServiceRefusedException e) when (e.Code == ExchangeErrors.NotFound)
        {
            VerboseLog.Write($"{identity} doesn't exist anymore.");
        }
    }
}
