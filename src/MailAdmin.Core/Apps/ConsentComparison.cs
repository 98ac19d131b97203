using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Apps;

/// <summary>Compares the permissions that an app requests with those that are granted.</summary>
internal sealed class ConsentComparison(Session session, AppDirectory directory)
{
    /// <summary>Compares.</summary>
    /// <param name="app">The app.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>One row for each permission that is requested, granted or both.</returns>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to read grants.</exception>
    public async Task<IReadOnlyList<MailAppPermissionStatus>> CompareAsync(
        MailAppRegistration app, CancellationToken cancellationToken)
    {
        var grants = app.ServicePrincipalObjectId is null ? []
            : await directory.Grants.ReadAsync(app.ServicePrincipalObjectId, cancellationToken).ConfigureAwait(false);
        var byKey = grants.ToLookup(g => g.Key);
        var requested = app.RequestedPermission.Select(Grant.KeyOf).ToHashSet();
        var permissions = app.RequestedPermission.Concat(grants.Select(g => g.Permission)).DistinctBy(Grant.KeyOf)
            .Where(IsShown)
            .OrderBy(p => p.Resource, StringComparer.Ordinal).ThenBy(p => p.Kind).ThenBy(p => p.Name, StringComparer.Ordinal);
        var rows = new List<MailAppPermissionStatus>();
        foreach (var permission in permissions)
        {
            var granted = byKey[Grant.KeyOf(permission)].ToArray();
            rows.Add(new MailAppPermissionStatus
            {
                App = app.Name,
                ClientId = app.ClientId,
                Resource = permission.Resource,
                Permission = permission.Name,
                Kind = permission.Kind,
                Requested = requested.Contains(Grant.KeyOf(permission)),
                Granted = granted.Length > 0,
                GrantedFor = permission.Kind == PermissionKind.Application || granted.Length == 0 ? null
                    : await NamesAsync(granted, cancellationToken).ConfigureAwait(false),
                TenantWide = PermissionName.OpensEveryMailbox(permission),
                UserConsentAllowed = permission.Kind == PermissionKind.Delegated
                    && !UserConsentPolicy.BlocksUserConsent(permission),
            });
        }

        return rows;

        // A scope that every user sign-in requests has no row, unless the registration lists it or is in another tenant.
        bool IsShown(MailAppPermission p) =>
            app.ApplicationObjectId is null || requested.Contains(Grant.KeyOf(p)) || p.Kind == PermissionKind.Application
            || !UserConsentPolicy.SignInScopes.Contains(p.Name);
    }

    private async Task<string> NamesAsync(IEnumerable<Grant> grants, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        foreach (var grant in grants)
        {
            names.Add(grant.PrincipalId is null
                ? "all users"
                : await session.NameOfUserAsync(grant.PrincipalId, cancellationToken).ConfigureAwait(false));
        }

        return string.Join(", ", names.Distinct());
    }
}
