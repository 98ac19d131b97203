using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Apps;

/// <summary>One thing granted to an app, with what is needed to take it away again.</summary>
/// <param name="Permission">Which permission.</param>
/// <param name="GrantId">Id of the app role assignment, or of the OAuth grant that holds the scope.</param>
/// <param name="PrincipalId">Object ID of the one user it is for; null for the app itself or for all users.</param>
internal sealed record Grant(MailAppPermission Permission, string GrantId, string? PrincipalId)
{
    /// <summary>What tells its permission from others.</summary>
    public (string ResourceAppId, string Name, PermissionKind Kind) Key => KeyOf(Permission);

    /// <summary>What tells a permission from others: resource, name and kind, for Graph and Exchange share ids.</summary>
    public static (string ResourceAppId, string Name, PermissionKind Kind) KeyOf(MailAppPermission permission) =>
        (PermissionName.AppIdOf(permission), permission.Name.ToUpperInvariant(), permission.Kind);
}

/// <summary>Reads what is granted to a service principal: its app role assignments, and the scopes consented to.</summary>
/// <remarks>
/// https://learn.microsoft.com/graph/api/serviceprincipal-list-approleassignments,
/// https://learn.microsoft.com/graph/api/serviceprincipal-list-oauth2permissiongrants
/// </remarks>
internal sealed class GrantList(Session session, ResourceCatalog catalogue)
{
    public async Task<IReadOnlyList<Grant>> ReadAsync(string servicePrincipalId, CancellationToken cancellationToken)
    {
        var grants = new List<Grant>();
        var roles = session.ListAsync(
            g => g.ServicePrincipals[servicePrincipalId].AppRoleAssignments.GetAsync(cancellationToken: cancellationToken),
            page => page.Value, cancellationToken);
        await foreach (var role in roles.ConfigureAwait(false))
        {
            var resource = await catalogue.ByObjectIdAsync(role.ResourceId.ToString()!, cancellationToken).ConfigureAwait(false);
            var permission = catalogue.Describe(resource, role.AppRoleId.ToString()!, PermissionKind.Application);
            grants.Add(new Grant(permission, role.Id!, null));
        }

        var consents = session.ListAsync(
            g => g.ServicePrincipals[servicePrincipalId].Oauth2PermissionGrants.GetAsync(cancellationToken: cancellationToken),
            page => page.Value, cancellationToken);
        await foreach (var consent in consents.ConfigureAwait(false))
        {
            var resource = await catalogue.ByObjectIdAsync(consent.ResourceId!, cancellationToken).ConfigureAwait(false);
            grants.AddRange((consent.Scope ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(scope => new Grant(catalogue.DescribeScope(resource, scope), consent.Id!, consent.PrincipalId)));
        }

        return grants;
    }
}
