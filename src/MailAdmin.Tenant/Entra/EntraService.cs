using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using MailAdmin.Core.Base;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Gate;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Entra;

/// <summary>Everything behind login.microsoftonline.com and its national siblings.</summary>
internal sealed class EntraService
{
    private readonly TenantState _tenant;
    private readonly TokenEndpoint _tokens;
    private readonly AuthorizePage _authorize;
    private readonly DevicePage _devices;

    public EntraService(TenantState tenant)
    {
        var grants = new UserGrants(tenant);
        (_tenant, _tokens, _authorize, _devices) = (tenant, new(tenant, grants), new(tenant, grants), new(tenant, grants));
    }

    /// <summary>Answers one request. The caller holds the tenant's lock.</summary>
    public TenantAnswer Answer(TenantRequest request)
    {
        var traceId = Guid.NewGuid().ToString();
        var correlationId = request.Header("client-request-id") ?? Guid.NewGuid().ToString();
        try
        {
            var answer = Page(request, traceId, correlationId) ?? TenantAnswer.OfJson(200, Route(request));
            answer.Headers["x-ms-request-id"] = traceId;
            answer.Headers["Cache-Control"] = "no-store, no-cache";
            return answer;
        }
        catch (TokenRefusal refusal)
        {
            var answer = TenantAnswer.OfJson(refusal.Status, refusal.Body(_tenant.Now, traceId, correlationId, request.Uri.Host));
            answer.Headers["x-ms-request-id"] = traceId;
            return answer;
        }
    }

    /// <summary>What a person sees in a browser; null for what programs ask.</summary>
    private TenantAnswer? Page(TenantRequest request, string traceId, string correlationId)
    {
        var (name, rest) = Split(request);
        if (rest is not ("oauth2/v2.0/authorize" or DevicePage.Path))
        {
            return null;
        }

        CheckTenant(name, request.Uri.Host);
        return rest == DevicePage.Path ? _devices.Answer(request, Describe) : _authorize.Answer(name, request, Describe);

        string Describe(TokenRefusal refusal) =>
            refusal.Body(_tenant.Now, traceId, correlationId, request.Uri.Host).Text("error_description")!;
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

        CheckTenant(name, host);
        switch (request.Method, rest)
        {
            case ("GET", "v2.0/.well-known/openid-configuration"):
                return Discovery.OpenId(_tenant, name, host);
            case ("GET", "discovery/v2.0/keys" or "discovery/keys"):
                return SigningKey.Instance.KeySet($"https://{_tenant.Cloud.LoginHost}/{{tenantid}}/v2.0");
            case ("POST", "oauth2/v2.0/token"):
                var form = Credentials(request);
                _tenant.Faults.Throw(FaultPoint.Entra, form.GetValueOrDefault("client_id"));
                return _tokens.Answer(name, form, request.Uri);
            case ("POST", "oauth2/v2.0/devicecode"):
                return _devices.NewCode(name, request.Form());
            default:
                throw new TokenRefusal(404, "invalid_request", 90027, "The endpoint only accepts POST, or the URL is not known.");
        }
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

        if (host != _tenant.Cloud.LoginHost)
        {
            throw TokenRefusal.OtherCloud(
                name, Cloud.All.First(c => c.LoginHost == _tenant.Cloud.LoginHost).Environment.ToString());
        }
    }
}
