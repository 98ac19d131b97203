using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Apps;

/// <summary>Represents a granted permission, with the IDs that are required to revoke it.</summary>
/// <param name="Permission">Which permission.</param>
/// <param name="GrantId">Id of the app role assignment, or of the OAuth grant that holds the scope.</param>
/// <param name="PrincipalId">Object ID of the one user it is for; null for the app itself or for all users.</param>
internal sealed record Grant(MailAppPermission Permission, string GrantId, string? PrincipalId)
{
    /// <summary>The key that identifies the permission.</summary>
    public (string ResourceAppId, string Name, PermissionKind Kind) Key => KeyOf(Permission);

    /// <summary>Returns the key of a permission: resource, name, and kind, because Graph and Exchange share IDs.</summary>
    public static (string ResourceAppId, string Name, PermissionKind Kind) KeyOf(MailAppPermission permission) =>
        (PermissionName.AppIdOf(permission), permission.Name.ToUpperInvariant(), permission.Kind);
}

/// <summary>Reads the permissions granted to a service principal: its app role assignments and consented scopes.</summary>
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
