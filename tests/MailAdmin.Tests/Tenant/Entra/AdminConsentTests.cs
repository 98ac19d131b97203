using System.Text;

namespace MailAdmin.Tests.Tenant.Entra;

/// <summary>docs/identity-platform/v2-admin-consent.md of MicrosoftDocs/entra-docs.</summary>
public sealed class AdminConsentTests : IDisposable
{
    private const string Back = "http://localhost/consented";

    private readonly TenantClient _client = new();

    [Theory]
    [InlineData("adminconsent", "", "admin_consent=True&tenant=")]
    [InlineData("v2.0/adminconsent", "&scope=https://graph.microsoft.com/.default", "admin_consent=True&tenant=")]
    public async Task An_admin_consents_for_everybody_to_what_the_registration_asks_for(string path, string scope, string answer)
    {
        var (appId, principal) = await RegisterAsync();

        var sent = await PostAsync(appId, path, scope, "dana@contoso.onmicrosoft.com", "accept");

        Assert.StartsWith($"{Back}?{answer}{_client.Tenant.TenantId}", sent.Headers["Location"], StringComparison.Ordinal);
        Assert.EndsWith("&state=7", sent.Headers["Location"], StringComparison.Ordinal);
        var token = await _client.AdminTokenAsync();
        var role = Assert.Single((await _client.SendAsync("GET", $"servicePrincipals/{principal}/appRoleAssignments", token)).Value);
        Assert.Equal("810c84a8-4a9e-49e6-bf7d-12d183f40d01", (string?)role!["appRoleId"]);
        var grant = Assert.Single((await _client.SendAsync("GET", $"servicePrincipals/{principal}/oauth2PermissionGrants", token)).Value);
        Assert.Equal(("AllPrincipals", "Mail.Send"), ((string?)grant!["consentType"], (string?)grant["scope"]));
        Assert.Equal(302, (await PostAsync(appId, path, scope, "dana@contoso.onmicrosoft.com", "accept")).Status);
        Assert.Single((await _client.SendAsync("GET", $"servicePrincipals/{principal}/appRoleAssignments", token)).Value);
    }

    [Theory]
    [InlineData("v2.0/adminconsent", "", "", "AADSTS900144: The request body must contain the following parameter: &#39;scope&#39;.")]
    [InlineData("adminconsent", "", "http://elsewhere.example/", "AADSTS50011")]
    public async Task A_wrong_request_is_told_on_the_page(string path, string scope, string back, string text)
    {
        var (appId, _) = await RegisterAsync();

        var reply = await _client.SendAsync("GET", Address(appId, path, scope, back.Length == 0 ? Back : back), null);

        Assert.Equal(400, reply.Status);
        Assert.Contains(text, Encoding.UTF8.GetString(reply.Bytes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_an_admin_can_consent_and_may_decline()
    {
        var (appId, principal) = await RegisterAsync();

        var refused = await PostAsync(appId, "adminconsent", "", "alice@contoso.onmicrosoft.com", "accept");
        Assert.Contains("AADSTS90094", Encoding.UTF8.GetString(refused.Bytes), StringComparison.Ordinal);
        var declined = await PostAsync(appId, "adminconsent", "", "dana@contoso.onmicrosoft.com", "decline");
        Assert.StartsWith($"{Back}?error=permission_denied", declined.Headers["Location"], StringComparison.Ordinal);
        var later = await PostAsync(appId, "v2.0/adminconsent", "&scope=https://graph.microsoft.com/Mail.Send", "dana@contoso.onmicrosoft.com", "decline");
        Assert.StartsWith($"{Back}?error=consent_required&error_description=AADSTS65004", later.Headers["Location"], StringComparison.Ordinal);
        var grants = await _client.SendAsync("GET", $"servicePrincipals/{principal}/oauth2PermissionGrants", await _client.AdminTokenAsync());
        Assert.Empty(grants.Value);
    }

    private async Task<(string AppId, string Principal)> RegisterAsync()
    {
        var token = await _client.AdminTokenAsync();
        var app = (await _client.SendAsync("POST", "applications", token, $$"""
            {
              "displayName": "Archive", "web": { "redirectUris": ["{{Back}}"] },
              "requiredResourceAccess": [{ "resourceAppId": "00000003-0000-0000-c000-000000000000", "resourceAccess": [
                { "id": "810c84a8-4a9e-49e6-bf7d-12d183f40d01", "type": "Role" }, { "id": "e383f46e-2787-4529-855e-0e479a3ffac0", "type": "Scope" }] }]
            }
            """)).Ok();
        var principal = (await _client.SendAsync("POST", "servicePrincipals", token, $$"""{"appId":"{{app["appId"]}}"}""")).Ok();
        return ((string)app["appId"]!, (string)principal["id"]!);
    }

    private string Address(string appId, string path, string scope, string back) =>
        $"{_client.Login}/{_client.Tenant.TenantId}/{path}?client_id={appId}{scope}&redirect_uri={Uri.EscapeDataString(back)}&state=7";

    private async Task<Reply> PostAsync(string appId, string path, string scope, string user, string decision)
    {
        var id = _client.Tenant.State.Directory.Users.First(u => (string?)u.Json["userPrincipalName"] == user).Id;
        using var content = new FormUrlEncodedContent(new Dictionary<string, string> { ["user"] = id, ["decision"] = decision });
        using var response = await _client.Http.PostAsync(Address(appId, path, scope, Back), content);
        return await Reply.ReadAsync(response);
    }

    public void Dispose() => _client.Dispose();
}
