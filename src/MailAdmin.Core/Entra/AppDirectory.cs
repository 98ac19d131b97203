using Microsoft.Graph.Models;
using App = Microsoft.Graph.Models.Application;

namespace MailAdmin.Core.Entra;

/// <summary>Reads apps as the tenant has them: registration, service principal, what is requested and what is granted.</summary>
/// <remarks>https://learn.microsoft.com/graph/api/resources/application, https://learn.microsoft.com/graph/api/resources/serviceprincipal</remarks>
public sealed class AppDirectory
{
    private readonly Session _session;

    /// <summary>Reads with a session.</summary>
    /// <param name="session">Signed in with Application.Read.All or more.</param>
    public AppDirectory(Session session) => (_session, Catalogue) = (session, new ResourceCatalogue(session));

    internal ResourceCatalogue Catalogue { get; }

    /// <summary>Apps with a name or an id, whole.</summary>
    /// <param name="name">Display name, or "*" at its end for a beginning; null for any.</param>
    /// <param name="id">Client id, or object id of the registration; null for any.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The apps registered in this tenant, as they arrive.</returns>
    /// <exception cref="ServiceRefusedException">The session may not read apps.</exception>
    /// <exception cref="ConnectionLostException">Graph could not be reached.</exception>
    public async IAsyncEnumerable<MailAppRegistration> FindAsync(
        string? name, string? id, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var app in FindApplicationsAsync(name, id, cancellationToken).ConfigureAwait(false))
        {
            yield return await DescribeAsync(app, cancellationToken).ConfigureAwait(false);
        }
    }

    internal async IAsyncEnumerable<App> FindApplicationsAsync(
        string? name, string? id, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = (name, id) switch
        {
            (_, { } i) => new OData().Equal("appId", i).Or(new OData().Equal("id", i)),
            ({ } n, _) when n.EndsWith('*') => n.Length == 1 ? null : new OData().StartsWith("displayName", n[..^1]),
            ({ } n, _) => new OData().Equal("displayName", n),
            _ => null,
        };
        var page = await _session.CallGraphAsync(g => g.Applications.GetAsync(
            r => (r.QueryParameters.Filter, r.QueryParameters.Top) = (filter?.ToString(), 100), cancellationToken)).ConfigureAwait(false);
        while (page is not null)
        {
            foreach (var app in page.Value ?? [])
            {
                yield return app;
            }

            page = page.OdataNextLink is { } next
                ? await _session.CallGraphAsync(g => g.Applications.WithUrl(next).GetAsync(cancellationToken: cancellationToken)).ConfigureAwait(false)
                : null;
        }
    }

    internal async Task<ServicePrincipal?> FindServicePrincipalAsync(string clientId, CancellationToken cancellationToken)
    {
        var page = await _session.CallGraphAsync(g => g.ServicePrincipals.GetAsync(
            r => r.QueryParameters.Filter = new OData().Equal("appId", clientId).ToString(), cancellationToken)).ConfigureAwait(false);
        return page?.Value?.FirstOrDefault();
    }

    internal async Task<MailAppRegistration> DescribeAsync(App app, CancellationToken cancellationToken)
    {
        var principal = await FindServicePrincipalAsync(app.AppId!, cancellationToken).ConfigureAwait(false);
        var newest = (app.PasswordCredentials ?? []).MaxBy(p => p.EndDateTime);
        return new MailAppRegistration
        {
            Name = app.DisplayName ?? "",
            TenantId = _session.TenantId,
            ClientId = app.AppId!,
            ApplicationObjectId = app.Id,
            ServicePrincipalObjectId = principal?.Id,
            SecretId = newest?.KeyId?.ToString(),
            SecretEndsAt = newest?.EndDateTime?.ToUniversalTime(),
            SignInAudience = app.SignInAudience,
            RequestedPermission = await RequestedAsync(app, cancellationToken).ConfigureAwait(false),
            GrantedPermission = principal is null ? [] : await GrantedAsync(principal.Id!, cancellationToken).ConfigureAwait(false),
            Handle = _session,
        };
    }

    internal async Task<IReadOnlyList<MailAppPermission>> RequestedAsync(App app, CancellationToken cancellationToken)
    {
        var permissions = new List<MailAppPermission>();
        foreach (var access in app.RequiredResourceAccess ?? [])
        {
            var resource = await Catalogue.ByAppIdAsync(access.ResourceAppId!, cancellationToken).ConfigureAwait(false);
            permissions.AddRange((access.ResourceAccess ?? []).Select(a => Catalogue.Describe(
                resource, a.Id.ToString()!, a.Type == "Role" ? PermissionKind.Application : PermissionKind.Delegated)));
        }

        return permissions;
    }

    /// <summary>What is granted: app role assignments, and the scopes that all users or some user consented to.</summary>
    internal async Task<IReadOnlyList<MailAppPermission>> GrantedAsync(string servicePrincipalId, CancellationToken cancellationToken)
    {
        var permissions = new List<MailAppPermission>();
        var roles = await _session.CallGraphAsync(g => g.ServicePrincipals[servicePrincipalId].AppRoleAssignments
            .GetAsync(cancellationToken: cancellationToken)).ConfigureAwait(false);
        while (roles is not null)
        {
            foreach (var role in roles.Value ?? [])
            {
                var resource = await Catalogue.ByObjectIdAsync(role.ResourceId.ToString()!, cancellationToken).ConfigureAwait(false);
                permissions.Add(Catalogue.Describe(resource, role.AppRoleId.ToString()!, PermissionKind.Application));
            }

            roles = roles.OdataNextLink is { } next
                ? await _session.CallGraphAsync(g => g.ServicePrincipals[servicePrincipalId].AppRoleAssignments.WithUrl(next)
                    .GetAsync(cancellationToken: cancellationToken)).ConfigureAwait(false)
                : null;
        }

        var grants = await _session.CallGraphAsync(g => g.ServicePrincipals[servicePrincipalId].Oauth2PermissionGrants
            .GetAsync(cancellationToken: cancellationToken)).ConfigureAwait(false);
        foreach (var grant in grants?.Value ?? [])
        {
            var resource = await Catalogue.ByObjectIdAsync(grant.ResourceId!, cancellationToken).ConfigureAwait(false);
            var alias = PermissionName.AliasOf(resource.AppId!) ?? resource.DisplayName ?? resource.AppId!;
            permissions.AddRange((grant.Scope ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(s => new MailAppPermission(alias, s, PermissionKind.Delegated)));
        }

        return [.. permissions.Distinct()];
    }
}
