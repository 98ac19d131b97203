using MailAdmin.Core.Service;

namespace MailAdmin.Core.Apps;

/// <summary>One thing granted to an app, with what is needed to take it away again.</summary>
/// <param name="GrantId">Id of the app role assignment, or of the OAuth grant that holds the scope.</param>
/// <param name="PrincipalId">Object id of the one user it is for; null for the app itself or for all users.</param>
internal sealed record Grant(MailAppPermission Permission, string GrantId, string? PrincipalId);

/// <summary>Reads what is granted to a service principal: its app role assignments, and the scopes consented to.</summary>
/// <remarks>
/// https://learn.microsoft.com/graph/api/serviceprincipal-list-approleassignments,
/// https://learn.microsoft.com/graph/api/serviceprincipal-list-oauth2permissiongrants
/// </remarks>
internal sealed class GrantList(Session session, ResourceCatalog catalog)
{
    public async Task<IReadOnlyList<Grant>> ReadAsync(string servicePrincipalId, CancellationToken cancellationToken)
    {
        var grants = new List<Grant>();
        var roles = await session.CallGraphAsync(g => g.ServicePrincipals[servicePrincipalId].AppRoleAssignments
            .GetAsync(cancellationToken: cancellationToken)).ConfigureAwait(false);
        while (roles is not null)
        {
            foreach (var role in roles.Value ?? [])
            {
                var resource = await catalog.ByObjectIdAsync(
                    role.ResourceId.ToString()!, cancellationToken).ConfigureAwait(false);
                grants.Add(
                    new Grant(
                        catalog.Describe(resource, role.AppRoleId.ToString()!, PermissionKind.Application), role.Id!, null));
            }

            roles = roles.OdataNextLink is { } next
                ? await session.CallGraphAsync(g => g.ServicePrincipals[servicePrincipalId].AppRoleAssignments.WithUrl(next)
                    .GetAsync(cancellationToken: cancellationToken)).ConfigureAwait(false)
                : null;
        }

        var scopes = await session.CallGraphAsync(g => g.ServicePrincipals[servicePrincipalId].Oauth2PermissionGrants
            .GetAsync(cancellationToken: cancellationToken)).ConfigureAwait(false);
        while (scopes is not null)
        {
            foreach (var grant in scopes.Value ?? [])
            {
                var resource = await catalog.ByObjectIdAsync(grant.ResourceId!, cancellationToken).ConfigureAwait(false);
                grants.AddRange((grant.Scope ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Select(scope => new Grant(catalog.DescribeScope(resource, scope), grant.Id!, grant.PrincipalId)));
            }

            scopes = scopes.OdataNextLink is { } next
                ? await session.CallGraphAsync(g => g.ServicePrincipals[servicePrincipalId].Oauth2PermissionGrants.WithUrl(next)
                    .GetAsync(cancellationToken: cancellationToken)).ConfigureAwait(false)
                : null;
        }

        return grants;
    }
}
