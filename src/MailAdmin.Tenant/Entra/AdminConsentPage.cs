using System.Net;
using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Entra;

/// <summary>
/// The page where an administrator consents for all users, also to application permissions:
/// https://learn.microsoft.com/entra/identity-platform/v2-admin-consent (docs/identity-platform/v2-admin-consent.md of
/// MicrosoftDocs/entra-docs). Version 2.0 requires a scope. Version 1.0 grants the permissions that the registration requests.
/// </summary>
internal sealed class AdminConsentPage(TenantState tenant)
{
    public const string Path = "adminconsent", Version2 = "v2.0/adminconsent";

    private readonly UserConsent _consent = new(tenant);

    public TenantAnswer Answer(string tenantName, string path, TenantRequest request, Func<TokenRefusal, string> describe)
    {
        try
        {
            var client = Client.Find(tenant, Need(request, "client_id"), tenantName);
            var scope = path == Version2 ? Need(request, "scope") : null;
            var redirectUri = Need(request, "redirect_uri");
            return client.IsPublicAt(redirectUri) is null
                ? throw TokenRefusal.RedirectMismatch(redirectUri, client.AppId)
                : Next(client, scope, redirectUri, request, describe);
        }
        catch (TokenRefusal refusal)
        {
            return SignInPage.Text(400, "Sorry, but we're having trouble signing you in.", describe(refusal));
        }
    }

    private TenantAnswer Next(
        Client client, string? scope, string redirectUri, TenantRequest request, Func<TokenRefusal, string> describe)
    {
        var form = request.Method == "POST" ? request.Form() : [];
        var people = tenant.Directory.Users.Where(u => u.Json.Flag("accountEnabled") != false)
            .OrderByDescending(tenant.Directory.IsAdmin).ToArray();
        if (Array.Find(people, u => u.Id == form.GetValueOrDefault("user")) is not { } user)
        {
            return SignInPage.Users(request.Uri.PathAndQuery, client.Name, people, people.FirstOrDefault());
        }

        if (!tenant.Directory.IsAdmin(user))
        {
            throw TokenRefusal.AdminConsentRequired(client.Name);
        }

        var asked = Asked(client, scope).ToArray();
        switch (form.GetValueOrDefault("decision"))
        {
            case "decline":
                return Send(request, redirectUri, new()
                {
                    ["error"] = scope is null ? "permission_denied" : "consent_required",
                    ["error_description"] = describe(TokenRefusal.ConsentDeclined()),
                });
            case "accept":
                Array.ForEach(asked, a => Grant(client, a));
                var answer = new Dictionary<string, string> { ["admin_consent"] = "True", ["tenant"] = tenant.TenantId };
                if (scope is not null)
                {
                    answer["scope"] = scope;
                }

                return Send(request, redirectUri, answer);
            default:
                return SignInPage.Consent(
                    request.Uri.PathAndQuery, client.Name, user,
                    asked.SelectMany(a => a.Scopes.Concat(a.Roles.Select(r => r.Value))
                        .Select(s => $"{a.Resource.DisplayName}: {s}")),
                    isAdmin: false);
        }
    }

    /// <summary>Returns the requested permissions of each resource.</summary>
    private IEnumerable<(DirectoryObject Resource, string[] Scopes, (string Id, string Value)[] Roles)> Asked(
        Client client, string? scope)
    {
        var registered = (client.Application?.Json.Objects("requiredResourceAccess") ?? []).ToArray();
        if (scope is null)
        {
            return registered.Select(r => tenant.Directory.PrincipalOf(r.Text("resourceAppId") ?? "")).OfType<DirectoryObject>()
                .Select(resource => Registered(registered, resource));
        }

        return ScopeRequest.Parse(tenant, scope).Select(r => r.Scopes.Count == 0
            ? Registered(registered, r.Resource)
            : (r.Resource, [.. r.Scopes], []));
    }

    private static (DirectoryObject Resource, string[] Scopes, (string Id, string Value)[] Roles) Registered(
        JsonObject[] registered, DirectoryObject resource)
    {
        var ids = registered.Where(r => DirectoryStore.Same(r.Text("resourceAppId"), resource.AppId))
            .SelectMany(r => r.Objects("resourceAccess")).Select(a => a.Text("id")).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return (resource,
            [.. resource.Json.Objects("oauth2PermissionScopes").Where(s => ids.Contains(s.Text("id")))
                .Select(s => s.Text("value")!)],
            [.. resource.Json.Objects("appRoles").Where(r => ids.Contains(r.Text("id")))
                .Select(r => (r.Text("id")!, r.Text("value")!))]);
    }

    private void Grant(Client client, (DirectoryObject Resource, string[] Scopes, (string Id, string Value)[] Roles) asked)
    {
        if (asked.Scopes.Length > 0)
        {
            _consent.Grant(client, null, asked.Resource, asked.Scopes);
        }

        foreach (var (id, _) in asked.Roles.Where(r => !tenant.Directory.AppRoleAssignments.Exists(
            a => a.Json.Text("principalId") == client.Principal.Id && a.Json.Text("resourceId") == asked.Resource.Id
                && DirectoryStore.Same(a.Json.Text("appRoleId"), r.Id))))
        {
            tenant.Directory.AppRoleAssignments.Add(new DirectoryObject(
                AppRoleAssignments.New(client.Principal, asked.Resource, id, tenant.Now), tenant.Now));
        }
    }

    private static string Need(TenantRequest request, string parameter) =>
        request.Query(parameter) is { Length: > 0 } value ? value : throw TokenRefusal.Missing(parameter);

    private static TenantAnswer Send(TenantRequest request, string redirectUri, Dictionary<string, string> values)
    {
        if (request.Query("state") is { } state)
        {
            values["state"] = state;
        }

        var mark = redirectUri.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        var answer = new TenantAnswer(302);
        answer.Headers["Location"] = redirectUri + mark
            + string.Join('&', values.Select(v => $"{v.Key}={WebUtility.UrlEncode(v.Value)}"));
        return answer;
    }
}
