using MailAdmin.Core.Base;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;
using Microsoft.Graph.Models;

namespace MailAdmin.Core.Apps;

/// <summary>Grants the missing permissions to a service principal, and waits until the tenant shows them.</summary>
/// <remarks>
/// https://learn.microsoft.com/graph/api/serviceprincipal-post-approleassignments,
/// https://learn.microsoft.com/graph/api/oauth2permissiongrant-post,
/// https://learn.microsoft.com/graph/api/oauth2permissiongrant-update
/// </remarks>
internal sealed class GrantWriter(Session session, AppDirectory directory)
{
    /// <summary>Grants the missing permissions, and lists the skipped ones.</summary>
    /// <param name="clientId">The app's client ID, for the journal.</param>
    /// <param name="principal">Object ID of its service principal.</param>
    /// <param name="wanted">The required permissions, with IDs.</param>
    /// <param name="user">The one user that scopes are granted for; null for all users.</param>
    /// <param name="tenantWide">Whether permissions that open every mailbox are granted.</param>
    /// <param name="pending">Receives the skipped permissions.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>Updated or Unchanged; Pending when the tenant doesn't show it in time.</returns>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to grant permissions.</exception>
    public async Task<ChangeKind> EnsureAsync(
        string clientId, string principal, IReadOnlyList<MailAppPermission> wanted, string? user, bool tenantWide,
        List<MailAdminPending> pending, CancellationToken cancellationToken)
    {
        var present = await Replication.WhenVisibleAsync(
            session.Wire, "The service principal", () => directory.Grants.ReadAsync(principal, cancellationToken),
            cancellationToken).ConfigureAwait(false);
        var roles = present.Where(g => g.Permission.Kind == PermissionKind.Application).Select(g => g.Key).ToHashSet();
        var change = ChangeKind.Unchanged;
        var missing = wanted.Where(p => p.Kind == PermissionKind.Application && !roles.Contains(Grant.KeyOf(p)));
        foreach (var permission in missing)
        {
            if (!tenantWide && PermissionName.OpensEveryMailbox(permission))
            {
                pending.Add(
                    $"{permission} wasn't granted because it gives access to all mailboxes in the tenant. To restrict "
                        + "the app to specific mailboxes, run New-MailAppRegistration with -Mailbox. To allow all mailboxes, "
                        + "use -TenantWide.");
                continue;
            }

            await GrantRoleAsync(clientId, principal, permission, cancellationToken).ConfigureAwait(false);
            change = ChangeKind.Updated;
        }

        var userId = user is null ? null : (await session.FindUserAsync(user, cancellationToken).ConfigureAwait(false)).Id!;
        foreach (var resource in wanted.Where(p => p.Kind == PermissionKind.Delegated).GroupBy(PermissionName.AppIdOf))
        {
            var note = new ChangeNote(
                JournalAction.GrantPermission, clientId, string.Join(", ", resource), null, $"granted for {user ?? "all users"}");
            string[] scopes = [.. resource.Select(p => p.Name)];
            if (await GrantScopesAsync(
                note, principal, resource.Key, scopes, userId, present, cancellationToken).ConfigureAwait(false))
            {
                change = ChangeKind.Updated;
            }
        }

        if (change == ChangeKind.Updated
            && !await SeenAsync(principal, wanted, userId, tenantWide, cancellationToken).ConfigureAwait(false))
        {
            pending.Add("Entra accepted the permissions, but doesn't return them yet. Run the command again in a few "
                + "minutes.");
            return ChangeKind.Pending;
        }

        return change;
    }

    /// <summary>
    /// Waits until the tenant shows the permissions, of the app or for that user, so that a following read returns them.
    /// </summary>
    private async Task<bool> SeenAsync(
        string principal, IReadOnlyList<MailAppPermission> wanted, string? userId, bool tenantWide,
        CancellationToken cancellationToken)
    {
        var expected = wanted.Where(p => tenantWide || !PermissionName.OpensEveryMailbox(p)).Select(Grant.KeyOf).ToHashSet();
        return await Poll.UntilAsync(session.Wire, "The permissions", async ct =>
        {
            var all = await directory.Grants.ReadAsync(principal, ct).ConfigureAwait(false);
            var seen = all.Where(g => g.Permission.Kind == PermissionKind.Application || g.PrincipalId == userId);
            return expected.IsSubsetOf(seen.Select(g => g.Key)) ? all : null;
        }, cancellationToken).ConfigureAwait(false) is not null;
    }

    private async Task GrantRoleAsync(
        string clientId, string principal, MailAppPermission permission, CancellationToken cancellationToken)
    {
        var resource = await directory.Catalog.ByAppIdAsync(
            PermissionName.AppIdOf(permission), cancellationToken).ConfigureAwait(false);
        var assignment = new AppRoleAssignment
        {
            PrincipalId = Guid.Parse(principal),
            ResourceId = Guid.Parse(resource.Id!),
            AppRoleId = Guid.Parse(permission.Id!),
        };
        var note = new ChangeNote(
            JournalAction.GrantPermission, clientId, permission.ToString(), null, "granted to the app");
        await Replication.WhenVisibleAsync(session.Wire, "The service principal", () => session.ChangeAsync(
            note, g => g.ServicePrincipals[principal].AppRoleAssignments.PostAsync(
                assignment, cancellationToken: cancellationToken)), cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> GrantScopesAsync(
        ChangeNote note, string principal, string resourceAppId, string[] scopes, string? userId, IReadOnlyList<Grant> present,
        CancellationToken cancellationToken)
    {
        var resource = await directory.Catalog.ByAppIdAsync(resourceAppId, cancellationToken).ConfigureAwait(false);
        var same = present
            .Where(g => g.Permission.Kind == PermissionKind.Delegated && g.Permission.ResourceAppId == resourceAppId
                && g.PrincipalId == userId).ToArray();
        var have = same.Select(g => g.Permission.Name).ToArray();
        var all = have.Union(scopes, StringComparer.OrdinalIgnoreCase).ToArray();
        if (all.Length == have.Length)
        {
            return false;
        }

        if (same.Length > 0)
        {
            await session.ChangeAsync(note, g => g.Oauth2PermissionGrants[same[0].GrantId].PatchAsync(
                new OAuth2PermissionGrant { Scope = string.Join(' ', all) },
                cancellationToken: cancellationToken)).ConfigureAwait(false);
            return true;
        }

        var grant = new OAuth2PermissionGrant
        {
            ClientId = principal,
            ConsentType = userId is null ? "AllPrincipals" : "Principal",
            ResourceId = resource.Id,
            Scope = string.Join(' ', all),
        };
        if (userId is not null)
        {
            grant.PrincipalId = userId;
        }

        await Replication.WhenVisibleAsync(session.Wire, "The service principal", () => session.ChangeAsync(
            note, g => g.Oauth2PermissionGrants.PostAsync(grant, cancellationToken: cancellationToken)),
            cancellationToken).ConfigureAwait(false);
        return true;
    }
}
