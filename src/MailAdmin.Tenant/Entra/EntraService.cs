using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using MailAdmin.Core.Base;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Gate;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Entra;

/// <summary>Serves login.microsoftonline.com and its hosts in the national clouds.</summary>
internal sealed class EntraService
{
    private static readonly Cloud China = Cloud.Of(MailEnvironment.China);

    private readonly TenantState _tenant;
    private readonly TokenEndpoint _tokens;
    private readonly AuthorizePage _authorize;
    private readonly DevicePage _devices;
    private readonly AdminConsentPage _adminConsent;

    public EntraService(TenantState tenant)
    {
        var grants = new UserGrants(tenant);
        (_tenant, _tokens, _authorize, _devices, _adminConsent) =
            (tenant, new(tenant, grants), new(tenant, grants), new(tenant, grants), new(tenant));
    }

    /// <summary>Answers one request. The caller holds the tenant's lock.</summary>
    public TenantAnswer Answer(TenantRequest request)
    {
        var traceId = Guid.NewGuid().ToString();
        var correlationId = request.Header("client-request-id") ?? Guid.NewGuid().ToString();
        _tenant.Directory.SignIns.Begin(correlationId);
        try
        {
            var answer = Page(request, traceId, correlationId) ?? TenantAnswer.OfJson(200, Route(request));
            answer.Headers["x-ms-request-id"] = traceId;
            answer.Headers["Cache-Control"] = "no-store, no-cache";
            return answer;
        }
        catch (TokenRefusal refusal)
        {
            _tenant.Directory.SignIns.End(refusal.Code, refusal.Message);
            var answer = TenantAnswer.OfJson(refusal.Status, refusal.Body(_tenant.Now, traceId, correlationId, request.Uri.Host));
            answer.Headers["x-ms-request-id"] = traceId;
            return answer;
        }
    }

    /// <summary>Returns the page for a user in a browser; null for a program's request.</summary>
    private TenantAnswer? Page(TenantRequest request, string traceId, string correlationId)
    {
        var (name, rest) = Split(request);
        if (rest is not ("oauth2/v2.0/authorize" or DevicePage.Path or AdminConsentPage.Path or AdminConsentPage.Version2))
        {
            return null;
        }

        CheckTenant(name, request.Uri.Host);
        return rest switch
        {
            DevicePage.Path => _devices.Answer(request, Describe),
            AdminConsentPage.Path or AdminConsentPage.Version2 => _adminConsent.Answer(name, rest, request, Describe),
            _ => _authorize.Answer(name, request, Describe),
        };

        string Describe(TokenRefusal refusal)
        {
            _tenant.Directory.SignIns.End(refusal.Code, refusal.Message);
            return refusal.Body(_tenant.Now, traceId, correlationId, request.Uri.Host).Text("error_description")!;
        }
    }

    private static (string Name, string Path) Split(TenantRequest request)
    {
        var path = request.Uri.AbsolutePath.Trim('/').Split('/');
        return (path[0], string.Join('/', path.Skip(1)).ToLowerInvariant());
    }

    private JsonObject Route(TenantRequest request)
    {
        var (name, rest) = Split(request);
        var host = request.Uri.Host;
        if (name == "common" && rest == "discovery/instance")
        {
            return Discovery.Instance(request.Query("authorization_endpoint"), host);
        }

        const string Realm = "userrealm/";
        if (name == "common" && rest.StartsWith(Realm, StringComparison.Ordinal))
        {
            return Version1.UserRealm(_tenant, Uri.UnescapeDataString(rest[Realm.Length..]), request.Query("api-version"), host);
        }

        CheckTenant(name, host);
        switch (request.Method, rest)
        {
            case ("GET", "v2.0/.well-known/openid-configuration"):
                return Discovery.OpenId(_tenant, name, host);
            case ("GET", "discovery/v2.0/keys" or "discovery/keys"):
                return SigningKey.Instance.KeySet($"https://{_tenant.Cloud.LoginHost}/{{tenantid}}/v2.0");
            case ("POST", "oauth2/token"):
                var old = Credentials(request);
                return Version1.Answer(
                    Token(name, Version1.ToVersion2(old), request.Uri), old.GetValueOrDefault("resource"), _tenant.Now);
            case ("POST", "oauth2/v2.0/token"):
                return Token(name, Credentials(request), request.Uri);
            case ("POST", "oauth2/v2.0/devicecode"):
                return _devices.NewCode(name, request.Form());
            default:
                throw new TokenRefusal(404, "invalid_request", 90027, "The endpoint only accepts POST, or the URL is not known.");
        }
    }

    private JsonObject Token(string name, Dictionary<string, string> form, Uri endpoint)
    {
        _tenant.Directory.SignIns.Current.App = form.GetValueOrDefault("grant_type") == "client_credentials"
            ? _tenant.Directory.PrincipalOf(form.GetValueOrDefault("client_id") ?? "")
            : null;
        _tenant.Faults.Throw(FaultPoint.Entra, form.GetValueOrDefault("client_id"));
        var answer = _tokens.Answer(name, form, endpoint);
        _tenant.Directory.SignIns.End(0, null);
        return answer;
    }

    /// <summary>
    /// The form, with the client's id and secret from an Authorization header of RFC 6749 section 2.3.1 if it has one.
    /// </summary>
    private static Dictionary<string, string> Credentials(TenantRequest request)
    {
        var form = request.Form();
        var header = request.Header("Authorization") ?? "";
        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            return form;
        }

        try
        {
            var pair = Encoding.UTF8.GetString(Convert.FromBase64String(header[6..])).Split(':', 2);
            form["client_id"] = WebUtility.UrlDecode(pair[0]);
            form["client_secret"] = WebUtility.UrlDecode(pair.Length > 1 ? pair[1] : "");
            return form;
        }
        catch (FormatException)
        {
            throw TokenRefusal.MissingCredential();
        }
    }

    private void CheckTenant(string name, string host)
    {
        if (name.ToLowerInvariant() is "common" or "organizations" or "consumers")
        {
            return;
        }

        if (!Guid.TryParse(name, out _) && Uri.CheckHostName(name) != UriHostNameType.Dns)
        {
            throw TokenRefusal.NoTenant(name);
        }

        if (!_tenant.IsMe(name))
        {
            throw TokenRefusal.UnknownTenant(name);
        }

        // 21Vianet has a separate directory: the tenants of one side don't exist on the other.
        if (host != _tenant.Cloud.LoginHost)
        {
            throw host == China.LoginHost || _tenant.Cloud == China ? TokenRefusal.UnknownTenant(name) : TokenRefusal.OtherCloud(
                name, Cloud.All.First(c => c.LoginHost == _tenant.Cloud.LoginHost).Environment.ToString());
        }
    }
}
