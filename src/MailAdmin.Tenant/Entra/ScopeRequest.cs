using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Entra;

/// <summary>Represents the delegated permissions of one resource in a request.</summary>
/// <param name="Resource">Its service principal.</param>
/// <param name="Audience">The requested name of the resource, which is the token's audience.</param>
/// <param name="Scopes">The permissions; empty for "/.default".</param>
/// <remarks>https://learn.microsoft.com/entra/identity-platform/scopes-oidc</remarks>
internal sealed record ScopeRequest(DirectoryObject Resource, string Audience, IReadOnlyList<string> Scopes)
{
    private static readonly string[] OpenId = ["openid", "profile", "email", "offline_access"];

    /// <summary>Whether it requests a refresh token.</summary>
    public static bool IsOffline(string scope) => Split(scope).Contains("offline_access", StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads a scope parameter: one request for each resource, Microsoft Graph where none is named.</summary>
    /// <exception cref="TokenRefusal">A resource isn't known here, or has no such permission.</exception>
    public static IReadOnlyList<ScopeRequest> Parse(TenantState tenant, string scope)
    {
        var graph = $"https://{tenant.Cloud.GraphHost}";
        var asked = Split(scope).Where(s => !OpenId.Contains(s, StringComparer.OrdinalIgnoreCase)).ToArray();
        if (asked.Length == 0)
        {
            return [new ScopeRequest(Find(tenant, graph), graph, ["User.Read"])];
        }

        return
        [
            .. asked.Select(
                s => s.LastIndexOf('/') is >= 0 and var slash
                    ? (Audience: s[..slash], Name: s[(slash + 1)..])
                    : (Audience: graph, Name: s))
                .GroupBy(s => s.Audience, StringComparer.OrdinalIgnoreCase)
                .Select(g => Of(Find(tenant, g.Key), g.Key, [.. g.Select(s => s.Name)])),
        ];
    }

    /// <summary>The service principal of a resource.</summary>
    /// <exception cref="TokenRefusal">It isn't known here.</exception>
    public static DirectoryObject Find(TenantState tenant, string audience)
    {
        var principals = tenant.Directory.ServicePrincipals;
        var known = principals.Find(p =>
            (p.Json["servicePrincipalNames"] as JsonArray ?? []).Any(n => DirectoryStore.Same((string?)n, audience)));
        if (known is null && DirectoryStore.Same(audience.TrimEnd('/'), Resources.StorageName))
        {
            known = new DirectoryObject(Resources.Storage(tenant.Now), tenant.Now);
            principals.Add(known);
        }

        var found = known ?? throw TokenRefusal.UnknownResource(audience, tenant.Domain);
        return found.Json.Flag("accountEnabled") == false ? throw TokenRefusal.DisabledResource(audience) : found;
    }

    private static ScopeRequest Of(DirectoryObject resource, string audience, string[] names)
    {
        var known = resource.Json.Objects("oauth2PermissionScopes").Select(s => s.Text("value")!).ToArray();
        var scopes = names.Where(n => n != ".default")
            .Select(n => Array.Find(known, k => DirectoryStore.Same(k, n)) ?? throw TokenRefusal.InvalidScope($"{audience}/{n}"));
        return new ScopeRequest(resource, audience, [.. scopes]);
    }

    private static string[] Split(string scope) => scope.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
