using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MailAdmin.Tenant;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Entra;
using MailAdmin.Tenant.Gate;
using MailAdmin.Tenant.State;
using MailAdmin.Tests.Tenant.Graph;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace MailAdmin.Tests.Tenant.Entra;

/// <summary>
/// docs/identity-platform/v2-oauth2-client-creds-grant-flow.md, v2-protocols-oidc.md, certificate-credentials.md and
/// reference-error-codes.md of MicrosoftDocs/entra-docs.
/// </summary>
public sealed class TokenEndpointTests : IDisposable
{
    private static readonly RSA Key = RSA.Create(2048), OtherKey = RSA.Create(2048);

    private readonly TenantClient _client = new();

    [Fact]
    public async Task A_secret_brings_a_token_as_the_page_shows()
    {
        var app = await _client.RegisterAsync("Mail.ReadWrite", "Mail.Send");

        var reply = await PostAsync(app);

        JsonShape.AssertMatches(JsonNode.Parse("""{ "token_type": "Bearer", "expires_in": 3599, "access_token": "*" }"""), reply.Ok());
        var token = new JsonWebToken((string)reply.Json["access_token"]!);
        Assert.Equal("https://graph.microsoft.com", Assert.Single(token.Audiences));
        Assert.Equal($"https://sts.windows.net/{_client.Tenant.TenantId}/", token.Issuer);
        Assert.Equal(["Mail.ReadWrite", "Mail.Send"], token.Claims.Where(c => c.Type == "roles").Select(c => c.Value).Order(StringComparer.Ordinal));
        Assert.Equal((app.AppId, "1", "app", app.PrincipalId, app.PrincipalId, _client.Tenant.TenantId, "1.0"),
            (Claim("appid"), Claim("appidacr"), Claim("idtyp"), Claim("oid"), token.Subject, Claim("tid"), Claim("ver")));
        Assert.Equal(TenantClient.Start.AddSeconds(3599), token.ValidTo);

        string Claim(string name) => token.GetClaim(name).Value;
    }

