using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Entra;

/// <summary>
/// The token endpoint: client credentials here
/// (https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow,
/// docs/identity-platform/v2-oauth2-client-creds-grant-flow.md of MicrosoftDocs/entra-docs), people in <see cref="UserTokens"/>.
/// </summary>
internal sealed class TokenEndpoint(TenantState tenant, UserGrants grants)
{
    private const string Default = "/.default";

    private readonly ClientAuthentication _authentication = new(tenant);
    private readonly TokenIssuer _issuer = new(tenant);
    private readonly UserTokens _users = new(tenant, grants);

    /// <exception cref="TokenRefusal">No token.</exception>
    public JsonObject Answer(string tenantName, IReadOnlyDictionary<string, string> form, Uri endpoint)
    {
        var grant = Required(form, "grant_type");
        if (UserTokens.Serves(grant))
        {
            return _users.Answer(grant, tenantName, form, endpoint);
        }

        if (grant != "client_credentials")
        {
            throw TokenRefusal.UnsupportedGrant(grant);
        }

        var clientId = Required(form, "client_id");
        var scope = Required(form, "scope");
        var (application, principal) = FindClient(clientId, tenantName);
        var proof = _authentication.Check(application, form, endpoint);
        if (principal.Json.Flag("accountEnabled") == false)
        {
            throw TokenRefusal.DisabledApp(application.AppId, application.DisplayName);
        }

        var (resource, audience) = FindResource(scope);
        tenant.Directory.SignIns.Current.Resource = resource;
        if (tenant.Directory.ConditionalAccess.Exists(p => p.Blocks(application.AppId)))
        {
            throw TokenRefusal.ConditionalAccess();
        }

        return _issuer.AppToken(application, principal, proof, resource, audience);
    }

    internal static string Required(IReadOnlyDictionary<string, string> form, string parameter) =>
        form.GetValueOrDefault(parameter) is { Length: > 0 } value ? value : throw TokenRefusal.Missing(parameter);

    private (DirectoryObject Application, DirectoryObject Principal) FindClient(string clientId, string tenantName)
    {
        var application = tenant.Directory.ApplicationOf(clientId);
        var name = application?.DisplayName ?? "";
        switch (tenantName.ToLowerInvariant())
        {
            case "consumers":
                throw TokenRefusal.WorkOnly(clientId, name);
            case "common" or "organizations" when application is not null:
                throw TokenRefusal.SingleTenant(clientId, name);
        }

        if (application is not null && tenant.Directory.PrincipalOf(clientId) is null)
        {
            throw TokenRefusal.NoServicePrincipal(clientId, tenant.TenantId);
        }

        var principal = tenant.Directory.SignInPrincipalOf(clientId);
        return application is null || principal is null
            ? throw TokenRefusal.UnknownApp(clientId, tenant.Domain)
            : (application, principal);
    }

    private (DirectoryObject Resource, string Audience) FindResource(string scope)
    {
        var scopes = scope.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (scopes.Length == 0)
        {
            throw TokenRefusal.InvalidScope(scope);
        }

        if (Array.Find(scopes, s => !s.EndsWith(Default, StringComparison.Ordinal)) is { } wrong)
        {
            throw TokenRefusal.NotDefaultScope(wrong);
        }

        if (scopes.Length > 1)
        {
            throw TokenRefusal.SeveralResources(scope);
        }

        // "https://host//.default" requests the audience with the slash: the text before "/.default" is the audience.
        var audience = scopes[0][..^Default.Length];
        return (ScopeRequest.Find(tenant, audience), audience);
    }
}
