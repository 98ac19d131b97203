using MailAdmin.Core.Apps;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;
using Microsoft.Graph.Models;

namespace MailAdmin.Core.Inventory;

/// <summary>A service principal of the tenant.</summary>
internal sealed record TenantApp(string Id, string ClientId, string Name, string? OwnerTenantId, string? Kind, bool? IsEnabled);

/// <summary>A permission for mail that Entra granted.</summary>
/// <param name="AppObjectId">Object ID of the app's service principal.</param>
/// <param name="Permission">Which.</param>
/// <param name="ForUser">Object ID of the user it's for; null for the app itself, or for all users.</param>
/// <param name="GrantedAt">The time of the grant, in UTC; null if the service doesn't return it.</param>
internal sealed record MailGrant(string AppObjectId, MailAppPermission Permission, string? ForUser, DateTimeOffset? GrantedAt);

/// <summary>
/// Reads apps and their mail permissions from Entra by lists of the whole tenant. Permissions are read from the resource that
/// they're granted on, so the number of requests doesn't grow with the number of apps.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/graph/api/serviceprincipal-list,
/// https://learn.microsoft.com/graph/api/serviceprincipal-list-approleassignedto,
/// https://learn.microsoft.com/graph/api/oauth2permissiongrant-list
/// </remarks>
internal sealed class EntraInventory(Session session)
{
    private static readonly string[] Properties =
    [
        "id", "appId", "displayName", "appOwnerOrganizationId", "servicePrincipalType", "accountEnabled",
    ];

    private readonly ResourceCatalog _catalog = new(session);

    /// <summary>
    /// Services that the tenant has no service principal of, so that no app has permissions of them; a sentence each.
    /// </summary>
    public IReadOnlyCollection<string> Missing => _missing;

    private readonly HashSet<string> _missing = new(StringComparer.Ordinal);

    /// <summary>Every service principal, by its object ID.</summary>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to read apps.</exception>
    public async Task<IReadOnlyDictionary<string, TenantApp>> AppsAsync(CancellationToken cancellationToken)
    {
        var all = await session.ListAllAsync(
            g => g.ServicePrincipals.GetAsync(
                r => (r.QueryParameters.Select, r.QueryParameters.Top) = (Properties, GraphPages.Largest), cancellationToken),
            page => page.Value, cancellationToken).ConfigureAwait(false);
        // A list that changes during the read can have an app on two of its pages.
        return all.DistinctBy(p => p.Id, StringComparer.OrdinalIgnoreCase).ToDictionary(
            p => p.Id!, p =>
                new TenantApp(
                    p.Id!, p.AppId!, p.DisplayName ?? p.AppId!, p.AppOwnerOrganizationId?.ToString(), p.ServicePrincipalType,
                    p.AccountEnabled),
            StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The permissions for mail that apps have for themselves.</summary>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to read them.</exception>
    public async Task<IReadOnlyList<MailGrant>> ApplicationGrantsAsync(CancellationToken cancellationToken)
    {
        var grants = new List<MailGrant>();
        foreach (var appId in new[] { PermissionName.GraphAppId, PermissionName.ExchangeAppId })
        {
            if (await ResourceAsync(appId, cancellationToken).ConfigureAwait(false) is not { } resource)
            {
                continue;
            }

            var all = await session.ListAllAsync(
                g => g.ServicePrincipals[resource.Id].AppRoleAssignedTo.GetAsync(
                    r => r.QueryParameters.Top = GraphPages.Largest, cancellationToken),
                page => page.Value, cancellationToken).ConfigureAwait(false);
            grants.AddRange(all.Where(a => a is { PrincipalType: "ServicePrincipal", PrincipalId: not null })
                .Select(a =>
                    new MailGrant(
                        a.PrincipalId.ToString()!,
                        _catalog.Describe(resource, a.AppRoleId.ToString()!, PermissionKind.Application), null,
                        a.CreatedDateTime?.ToUniversalTime()))
                .Where(g => PermissionTable.Of(g.Permission).Protocol is not null));
        }

        return grants;
    }

    private async Task<ServicePrincipal?> ResourceAsync(string appId, CancellationToken cancellationToken)
    {
        try
        {
            return await _catalog.ByAppIdAsync(appId, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidRequestException e) when (e.Id == ResourceCatalog.MissingId)
        {
            _missing.Add($"{e.Message} No app has permissions of it. {e.Advice}");
            return null;
        }
    }

    /// <summary>Returns the delegated mail permissions of apps.</summary>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to read them.</exception>
    public async Task<IReadOnlyList<MailGrant>> DelegatedGrantsAsync(CancellationToken cancellationToken)
    {
        var resources = new Dictionary<string, ServicePrincipal>(StringComparer.OrdinalIgnoreCase);
        foreach (var appId in new[] { PermissionName.GraphAppId, PermissionName.ExchangeAppId })
        {
            if (await ResourceAsync(appId, cancellationToken).ConfigureAwait(false) is { } resource)
            {
                resources[resource.Id!] = resource;
            }
        }

        var all = await session.ListAllAsync(
            g => g.Oauth2PermissionGrants.GetAsync(r => r.QueryParameters.Top = GraphPages.Largest, cancellationToken),
            page => page.Value, cancellationToken).ConfigureAwait(false);
        return
        [
            .. from grant in all
               where grant.ClientId is not null && grant.ResourceId is not null && resources.ContainsKey(grant.ResourceId)
               from scope in (grant.Scope ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
               let found = new MailGrant(
                   grant.ClientId!, _catalog.DescribeScope(resources[grant.ResourceId!], scope), grant.PrincipalId, null)
               where PermissionTable.Of(found.Permission).Protocol is not null
               select found,
        ];
    }
}
