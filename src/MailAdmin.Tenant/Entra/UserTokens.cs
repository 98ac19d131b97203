using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Entra;

/// <summary>
/// The delegated grants of the token endpoint: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow,
/// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code (docs/identity-platform of
/// MicrosoftDocs/entra-docs).
/// </summary>
internal sealed class UserTokens(TenantState tenant, UserGrants grants)
{
    private const string Device = "urn:ietf:params:oauth:grant-type:device_code";

    private readonly ClientAuthentication _authentication = new(tenant);
    private readonly TokenIssuer _issuer = new(tenant);
    private readonly UserConsent _consent = new(tenant);

    public static bool Serves(string grant) => grant is "authorization_code" or "refresh_token" or Device or "device_code";

    /// <exception cref="TokenRefusal">No token.</exception>
    public JsonObject Answer(string grant, string tenantName, IReadOnlyDictionary<string, string> form, Uri endpoint)
    {
        var client = Client.Find(tenant, TokenEndpoint.Required(form, "client_id"), tenantName);
        tenant.Directory.SignIns.Current.IsInteractive = grant != "refresh_token";
        tenant.Directory.SignIns.Current.IsDeviceCode = grant is Device or "device_code";
        switch (grant)
        {
            case "authorization_code":
                var redirectUri = form.GetValueOrDefault("redirect_uri");
                var isPublic = redirectUri is null || client.IsPublicAt(redirectUri) != false;
                Prove(client, isPublic, form, endpoint);
                var code = grants.Redeem(
                    client, TokenEndpoint.Required(form, "code"), redirectUri, form.GetValueOrDefault("code_verifier"));
                // Without a scope it is for the first resource that was consented to.
                return Issue(
                    client, isPublic, code.User, form.GetValueOrDefault("scope") ?? code.Scope,
                    ScopeRequest.IsOffline(code.Scope));
            case "refresh_token":
                var proves = form.ContainsKey("client_secret") || form.ContainsKey("client_assertion");
                Prove(client, !proves, form, endpoint);
                var token = grants.Refresh(client, TokenEndpoint.Required(form, "refresh_token"));
                return Issue(client, !proves, token.User, TokenEndpoint.Required(form, "scope"), isOffline: true);
            default:
                Prove(client, client.AllowsPublicFlows, form, endpoint);
                var device = grants.RedeemDevice(
                    client, form.GetValueOrDefault("device_code") ?? TokenEndpoint.Required(form, "code"));
                return Issue(client, client.AllowsPublicFlows, device.User!, device.Scope, ScopeRequest.IsOffline(device.Scope));
        }
    }

    private void Prove(Client client, bool isPublic, IReadOnlyDictionary<string, string> form, Uri endpoint)
    {
        if (!isPublic && client.Application is { } application)
        {
            _authentication.Check(application, form, endpoint);
        }
        else if (form.ContainsKey("client_secret") || form.ContainsKey("client_assertion"))
        {
            throw TokenRefusal.PublicClientSecret();
        }
    }

    private JsonObject Issue(Client client, bool isPublic, DirectoryObject user, string scope, bool isOffline)
    {
        var signIn = tenant.Directory.SignIns.Current;
        (signIn.App, signIn.User) = (client.Principal, user);
        if (user.Json.Flag("accountEnabled") == false || !tenant.Directory.Users.Contains(user))
        {
            throw TokenRefusal.DisabledUser();
        }

        _consent.CheckAssignment(client, user);
        if (tenant.Directory.ConditionalAccess.Exists(p => p.RequiresMfa && p.Stops(user, isDeviceCode: false)))
        {
            throw TokenRefusal.MfaRequired(Resources.GraphAppId);
        }

        var requests = ScopeRequest.Parse(tenant, scope);
        if (requests.Count > 1)
        {
            throw TokenRefusal.SeveralResources(scope);
        }

        signIn.Resource = requests[0].Resource;
        var granted = _consent.Granted(client, user, requests[0].Resource);
        if (granted.Count == 0 || _consent.Missing(client, user, requests[0]).Count > 0)
        {
            throw TokenRefusal.NoConsent(client.AppId, client.Name);
        }

        return _issuer.UserToken(
            client, isPublic, user, requests[0], granted, isOffline ? grants.NewRefreshToken(client, user) : null);
    }
}
