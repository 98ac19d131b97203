using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using MailAdmin.Core;

namespace MailAdmin.Tenant.Entra;

/// <summary>Everything behind login.microsoftonline.com and its national siblings.</summary>
internal sealed class EntraService(TenantState tenant)
{
    private readonly TokenEndpoint _tokens = new(tenant);

    /// <summary>Answers one request. The caller holds the tenant's lock.</summary>
    public TenantAnswer Answer(TenantRequest request)
    {
        string traceId = Guid.NewGuid().ToString();
        string correlationId = request.Header("client-request-id") ?? Guid.NewGuid().ToString();
        try
        {
            TenantAnswer answer = TenantAnswer.OfJson(200, Route(request));
            answer.Headers["x-ms-request-id"] = traceId;
            answer.Headers["Cache-Control"] = "no-store, no-cache";
            return answer;
        }
        catch (TokenRefusal refusal)
        {
            var answer = TenantAnswer.OfJson(refusal.Status, refusal.Body(tenant.Now, traceId, correlationId, request.Uri.Host));
            answer.Headers["x-ms-request-id"] = traceId;
            return answer;
        }
    }

    private JsonObject Route(TenantRequest request)
    {
        string[] path = request.Uri.AbsolutePath.Trim('/').Split('/');
        string host = request.Uri.Host;
        string rest = string.Join('/', path.Skip(1)).ToLowerInvariant();
        if (path[0] == "common" && rest == "discovery/instance")
        {
            return Discovery.Instance(request.Query("authorization_endpoint"), host);
        }

        CheckTenant(path[0], host);
        switch (request.Method, rest)
        {
            case ("GET", "v2.0/.well-known/openid-configuration"):
                return Discovery.OpenId(tenant, path[0], host);
            case ("GET", "discovery/v2.0/keys" or "discovery/keys"):
                return SigningKey.Instance.KeySet($"https://{tenant.Cloud.LoginHost}/{{tenantid}}/v2.0");
            case ("POST", "oauth2/v2.0/token"):
                var form = Credentials(request);
                tenant.Faults.Throw(FaultPoint.Entra, form.GetValueOrDefault("client_id"));
                return _tokens.Answer(path[0], form, request.Uri);
            default:
                throw new TokenRefusal(404, "invalid_request", 90027, "The endpoint only accepts POST, or the URL is not known.");
        }
    }

    /// <summary>The form, with the client's id and secret from an Authorization header of RFC 6749 section 2.3.1 if it has one.</summary>
    private static Dictionary<string, string> Credentials(TenantRequest request)
    {
        var form = request.Form();
        string header = request.Header("Authorization") ?? "";
        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            return form;
        }

        try
        {
            string[] pair = Encoding.UTF8.GetString(Convert.FromBase64String(header[6..])).Split(':', 2);
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

        if (!tenant.IsMe(name))
        {
            throw TokenRefusal.UnknownTenant(name);
        }

        if (host != tenant.Cloud.LoginHost)
        {
            throw TokenRefusal.OtherCloud(name, Cloud.All.First(c => c.LoginHost == tenant.Cloud.LoginHost).Environment.ToString());
        }
    }
}
