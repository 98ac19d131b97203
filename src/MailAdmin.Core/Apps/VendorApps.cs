using MailAdmin.Core.Base;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Service;
using Microsoft.Graph.Models;

namespace MailAdmin.Core.Apps;

/// <summary>
/// Sets up apps that a vendor registered for all customers: creates their service principal, and assigns users.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/graph/api/serviceprincipal-post-serviceprincipals,
/// https://learn.microsoft.com/graph/api/serviceprincipal-update (appRoleAssignmentRequired, tags),
/// https://learn.microsoft.com/graph/api/serviceprincipal-post-approleassignedto
/// </remarks>
internal sealed class VendorApps(Session session)
{
    /// <summary>Creates the service principal, and tags it with the recipe.</summary>
    /// <exception cref="ServiceRefusedException">The app wasn't found, or the session isn't allowed to do this.</exception>
    public async Task<MailAppRegistration> EnsureAsync(string clientId, string recipe, CancellationToken cancellationToken)
    {
        var directory = new AppDirectory(session);
        var present = await directory.FindServicePrincipalAsync(clientId, cancellationToken).ConfigureAwait(false);
        var change = present is null ? ChangeKind.Created : ChangeKind.Unchanged;
        var principal = present ?? (await session.ChangeAsync(
            g => g.ServicePrincipals.PostAsync(
                new ServicePrincipal { AppId = clientId, Tags = RecipeTag.With([], recipe) },
                cancellationToken: cancellationToken),
            made => new ChangeNote(JournalAction.NewEnterpriseApp, clientId, made!.DisplayName ?? "", null, made.Id))
            .ConfigureAwait(false))!;
        if (present is not null && RecipeTag.In(present.Tags) != recipe)
        {
            var tags = RecipeTag.With(present.Tags ?? [], recipe);
            await session.ChangeAsync(
                new ChangeNote(
                    JournalAction.ChangeEnterpriseApp, clientId, present.DisplayName ?? "", null, $"recipe {recipe}"),
                g => g.ServicePrincipals[present.Id].PatchAsync(
                    new ServicePrincipal { Tags = tags }, cancellationToken: cancellationToken)).ConfigureAwait(false);
            change = ChangeKind.Updated;
        }

        var app = await Poll.UntilAsync(
            session.Wire, "The service principal with its recipe",
            async ct => await directory.GetAsync(clientId, ct).ConfigureAwait(false) is { } now && now.Recipe == recipe
                ? now : null,
            cancellationToken).ConfigureAwait(false);
        return app is not null ? directory.Changed(app, change, []) : directory.Changed(
            directory.Describe(principal.DisplayName ?? "", clientId, null, principal.Id) with { Recipe = recipe },
            ChangeKind.Pending, [ReadBack.NotSeen]);
    }

    /// <summary>Allows only assigned users to sign in, and assigns users.</summary>
    /// <returns>Whether anything was changed, and whether the tenant shows it.</returns>
    /// <exception cref="ServiceRefusedException">The user wasn't found, or the session isn't allowed to do this.</exception>
    public async Task<(bool Changed, bool IsSeen)> RequireAssignmentAsync(
        MailAppRegistration app, string principalId, IReadOnlyList<string> users, CancellationToken cancellationToken)
    {
        var principal = await Replication.WhenVisibleAsync(session.Wire, "The service principal", () => session.CallGraphAsync(
            g => g.ServicePrincipals[principalId].GetAsync(cancellationToken: cancellationToken)),
            cancellationToken).ConfigureAwait(false);
        var have = await AssignedAsync(principalId, cancellationToken).ConfigureAwait(false);
        var changed = false;
        foreach (var user in users)
        {
            var person = await session.FindUserAsync(user, cancellationToken).ConfigureAwait(false);
            var id = Guid.Parse(person.Id!);
            if (!have.Add(id))
            {
                continue;
            }

            var note = new ChangeNote(
                JournalAction.AssignUser, app.ClientId, person.UserPrincipalName ?? user, null, app.Name);
            await Replication.WhenVisibleAsync(session.Wire, "The service principal", () => session.ChangeAsync(
                note, g => g.ServicePrincipals[principalId].AppRoleAssignedTo.PostAsync(
                    new AppRoleAssignment
                    {
                        PrincipalId = id,
                        ResourceId = Guid.Parse(principalId),
                        AppRoleId = Guid.Empty,
                    }, cancellationToken: cancellationToken)), cancellationToken).ConfigureAwait(false);
            changed = true;
        }

        var isSeen = !changed || await Poll.UntilAsync(
            session.Wire, "The assignment",
            async ct => have.IsSubsetOf(await AssignedAsync(principalId, ct).ConfigureAwait(false)) ? principal : null,
            cancellationToken).ConfigureAwait(false) is not null;
        if (principal?.AppRoleAssignmentRequired == true)
        {
            return (changed, isSeen);
        }

        // Last, so that no user who needs the app is denied access during the change.
        return (true, await RequireAsync(app, principalId, true, cancellationToken).ConfigureAwait(false) && isSeen);
    }

