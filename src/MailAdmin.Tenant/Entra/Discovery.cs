using System.Text.Json.Nodes;
using MailAdmin.Core.Base;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Entra;

/// <summary>
/// The metadata that clients read before they request a token:
/// https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc (docs/identity-platform/v2-protocols-oidc.md of
/// MicrosoftDocs/entra-docs).
/// </summary>
internal static class Discovery
{
    /// <summary>The OpenID provider metadata of a tenant.</summary>
    public static JsonObject OpenId(TenantState tenant, string name, string host)
    {
        var authority = $"https://{host}/{name}";
        var issuer = tenant.IsMe(name) ? tenant.TenantId : "{tenantid}";
        return new JsonObject
        {
            ["token_endpoint"] = $"{authority}/oauth2/v2.0/token",
            ["token_endpoint_auth_methods_supported"] =
                Json.Array("client_secret_post", "private_key_jwt", "client_secret_basic", "self_signed_tls_client_auth"),
            ["jwks_uri"] = $"{authority}/discovery/v2.0/keys",
            ["response_modes_supported"] = Json.Array("query", "fragment", "form_post"),
            ["subject_types_supported"] = Json.Array("pairwise"),
            ["id_token_signing_alg_values_supported"] = Json.Array("RS256"),
            ["response_types_supported"] = Json.Array("code", "id_token", "code id_token", "id_token token"),
            ["scopes_supported"] = Json.Array("openid", "profile", "email", "offline_access"),
            ["issuer"] = $"https://{host}/{issuer}/v2.0",
            ["request_uri_parameter_supported"] = false,
            ["userinfo_endpoint"] = $"https://{tenant.Cloud.GraphHost}/oidc/userinfo",
            ["authorization_endpoint"] = $"{authority}/oauth2/v2.0/authorize",
            ["device_authorization_endpoint"] = $"{authority}/oauth2/v2.0/devicecode",
            ["http_logout_supported"] = true,
            ["frontchannel_logout_supported"] = true,
            ["end_session_endpoint"] = $"{authority}/oauth2/v2.0/logout",
            ["claims_supported"] = Json.Array(
                "sub", "iss", "cloud_instance_name", "cloud_instance_host_name", "cloud_graph_host_name", "msgraph_host", "aud",
                "exp", "iat", "auth_time", "acr", "nonce", "preferred_username", "name", "tid", "ver", "at_hash",
                "c_hash", "email"),
            ["tenant_region_scope"] = null,
            ["cloud_instance_name"] = InstanceName(host),
            ["cloud_graph_host_name"] = "graph.windows.net",
            ["msgraph_host"] = tenant.Cloud.GraphHost,
        };
    }

    /// <summary>Which authorities there are, and which of them are the same.</summary>
    public static JsonObject Instance(string? authorizationEndpoint, string host)
    {
        var endpoint = authorizationEndpoint ?? $"https://{host}/common/oauth2/v2.0/authorize";
        var tail = endpoint.IndexOf("/oauth2/", StringComparison.Ordinal);
        return new JsonObject
        {
            ["tenant_discovery_endpoint"] = (tail < 0 ? endpoint : endpoint[..tail]) + "/v2.0/.well-known/openid-configuration",
            ["api-version"] = "1.1",
            ["metadata"] = new JsonArray(
            [
                .. Cloud.All.Select(c => c.LoginHost).Distinct().Select(login => new JsonObject
                {
                    ["preferred_network"] = login,
                    ["preferred_cache"] = login == "login.microsoftonline.com" ? "login.windows.net" : login,
                    ["aliases"] = Aliases(login),
                }),
            ]),
        };
    }

    private static JsonArray Aliases(string login) => login switch
    {
        "login.microsoftonline.com" => Json.Array(login, "login.windows.net", "login.microsoft.com", "sts.windows.net"),
        "login.microsoftonline.us" => Json.Array(login, "login.usgovcloudapi.net"),
        "login.chinacloudapi.cn" => Json.Array(login, "login.partner.microsoftonline.cn"),
        _ => Json.Array(login),
    };

    private static string InstanceName(string host) => host == "login.microsoftonline.com" ? "microsoftonline.com" : host;
}
