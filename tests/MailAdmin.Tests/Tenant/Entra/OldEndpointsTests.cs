using System.Text.Json.Nodes;
using MailAdmin.Tenant.Gate;

namespace MailAdmin.Tests.Tenant.Entra;

/// <summary>
/// The token endpoint of version 1.0 (azuread-dev/v1-oauth2-client-creds-grant-flow.md of MicrosoftDocs/azure-docs) and user realm
/// discovery (UserRealmDiscoveryResponse of AzureAD/microsoft-authentication-library-for-dotnet).
/// </summary>
public sealed class OldEndpointsTests : IDisposable
{
    private readonly TenantClient _client = new();

    [Theory]
    [InlineData("https://graph.microsoft.com", "https://graph.microsoft.com")]
    [InlineData("https://graph.microsoft.com/", "https://graph.microsoft.com/")]
    [InlineData("00000003-0000-0000-c000-000000000000", "00000003-0000-0000-c000-000000000000")]
    public async Task Version_1_names_a_resource_and_writes_numbers_as_text(string resource, string audience)
    {
        var app = await _client.RegisterAsync("User.Read.All");

        var reply = (await PostAsync(app, resource)).Ok();

        Assert.Equal(("Bearer", "3599", "3599", resource),
            ((string?)reply["token_type"], (string?)reply["expires_in"], (string?)reply["ext_expires_in"], (string?)reply["resource"]));
        var now = TenantClient.Start.ToUnixTimeSeconds();
        Assert.Equal(($"{now + 3599}", $"{now - 300}"), ((string?)reply["expires_on"], (string?)reply["not_before"]));
        Assert.Equal(audience, (string?)Jwt.Read((string)reply["access_token"]!)!.Claims["aud"]);
        (await _client.SendAsync("GET", "users", (string)reply["access_token"]!)).Ok();
    }

    [Fact]
    public async Task Version_1_refuses_what_version_2_refuses_and_a_missing_resource()
    {
        var app = await _client.RegisterAsync();

        Assert.StartsWith("AADSTS900144: The request body must contain the following parameter: 'resource'", (await PostAsync(app, null)).Message, StringComparison.Ordinal);
        Assert.StartsWith("AADSTS500011", (await PostAsync(app, "https://nobody.example")).Message, StringComparison.Ordinal);
        Assert.StartsWith("AADSTS7000215", (await PostAsync(app with { Secret = "wrong" }, "https://graph.microsoft.com")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("alice@contoso.onmicrosoft.com", "1.0", """{"ver":"1.0","account_type":"Managed","domain_name":"contoso.onmicrosoft.com","cloud_instance_name":"microsoftonline.com","cloud_audience_urn":"urn:federation:MicrosoftOnline"}""")]
    [InlineData("a@fabrikam.example", "1.0", """{"ver":"1.0","account_type":"Unknown","cloud_instance_name":"microsoftonline.com","cloud_audience_urn":"urn:federation:MicrosoftOnline"}""")]
    [InlineData("alice@contoso.onmicrosoft.com", "2.1", """{"Login":"alice@contoso.onmicrosoft.com","NameSpaceType":"Managed","DomainName":"contoso.onmicrosoft.com","FederationBrandName":"Contoso","TenantBrandingInfo":null,"cloud_instance_name":"microsoftonline.com"}""")]
    [InlineData("a@fabrikam.example", "2.1", """{"Login":"a@fabrikam.example","NameSpaceType":"Unknown","cloud_instance_name":"microsoftonline.com"}""")]
    public async Task Who_signs_a_user_in_is_told_by_the_domain(string user, string version, string expected)
    {
        var reply = await _client.SendAsync("GET", $"{_client.Login}/common/UserRealm/{user}?api-version={version}", null);

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), reply.Ok()), reply.Json.ToJsonString());
    }

    private async Task<Reply> PostAsync(RegisteredApp app, string? resource)
    {
        var form = new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["client_id"] = app.AppId, ["client_secret"] = app.Secret };
        if (resource is not null)
        {
            form["resource"] = resource;
        }

        using var content = new FormUrlEncodedContent(form);
        using var response = await _client.Http.PostAsync($"{_client.Login}/{_client.Tenant.TenantId}/oauth2/token", content);
        return await Reply.ReadAsync(response);
    }

    public void Dispose() => _client.Dispose();
}
