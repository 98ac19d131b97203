using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;
using Microsoft.Graph.Models;

namespace MailAdmin.Core.Apps;

/// <summary>
/// Names of permissions against their ids, read from each resource's own service principal in this tenant. Ids are never
/// compared without their resource: Mail.Read has the same one on Graph and on Exchange.
/// </summary>
/// <remarks>https://learn.microsoft.com/graph/api/serviceprincipal-get</remarks>
internal sealed class ResourceCatalog(Session session)
{
    private readonly Dictionary<string, ServicePrincipal> _byAppId = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, ServicePrincipal> _byObjectId = new(StringComparer.OrdinalIgnoreCase);

    private static readonly string[] Select = ["id", "appId", "displayName", "appRoles", "oauth2PermissionScopes"];

    /// <summary>Returns a permission with its ID.</summary>
    /// <exception cref="InvalidRequestException">The resource has no such permission.</exception>
    public async Task<MailAppPermission> ResolveAsync(MailAppPermission permission, CancellationToken cancellationToken)
    {
        var resource = await ByAppIdAsync(PermissionName.AppIdOf(permission), cancellationToken).ConfigureAwait(false);
        var names = permission.Kind == PermissionKind.Application ? Roles(resource) : Scopes(resource);
        foreach (var (name, id) in names)
        {
            if (name.Equals(permission.Name, StringComparison.OrdinalIgnoreCase))
            {
                return permission with { Name = name, Id = id, ResourceAppId = resource.AppId };
            }
        }

        var near = names.Select(n => n.Name).Where(n => Likeness(n, permission.Name) >= 4)
            .OrderByDescending(n => Likeness(n, permission.Name)).ThenBy(n => Math.Abs(n.Length - permission.Name.Length))
            .Take(3).ToArray();
        throw new InvalidRequestException(
            "UnknownPermission",
            $"{resource.DisplayName} has no {permission.Kind.ToString().ToLowerInvariant()} permission '{permission.Name}'.")
        {
            Target = permission.ToString(),
            Advice = near.Length > 0 ? $"Did you mean {string.Join(" or ", near.Select(n => $"{permission.Resource}/{n}"))}?"
                : "Check the name on Microsoft's permissions reference, and whether it is an application or a delegated "
                    + "permission.",
        };
    }

    /// <summary>Returns permissions with their IDs.</summary>
    /// <exception cref="InvalidRequestException">A resource has no such permission.</exception>
    public async Task<IReadOnlyList<MailAppPermission>> ResolveAllAsync(
        IReadOnlyList<MailAppPermission> permissions, CancellationToken cancellationToken)
    {
        var resolved = new List<MailAppPermission>();
        foreach (var permission in permissions)
        {
            resolved.Add(await ResolveAsync(permission, cancellationToken).ConfigureAwait(false));
        }

        return resolved;
    }

    /// <summary>Returns the permission of a resource for an ID of one kind.</summary>
    public MailAppPermission Describe(ServicePrincipal resource, string id, PermissionKind kind)
    {
        var names = kind == PermissionKind.Application ? Roles(resource) : Scopes(resource);
        return new MailAppPermission(AliasOf(resource), names.FirstOrDefault(n => n.Id == id).Name ?? id, kind)
        {
            Id = id,
            ResourceAppId = resource.AppId,
        };
    }

    /// <summary>The delegated permission of a name on a resource.</summary>
    public MailAppPermission DescribeScope(ServicePrincipal resource, string name) =>
        new(AliasOf(resource), name, PermissionKind.Delegated)
        {
            Id = Scopes(resource).FirstOrDefault(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Id,
            ResourceAppId = resource.AppId,
        };

    public async Task<ServicePrincipal> ByAppIdAsync(string appId, CancellationToken cancellationToken)
    {
        if (!_byAppId.TryGetValue(appId, out var principal))
        {
            // A registration has what its owner wrote. The SDK escapes a key for the URL, but doesn't double the quotes in it.
            var key = appId.Replace("'", "''", StringComparison.Ordinal);
            try
            {
                principal = (await session.CallGraphAsync(g => g.ServicePrincipalsWithAppId(key)
                    .GetAsync(r => r.QueryParameters.Select = Select, cancellationToken)).ConfigureAwait(false))!;
            }
            catch (ServiceRefusedException e) when (e.HttpStatus == 404)
            {
                throw Missing(appId, e);
            }

            Remember(principal);
        }

        return principal;
    }

    /// <summary>Error ID of a service principal that is missing.</summary>
    public const string MissingId = "ResourceMissing";

    /// <summary>The recommended command if the service principal of Exchange Online is missing.</summary>
    public static Remedy MissingRemedy { get; } = new("Initialize-MailAdmin -ExchangeOnline")
    {
        RequiredRole = "Cloud Application Administrator",
    };

    /// <summary>The name of a service, for texts.</summary>
    public static string NameOf(string appId) => appId switch
    {
        PermissionName.ExchangeAppId => "Office 365 Exchange Online",
        PermissionName.GraphAppId => "Microsoft Graph",
        _ => appId,
    };

    private static InvalidRequestException Missing(string appId, ServiceRefusedException e) => new(
        MissingId, $"The service principal of {NameOf(appId)} is missing in the tenant.", e)
    {
        Target = appId,
        Advice = appId == PermissionName.ExchangeAppId
            ? $"To create it, run {MissingRemedy}."
            : "Check the ID of the resource, or create its service principal in the tenant.",
        Remedy = appId == PermissionName.ExchangeAppId ? MissingRemedy : null,
    };

    public async Task<ServicePrincipal> ByObjectIdAsync(string objectId, CancellationToken cancellationToken)
    {
        if (!_byObjectId.TryGetValue(objectId, out var principal))
        {
            principal = (await session.CallGraphAsync(g => g.ServicePrincipals[objectId]
                .GetAsync(r => r.QueryParameters.Select = Select, cancellationToken)).ConfigureAwait(false))!;
            Remember(principal);
        }

        return principal;
    }

    private static string AliasOf(ServicePrincipal resource) =>
        PermissionName.AliasOf(resource.AppId ?? "") ?? resource.DisplayName ?? resource.AppId ?? "?";

    private void Remember(ServicePrincipal principal)
    {
        _byAppId[principal.AppId!] = principal;
        _byObjectId[principal.Id!] = principal;
    }

    private static IReadOnlyList<(string Name, string Id)> Roles(ServicePrincipal resource) =>
        [.. (resource.AppRoles ?? []).Where(r => r is { Value: not null, Id: not null })
            .Select(r => (r.Value!, r.Id!.Value.ToString()))];

    private static IReadOnlyList<(string Name, string Id)> Scopes(ServicePrincipal resource) =>
        [.. (resource.Oauth2PermissionScopes ?? []).Where(s => s is { Value: not null, Id: not null })
            .Select(s => (s.Value!, s.Id!.Value.ToString()))];

    /// <summary>
    /// Returns the length of the common prefix of two names, without dots, to find the name behind a typing error.
    /// </summary>
    private static int Likeness(string name, string wanted)
    {
        var (a, b) = (name.Replace(".", "", StringComparison.Ordinal), wanted.Replace(".", "", StringComparison.Ordinal));
        return a.Zip(b).TakeWhile(p => char.ToUpperInvariant(p.First) == char.ToUpperInvariant(p.Second)).Count();
    }
}
