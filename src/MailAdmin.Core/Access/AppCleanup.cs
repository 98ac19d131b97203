using System.Text.Json.Nodes;
using MailAdmin.Core.Base;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Access;

/// <summary>Takes away what an app has in Exchange. Removing it in Entra leaves all of that behind.</summary>
internal sealed class AppCleanup
{
    private readonly Session _session;

    /// <summary>Works with a session.</summary>
    /// <param name="session">Signed in with Exchange.ManageAsApp and Organization Management.</param>
    public AppCleanup(Session session) => _session = session;

    /// <summary>
    /// Removes rights on mailboxes, policies, role assignments, the scope that was made for the app, and its service principal.
    /// </summary>
    /// <param name="cancellationToken">Ends it between two steps; a later run goes on.</param>
    /// <returns>What was left, a sentence each; none when nothing is left.</returns>
    /// <exception cref="ServiceRefusedException">Exchange said no to something else than the caller's role.</exception>
    /// <exception cref="ConnectionLostException">Exchange could not be reached.</exception>
    public async Task<IReadOnlyList<MailAdminPending>> RemoveAsync(MailAppRegistration app, CancellationToken cancellationToken)
    {
        try
        {
            await RemovePoliciesAsync(app, cancellationToken).ConfigureAwait(false);
            if (await new ServicePrincipalRegistry(_session)
                .FindAsync(app.ClientId, cancellationToken).ConfigureAwait(false) is { } principal)
            {
                await RemoveAccessAsync(app, principal, cancellationToken).ConfigureAwait(false);
            }

            await RemoveScopeAsync(app, cancellationToken).ConfigureAwait(false);
            return [];
        }
        catch (ServiceRefusedException e) when (e.IsDenied)
        {
            return
            [
                MailAdminPending.ForRole(
                    ExchangeRoles.Organization,
                    "to take away what the app has in Exchange: rights on mailboxes, policies, role assignments, scope and "
                        + $"service principal. {e.Message}"),
            ];
        }
    }

    private async Task RemovePoliciesAsync(MailAppRegistration app, CancellationToken cancellationToken)
    {
        var policies = await _session.Exchange.GetAsync(
            "Get-ApplicationAccessPolicy", [], cancellationToken).ConfigureAwait(false);
        foreach (var policy in policies.Where(p => p.Is(app.ClientId, "AppId")))
        {
            await RemoveAsync(
                app, "Remove-ApplicationAccessPolicy", policy.Text("Identity"),
                $"{policy.Text("AccessRight")} {policy.Text("ScopeName")}", cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RemoveAccessAsync(
        MailAppRegistration app, ExchangePrincipal principal, CancellationToken cancellationToken)
    {
        var grants = new MailboxAccessGrants(_session);
        var held = new List<MailboxGrant>();
        await foreach (var grant in grants.GetAsync([], app, cancellationToken).ConfigureAwait(false))
        {
            held.Add(grant);
        }

        foreach (var grant in held)
        {
            await grants.RevokeAsync(app, grant.Mailbox, grant.AccessRight, cancellationToken).ConfigureAwait(false);
        }

        foreach (var assignment in await RoleAssignments.OfAsync(_session, principal, cancellationToken).ConfigureAwait(false))
        {
            await RemoveAsync(
                app, "Remove-ManagementRoleAssignment", assignment.Text("Identity"), assignment.Text("Role"),
                cancellationToken).ConfigureAwait(false);
        }

        await RemoveAsync(
            app, "Remove-ServicePrincipal", principal.ObjectId, principal.ObjectId, cancellationToken).ConfigureAwait(false);
    }

    private async Task RemoveScopeAsync(MailAppRegistration app, CancellationToken cancellationToken)
    {
        var name = AppFacts.ScopeName(app.ClientId);
        var scopes = await _session.Exchange.GetAsync(
            "Get-ManagementScope", new JsonObject { ["Identity"] = name }, cancellationToken).ConfigureAwait(false);
        foreach (var scope in scopes.Where(s => s.Is(name, "Name")))
        {
            await RemoveAsync(
                app, "Remove-ManagementScope", name, scope.Text("RecipientFilter"), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RemoveAsync(
        MailAppRegistration app, string cmdlet, string? identity, string? before, CancellationToken cancellationToken)
    {
        try
        {
            await _session.Exchange.ChangeAsync(
                cmdlet, new JsonObject { ["Identity"] = identity }, cancellationToken).ConfigureAwait(false);
            _session.Note(new ChangeNote(JournalAction.OfCmdlet(cmdlet), app.ClientId, identity ?? app.Name, before));
        }
        catch (ServiceRefusedException e) when (e.Code == ExchangeErrors.NotFound)
        {
            VerboseLog.Write($"{identity} is gone already.");
        }
    }
}