    [Fact]
    public async Task Microsofts_own_validator_takes_the_token_with_the_published_key()
    {
        var token = await _client.AdminTokenAsync();
        var discovery = (await _client.SendAsync("GET", $"{_client.Login}/{_client.Tenant.Domain}/v2.0/.well-known/openid-configuration", null)).Ok();
        var keys = await _client.SendAsync("GET", (string)discovery["jwks_uri"]!, null);

        var result = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            IssuerSigningKeys = new JsonWebKeySet(Encoding.UTF8.GetString(keys.Bytes)).GetSigningKeys(),
            ValidAudience = "https://graph.microsoft.com",
            ValidIssuer = $"https://sts.windows.net/{_client.Tenant.TenantId}/",
            LifetimeValidator = (from, until, _, _) => from <= _client.Tenant.Clock.GetUtcNow() && until > _client.Tenant.Clock.GetUtcNow(),
        });

        Assert.True(result.IsValid, result.Exception?.Message);
    }

    [Theory]
    [InlineData(MailEnvironment.Global, "login.microsoftonline.com", "graph.microsoft.com")]
    [InlineData(MailEnvironment.USGov, "login.microsoftonline.us", "graph.microsoft.us")]
    [InlineData(MailEnvironment.USGovDoD, "login.microsoftonline.us", "dod-graph.microsoft.us")]
    [InlineData(MailEnvironment.China, "login.chinacloudapi.cn", "microsoftgraph.chinacloudapi.cn")]
    public async Task Every_cloud_is_discovered_as_the_page_shows(MailEnvironment environment, string login, string graph)
    {
        using var client = new TenantClient(new SandboxOptions { Environment = environment });
        var authority = $"https://{login}/{client.Tenant.TenantId}";

        var reply = await client.SendAsync("GET", authority + "/v2.0/.well-known/openid-configuration", null);

        JsonShape.AssertMatches(JsonNode.Parse($$"""
            {
              "authorization_endpoint": "{{authority}}/oauth2/v2.0/authorize", "token_endpoint": "{{authority}}/oauth2/v2.0/token",
              "jwks_uri": "{{authority}}/discovery/v2.0/keys", "userinfo_endpoint": "https://{{graph}}/oidc/userinfo", "subject_types_supported": [ "pairwise" ]
            }
            """), reply.Ok());
        var token = await client.AdminTokenAsync();
        (await client.SendAsync("GET", "users", token)).Ok();
    }

    [Fact]
    public async Task Basic_authentication_is_taken_too()
    {
        var (id, secret) = _client.Tenant.AdminApp;
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{_client.Login}/{_client.Tenant.TenantId}/oauth2/v2.0/token")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["scope"] = "https://graph.microsoft.com/.default" }),
        };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{id}:{Uri.EscapeDataString(secret)}")));

        using var response = await _client.Http.SendAsync(request, TestContext.Current.CancellationToken);

        (await Reply.ReadAsync(response)).Ok();
    }

    [Theory]
    [InlineData("client_secret", "wrong", 401, "invalid_client", 7000215, "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '")]
    [InlineData("client_secret", "", 401, "invalid_client", 7000218, "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.")]
    [InlineData("client_id", "11111111-2222-3333-4444-555555555555", 400, "unauthorized_client", 700016, "Application with identifier '11111111-2222-3333-4444-555555555555' was not found in the directory 'contoso.onmicrosoft.com'.")]
    [InlineData("client_id", "", 400, "invalid_request", 900144, "The request body must contain the following parameter: 'client_id'.")]
    [InlineData("scope", "", 400, "invalid_request", 900144, "The request body must contain the following parameter: 'scope'.")]
    [InlineData("grant_type", "", 400, "invalid_request", 900144, "The request body must contain the following parameter: 'grant_type'.")]
    [InlineData("grant_type", "password", 400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type 'password'.")]
    [InlineData("scope", " ", 400, "invalid_scope", 70011, "The provided request must include a 'scope' input parameter.")]
    [InlineData("scope", "https://graph.microsoft.com/Mail.Read", 400, "invalid_scope", 1002012, "The provided value for scope https://graph.microsoft.com/Mail.Read is not valid.")]
    [InlineData("scope", "https://graph.microsoft.com/.default https://outlook.office365.com/.default", 400, "invalid_request", 700022, "The provided value for the input parameter scope")]
    [InlineData("scope", "https://graph.example.com/.default", 400, "invalid_resource", 500011, "The resource principal named https://graph.example.com was not found in the tenant named contoso.onmicrosoft.com.")]
    [InlineData("tenant", "fabrikam.onmicrosoft.com", 400, "invalid_request", 90002, "Tenant 'fabrikam.onmicrosoft.com' not found. Check to make sure you have the correct tenant ID")]
    [InlineData("tenant", "not a tenant", 400, "invalid_request", 900023, "Specified tenant identifier")]
    [InlineData("tenant", "common", 400, "unauthorized_client", 50194, "Application '")]
    [InlineData("tenant", "consumers", 400, "invalid_request", 9002332, "Application '")]
    public async Task A_wrong_parameter_is_refused_in_the_services_words(string parameter, string value, int status, string error, int code, string text)
    {
        var app = await _client.RegisterAsync();
        var form = Form(app);
        string? tenant = null;
        if (parameter == "tenant")
        {
            tenant = value;
        }
        else
        {
            form[parameter] = value;
        }

        AssertRefused(await _client.PostTokenAsync(form, tenant), status, error, code, text);
    }

    [Fact]
    public async Task Another_clouds_sign_in_host_does_not_know_the_tenant()
    {
        using var content = new FormUrlEncodedContent(Form(await _client.RegisterAsync()));
        using var response = await _client.Http.PostAsync(
            $"https://login.chinacloudapi.cn/{_client.Tenant.TenantId}/oauth2/v2.0/token", content, TestContext.Current.CancellationToken);

        AssertRefused(await Reply.ReadAsync(response), 400, "invalid_request", 90002, $"Tenant '{_client.Tenant.TenantId}' not found.");
        using var again = new FormUrlEncodedContent(Form(await _client.RegisterAsync()));
        using var other = await _client.Http.PostAsync(
            $"https://login.microsoftonline.us/{_client.Tenant.TenantId}/oauth2/v2.0/token", again, TestContext.Current.CancellationToken);
        AssertRefused(await Reply.ReadAsync(other), 400, "invalid_request", 900382, "Confidential Client is not supported in Cross Cloud request.");
    }

    [Fact]
    public async Task An_expired_secret_is_told_from_a_wrong_one()
    {
        var app = await _client.RegisterAsync();
        _client.Tenant.Clock.Advance(TimeSpan.FromDays(731));

        AssertRefused(await PostAsync(app), 401, "invalid_client", 7000222, $"The provided client secret keys for app '{app.AppId}' are expired.");
    }

    [Fact]
    public async Task A_removed_secret_is_a_wrong_one()
    {
        var app = await _client.RegisterAsync();
        var token = await _client.AdminTokenAsync();
        var shown = (await _client.SendAsync("GET", $"applications/{app.ObjectId}", token)).Ok();
        (await _client.SendAsync("POST", $"applications/{app.ObjectId}/removePassword", token, $$"""{"keyId":"{{shown["passwordCredentials"]![0]!["keyId"]}}"}""")).Ok();

        Assert.Null(shown["passwordCredentials"]![0]!["secretText"]);
        AssertRefused(await PostAsync(app), 401, "invalid_client", 7000215, "Invalid client secret provided.");
    }

    [Fact]
    public async Task A_disabled_app_a_deleted_one_and_one_without_principal_get_no_token()
    {
        var admin = await _client.AdminTokenAsync();
        var app = await _client.RegisterAsync();
        (await _client.SendAsync("PATCH", $"servicePrincipals/{app.PrincipalId}", admin, """{"accountEnabled":false}""")).Ok();
        AssertRefused(await PostAsync(app), 401, "unauthorized_client", 7000112, $"Application '{app.AppId}'(Reader) is disabled.");

        (await _client.SendAsync("DELETE", $"servicePrincipals/{app.PrincipalId}", admin)).Ok();
        AssertRefused(await PostAsync(app), 401, "unauthorized_client", 7000229, $"The client application {app.AppId} is missing service principal");
    }

    [Fact]
    public async Task A_resource_that_requires_assignment_takes_no_app_without_role()
    {
        var app = await _client.RegisterAsync();
        (await _client.SendAsync("PATCH", $"servicePrincipals/{app.GraphId}", await _client.AdminTokenAsync(), """{"appRoleAssignmentRequired":true}""")).Ok();

        AssertRefused(await PostAsync(app), 400, "invalid_grant", 501051, $"Application '{app.AppId}'(Reader) is not assigned to a role for the application");
    }

    [Fact]
    public async Task An_app_of_the_tenant_gets_tokens_of_the_version_it_asks_for()
    {
        var admin = await _client.AdminTokenAsync();
        var api = (await _client.SendAsync("POST", "applications", admin, """{"displayName":"Api","identifierUris":["api://orders"]}""")).Ok();
        (await _client.SendAsync("POST", "servicePrincipals", admin, $$"""{"appId":"{{api["appId"]}}"}""")).Ok();
        var (id, secret) = _client.Tenant.AdminApp;

        var token = new JsonWebToken(await _client.TokenAsync(id, secret, "api://orders/.default"));

        Assert.Equal(("2.0", id, "1", (string)api["appId"]!),
            (token.GetClaim("ver").Value, token.GetClaim("azp").Value, token.GetClaim("azpacr").Value, Assert.Single(token.Audiences)));
        Assert.Equal($"https://login.microsoftonline.com/{_client.Tenant.TenantId}/v2.0", token.Issuer);
    }

    [Theory]
    [InlineData("", 200, 0, "")]
    [InlineData("PS256", 200, 0, "")]
    [InlineData("unknown", 401, 700027, "The certificate with identifier used to sign the client assertion is not registered on application. [Reason - The key was not found.")]
    [InlineData("signature", 401, 50012, "Assertion failed signature validation.")]
    [InlineData("iss", 401, 700021, "Client assertion application identifier doesn't match 'client_id' parameter.")]
    [InlineData("aud", 401, 700023, "Client assertion audience claim does not match Realm issuer.")]
    [InlineData("exp", 401, 700024, "Client assertion is not within its valid time range.")]
    [InlineData("expired", 401, 700027, "The certificate with identifier used to sign the client assertion is not registered on application. [Reason - The key used is expired.")]
    [InlineData("garbage", 400, 50027, "JWT token is invalid or malformed.")]
    public async Task A_client_assertion_is_checked(string what, int status, int code, string text)
    {
        var app = await _client.RegisterAsync();
        using var certificate = new CertificateRequest("CN=Test", Key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(TenantClient.Start.AddDays(-1), TenantClient.Start.AddDays(30));
        if (what != "unknown")
        {
            (await _client.SendAsync("PATCH", $"applications/{app.ObjectId}", await _client.AdminTokenAsync(), $$"""
                {"keyCredentials":[{"type":"AsymmetricX509Cert","usage":"Verify","key":"{{Convert.ToBase64String(certificate.RawData)}}"}]}
                """)).Ok();
        }

        if (what == "expired")
        {
            _client.Tenant.Clock.Advance(TimeSpan.FromDays(60));
        }

        var form = Form(app);
        form.Remove("client_secret");
        form["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        form["client_assertion"] = what == "garbage" ? "no.jwt" : Assertion(app, certificate, what);
        var reply = await _client.PostTokenAsync(form);

        if (status == 200)
        {
            Assert.Equal("2", new JsonWebToken((string)reply.Ok()["access_token"]!).GetClaim("appidacr").Value);
        }
        else
        {
            AssertRefused(reply, status, code == 50027 ? "invalid_request" : "invalid_client", code, text);
        }
    }

    [Fact]
    public async Task Every_fault_of_the_sign_in_is_worded_and_coded()
    {
        var app = await _client.RegisterAsync();
        foreach (var fault in SandboxTenant.KnownFaults.Where(f => f.Where == FaultPoint.Entra))
        {
            _client.Tenant.SetFault(fault.Name, count: 1);
            var reply = await PostAsync(app);

            var refusal = Assert.IsType<TokenRefusal>(fault.Refusal!());
            AssertRefused(reply, refusal.Status, refusal.Error, refusal.Code, refusal.Message);
            Assert.StartsWith($"AADSTS{refusal.Code}: ", fault.Summary, StringComparison.Ordinal);
        }

        (await PostAsync(app)).Ok();
    }

    public void Dispose() => _client.Dispose();

    /// <summary>The shape of https://learn.microsoft.com/entra/identity-platform/reference-error-codes#handling-error-codes-in-your-application.</summary>
    private static void AssertRefused(Reply reply, int status, string error, int code, string text)
    {
        Assert.Equal((status, error), (reply.Status, reply.Code));
        Assert.StartsWith($"AADSTS{code}: {text}", reply.Message, StringComparison.Ordinal);
        Assert.Matches(new Regex(@" Trace ID: [-0-9a-f]{36} Correlation ID: [-0-9a-f]{36} Timestamp: \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$"), reply.Message);
        JsonShape.AssertMatches(JsonNode.Parse($$"""{ "error_codes": [ {{code}} ], "timestamp": "*", "trace_id": "*", "correlation_id": "*" }"""), reply.Json);
        Assert.EndsWith($"/error?code={code}", (string)reply.Json["error_uri"]!, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Form(RegisteredApp app) => new()
    {
        ["grant_type"] = "client_credentials",
        ["client_id"] = app.AppId,
        ["client_secret"] = app.Secret,
        ["scope"] = "https://graph.microsoft.com/.default",
    };

    private Task<Reply> PostAsync(RegisteredApp app) => _client.PostTokenAsync(Form(app));

    private string Assertion(RegisteredApp app, X509Certificate2 certificate, string what)
    {
        var now = _client.Tenant.Clock.GetUtcNow();
        var claims = new JsonObject
        {
            ["aud"] = what == "aud" ? "https://example.com/" : $"{_client.Login}/{_client.Tenant.TenantId}/oauth2/v2.0/token",
            ["iss"] = what == "iss" ? Guid.NewGuid().ToString() : app.AppId,
            ["sub"] = app.AppId,
            ["jti"] = Guid.NewGuid().ToString(),
            ["nbf"] = now.AddMinutes(-1).ToUnixTimeSeconds(),
            ["exp"] = (what == "exp" ? now.AddMinutes(-6) : now.AddMinutes(10)).ToUnixTimeSeconds(),
        };
        if (what == "PS256")
        {
            return new JsonWebTokenHandler().CreateToken(
                claims.ToJsonString(),
                new SigningCredentials(new RsaSecurityKey(Key), "PS256"),
                new Dictionary<string, object> { ["x5t#S256"] = Base64UrlEncoder.Encode(certificate.GetCertHash(HashAlgorithmName.SHA256)) });
        }

        var header = new JsonObject { ["alg"] = "RS256", ["x5t"] = Base64UrlEncoder.Encode(certificate.GetCertHash()) };
        return Jwt.Create(header, claims, what == "signature" ? OtherKey : Key);
    }
}
