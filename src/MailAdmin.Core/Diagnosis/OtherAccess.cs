using System.Text.Json.Nodes;
using MailAdmin.Core.Access;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;
using Microsoft.Graph.Models;

namespace MailAdmin.Core.Diagnosis;

/// <summary>
/// Finds who else can access a mailbox: by mailbox permissions, by Exchange roles whose scope includes it, and by tenant-wide
/// Entra permissions. The number of requests doesn't grow with the mailboxes of the tenant.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/powershell/module/exchange/test-serviceprincipalauthorization,
/// https://learn.microsoft.com/graph/api/serviceprincipal-list-approleassignedto
/// </remarks>
/// <param name="session">
/// Signed in with Exchange.ManageAsApp, Application.Read.All, and a role that can read Exchange's configuration.
/// </param>
internal sealed class OtherAccess(Session session)
{
    /// <summary>Finds them.</summary>
    /// <param name="mailbox">The mailbox.</param>
    /// <param name="clientId">The app that doesn't count; null for none.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>A check for each way: Passed if no one else has access, otherwise Warning with the names.</returns>
    public async Task<MailCheck[]> FindAsync(ExchangeMailbox mailbox, string? clientId, CancellationToken cancellationToken) =>
    [
        await CheckAsync("Permissions", () => GrantsAsync(mailbox, clientId, cancellationToken)).ConfigureAwait(false),
        await CheckAsync("Roles", () => RolesAsync(mailbox, clientId, cancellationToken)).ConfigureAwait(false),
        await CheckAsync("Entra permissions", () => TenantWideAsync(clientId, cancellationToken)).ConfigureAwait(false),
    ];

    private static async Task<MailCheck> CheckAsync(string name, Func<Task<IReadOnlyList<string>>> find)
    {
        try
        {
            var others = await find().ConfigureAwait(false);
            return others.Count == 0
                ? new MailCheck(name, CheckStatus.Passed) { Evidence = "no other user or app" }
                : new MailCheck(name, CheckStatus.Warning)
                {
                    Evidence = string.Join(", ", others),
                    Cause = "Other users or apps can read, move, or delete messages before the product does.",
                    Advice = "If they do, remove their access, or use another mailbox.",
                };
        }
        catch (ServiceRefusedException e) when (e.IsDenied)
        {
            return new MailCheck(name, CheckStatus.Unknown) { Evidence = $"it can't be read because you don't have "
                + $"permission: {e.Message}" };
        }
    }

    private async Task<IReadOnlyList<string>> GrantsAsync(
        ExchangeMailbox mailbox, string? clientId, CancellationToken cancellationToken)
    {
        var others = new List<string>();
        await foreach (var grant in new MailboxAccessGrants(session)
            .OfAsync([mailbox], null, cancellationToken).ConfigureAwait(false))
        {
            if (!Same(grant.ClientId, clientId) || clientId is null)
            {
                others.Add($"{grant.Grantee} ({string.Join(", ", grant.AccessRight)})");
            }
        }

        return others;
    }

    private async Task<IReadOnlyList<string>> RolesAsync(
        ExchangeMailbox mailbox, string? clientId, CancellationToken cancellationToken)
    {
        var assignments = await session.Exchange.GetAsync(
            "Get-ManagementRoleAssignment", [], cancellationToken).ConfigureAwait(false);
        var assignees = assignments.Where(a => RoleNames.ProtocolOf(a.Text("Role") ?? "") is not null)
            .SelectMany(a => new[] { a.Text("RoleAssignee"), a.Text("RoleAssigneeName") }).OfType<string>()
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (assignees.Count == 0)
        {
            return [];
        }

        var others = new List<string>();
        var principals = await new ServicePrincipalRegistry(session).AllAsync(cancellationToken).ConfigureAwait(false);
        foreach (var principal in principals.Where(p => !Same(p.AppId, clientId) && p.Names.Overlaps(assignees)))
        {
            var rows = await session.Exchange.GetAsync(
                "Test-ServicePrincipalAuthorization",
                new JsonObject { ["Identity"] = principal.ObjectId, ["Resource"] = mailbox.Address },
                cancellationToken).ConfigureAwait(false);
            string[] roles =
            [
                .. rows.Where(r => r.Flag("InScope") == true).Select(r => r.Text("RoleName")).OfType<string>()
                    .Where(r => RoleNames.ProtocolOf(r) is not null),
            ];
            if (roles.Length > 0)
            {
                others.Add($"{principal.DisplayName} ({string.Join(", ", roles)})");
            }
        }

        return others;
    }

    private async Task<IReadOnlyList<string>> TenantWideAsync(string? clientId, CancellationToken cancellationToken)
    {
        var catalog = new ResourceCatalog(session);
        var own = clientId is null ? null
            : await new AppDirectory(session).FindServicePrincipalAsync(clientId, cancellationToken).ConfigureAwait(false);
        var others = new List<string>();
        foreach (var appId in new[] { PermissionName.GraphAppId, PermissionName.ExchangeAppId })
        {
            ServicePrincipal resource;
            try
            {
                resource = await catalog.ByAppIdAsync(appId, cancellationToken).ConfigureAwait(false);
            }
            catch (InvalidRequestException e) when (e.Id == ResourceCatalog.MissingId)
            {
                continue;
            }

            await foreach (var assignment in Assignments(resource, cancellationToken).ConfigureAwait(false))
            {
                var permission = catalog.Describe(resource, $"{assignment.AppRoleId}", PermissionKind.Application);
                if (PermissionName.OpensEveryMailbox(permission) && PermissionTable.Of(permission).Protocol is not null
                    && !Same($"{assignment.PrincipalId}", own?.Id))
                {
                    others.Add($"{assignment.PrincipalDisplayName} ({permission})");
                }
            }
        }

        return others;
    }

    private IAsyncEnumerable<AppRoleAssignment> Assignments(ServicePrincipal resource, CancellationToken cancellationToken) =>
        session.ListAsync(
            g => g.ServicePrincipals[resource.Id].AppRoleAssignedTo.GetAsync(
                r => r.QueryParameters.Top = GraphPages.Largest, cancellationToken),
            page => page.Value, cancellationToken);

    private static bool Same(string? left, string? right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