    /// <summary>Lets every user of the tenant sign in.</summary>
    /// <returns>Whether anything was changed, and whether the tenant shows it.</returns>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to do this.</exception>
    public async Task<(bool Changed, bool IsSeen)> AllowAllAsync(
        MailAppRegistration app, string principalId, CancellationToken cancellationToken)
    {
        var principal = await Replication.WhenVisibleAsync(session.Wire, "The service principal", () => session.CallGraphAsync(
            g => g.ServicePrincipals[principalId].GetAsync(cancellationToken: cancellationToken)),
            cancellationToken).ConfigureAwait(false);
        return principal?.AppRoleAssignmentRequired == true
            ? (true, await RequireAsync(app, principalId, false, cancellationToken).ConfigureAwait(false))
            : (false, true);
    }

    /// <summary>Sets whether assignment is required, and reads it back.</summary>
    private async Task<bool> RequireAsync(
        MailAppRegistration app, string principalId, bool required, CancellationToken cancellationToken)
    {
        await AppAssignment.RequireAsync(
            session, app.ClientId, principalId, required, cancellationToken).ConfigureAwait(false);
        return await Poll.UntilAsync(session.Wire, "The user assignment setting", async ct =>
        {
            var now = await session.CallGraphAsync(
                g => g.ServicePrincipals[principalId].GetAsync(cancellationToken: ct)).ConfigureAwait(false);
            return now?.AppRoleAssignmentRequired == required ? now : null;
        }, cancellationToken).ConfigureAwait(false) is not null;
    }

    /// <summary>Returns whether a user can sign in: assigned directly or through a group, or no assignment is required.</summary>
    /// <exception cref="ServiceRefusedException">The user wasn't found, or the session isn't allowed to read users.</exception>
    public async Task<bool> MaySignInAsync(string principalId, string user, CancellationToken cancellationToken)
    {
        var principal = await session.CallGraphAsync(
            g => g.ServicePrincipals[principalId].GetAsync(cancellationToken: cancellationToken)).ConfigureAwait(false);
        if (principal?.AppRoleAssignmentRequired != true)
        {
            return true;
        }

        var person = Guid.Parse((await session.FindUserAsync(user, cancellationToken).ConfigureAwait(false)).Id!);
        await foreach (var assignment in Assignments(principalId, cancellationToken).ConfigureAwait(false))
        {
            // The members of a group are unknown here, so the user isn't reported as denied.
            if (assignment.PrincipalId == person || assignment.PrincipalType == "Group")
            {
                return true;
            }
        }

        return false;
    }

    private async Task<HashSet<Guid>> AssignedAsync(string principalId, CancellationToken cancellationToken)
    {
        var assigned = new HashSet<Guid>();
        await foreach (var assignment in Assignments(principalId, cancellationToken).ConfigureAwait(false))
        {
            assigned.Add(assignment.PrincipalId ?? Guid.Empty);
        }

        return assigned;
    }

    /// <remarks>
    /// https://learn.microsoft.com/graph/api/serviceprincipal-list-approleassignedto; the service filters neither by the one who
    /// is assigned nor by the role, so the whole list is read, in pages as large as they get.
    /// </remarks>
    private IAsyncEnumerable<AppRoleAssignment> Assignments(string principalId, CancellationToken cancellationToken) =>
        session.ListAsync(
            g => g.ServicePrincipals[principalId].AppRoleAssignedTo.GetAsync(
                r => r.QueryParameters.Top = GraphPages.Largest, cancellationToken),
            page => page.Value, cancellationToken);
}
