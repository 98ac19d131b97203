using System.Security.Cryptography;
using System.Text;
using System.Web;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Entra;
using MailAdmin.Tests.Tenant.Graph;
using Microsoft.IdentityModel.JsonWebTokens;

namespace MailAdmin.Tests.Tenant.Entra;

/// <summary>docs/identity-platform/v2-oauth2-auth-code-flow.md and refresh-tokens.md of MicrosoftDocs/entra-docs, over plain HTTP.</summary>
public sealed class UserTokenTests : IDisposable
{
    private const string Redirect = "http://localhost:4711/", Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    private readonly TenantClient _client = new(Person.MayConsent);

    [Fact]
    public async Task A_code_brings_a_token_for_the_person_as_the_page_shows()
    {
        var reply = await RedeemAsync(await CodeAsync("https://graph.microsoft.com/Mail.Read offline_access openid"));

        JsonShape.AssertMatches(System.Text.Json.Nodes.JsonNode.Parse(
            """{ "token_type": "Bearer", "expires_in": 3599, "scope": "https://graph.microsoft.com/Mail.Read", "access_token": "*", "refresh_token": "*", "id_token": "*" }"""), reply.Ok());
        var token = new JsonWebToken((string)reply.Json["access_token"]!);
        Assert.Equal(("Mail.Read", "0", "user", "alice@contoso.onmicrosoft.com"), (Claim("scp"), Claim("appidacr"), Claim("idtyp"), Claim("upn")));
        Assert.False(token.TryGetClaim("roles", out _));

        string Claim(string name) => token.GetClaim(name).Value;
    }

    [Fact]
    public async Task The_page_proposes_who_is_hinted_at_and_shows_what_is_asked_for()
    {
        using var http = new HttpClient(_client.Tenant.Wire.Http, disposeHandler: false);
        var users = await http.GetStringAsync(Authorize("Mail.Read"), Cancel);
        using var consent = await http.PostAsync(Authorize("Mail.Read"), new FormUrlEncodedContent([new("user", Alice.Id), new("decision", "next")]), Cancel);

        Assert.Matches($"value=\"{Alice.Id}\" checked", users);
        Assert.DoesNotContain("invoices@", users, StringComparison.Ordinal);
        Assert.Contains("<li>Microsoft Graph: Mail.Read</li>", await consent.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("code_verifier", "wrong-wrong-wrong-wrong-wrong-wrong-wrong-wrong", "invalid_grant", 501481)]
    [InlineData("redirect_uri", "http://localhost:4712/", "invalid_request", 50011)]
    [InlineData("code", "1.none", "invalid_grant", 70000)]
    [InlineData("client_secret", "one", "invalid_client", 700025)]
    [InlineData("scope", "Mail.Send", "invalid_grant", 65001)]
    [InlineData("scope", "Mail.Nothing", "invalid_scope", 70011)]
    [InlineData("scope", "Mail.Read https://outlook.office365.com/IMAP.AccessAsUser.All", "invalid_request", 700022)]
    public async Task A_code_that_is_redeemed_wrongly_is_refused(string parameter, string value, string error, int number)
    {
        var reply = await RedeemAsync(await CodeAsync("Mail.Read"), (parameter, value));

        Assert.Equal((error, number), (reply.Code, (int)reply.Json["error_codes"]![0]!));
    }

    [Fact]
    public async Task A_code_is_good_once_and_for_ten_minutes()
    {
        var code = await CodeAsync("Mail.Read");
        (await RedeemAsync(code)).Ok();
        Assert.Equal(54005, (int)(await RedeemAsync(code)).Json["error_codes"]![0]!);
        code = await CodeAsync("Mail.Read");
        _client.Tenant.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(70008, (int)(await RedeemAsync(code)).Json["error_codes"]![0]!);
    }

    [Fact]
    public async Task A_refresh_token_rotates_and_serves_each_consented_resource_for_90_days()
    {
        var first = (string)(await RedeemAsync(await CodeAsync("Mail.Read https://outlook.office365.com/IMAP.AccessAsUser.All offline_access"), ("scope", "Mail.Read"))).Ok()["refresh_token"]!;

        _client.Tenant.Clock.Advance(TimeSpan.FromDays(89));
        var imap = (await RefreshAsync(first, "https://outlook.office365.com/IMAP.AccessAsUser.All")).Ok();
        var second = (string)imap["refresh_token"]!;
        Assert.NotEqual(first, second);
        Assert.Equal("https://outlook.office365.com", Assert.Single(new JsonWebToken((string)imap["access_token"]!).Audiences));
        _client.Tenant.Clock.Advance(TimeSpan.FromDays(2));

        Assert.Equal(700082, (int)(await RefreshAsync(first, "Mail.Read")).Json["error_codes"]![0]!);
        (await RefreshAsync(second, "Mail.Read")).Ok();
    }

    [Theory]
    [InlineData("Mail.Read", null, 400)]
    [InlineData("Mail.Read", "http://evil.example/", 400)]
    public async Task Nothing_is_sent_to_an_address_that_is_not_the_apps_own(string scope, string? redirect, int status)
    {
        using var http = new HttpClient(_client.Tenant.Wire.Http, disposeHandler: false);
        var page = Authorize(scope).AbsoluteUri.Replace(Uri.EscapeDataString(Redirect), Uri.EscapeDataString(redirect ?? ""), StringComparison.Ordinal);

        using var answer = await http.GetAsync(page, Cancel);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData("Mail.Read", "users/{alice}/messages", 200)]
    [InlineData("Mail.Read", "me/messages", 200)]
    [InlineData("Mail.Read", "users/{invoices}/messages", 403)]
    [InlineData("Mail.Read.Shared", "users/{invoices}/messages", 200)]
    [InlineData("Mail.Read.Shared", "users/{bob}/messages", 403)]
    [InlineData("User.Read", "me", 200)]
    [InlineData("User.Read", "users", 403)]
    [InlineData("Mail.Read", "applications", 403)]
    public async Task A_person_may_what_the_app_was_let_and_the_person_may(string scope, string path, int status)
    {
        var token = (string)(await RedeemAsync(await CodeAsync(scope), ("scope", scope))).Ok()["access_token"]!;
        path = path.Replace("{alice}", Mailbox(1), StringComparison.Ordinal).Replace("{bob}", Mailbox(2), StringComparison.Ordinal).Replace("{invoices}", Mailbox(0), StringComparison.Ordinal);

        Assert.Equal(status, (await _client.SendAsync("GET", path, token)).Status);
    }

    public void Dispose() => _client.Dispose();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private DirectoryObject Alice => _client.Tenant.State.Directory.Users.Single(u => u.DisplayName == "Alice Johnson");

    private string Mailbox(int index) => _client.Tenant.Mailboxes[index].Address;

    private Uri Authorize(string scope) => new($"{_client.Login}/organizations/oauth2/v2.0/authorize?client_id={Client.GraphCommandLine}&response_type=code"
        + $"&redirect_uri={Uri.EscapeDataString(Redirect)}&scope={Uri.EscapeDataString(scope)}&state=12345&login_hint=alice%40contoso.onmicrosoft.com"
        + $"&code_challenge_method=S256&code_challenge={Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)))}");

    private static string Base64UrlEncode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    /// <summary>Alice signs in and consents; the code is in the address that the browser is sent to.</summary>
    private async Task<string> CodeAsync(string scope)
    {
        using var http = new HttpClient(_client.Tenant.Wire.Http, disposeHandler: false);
        using var answer = await http.PostAsync(Authorize(scope), new FormUrlEncodedContent([new("user", Alice.Id), new("decision", "accept")]), Cancel);
        Assert.Equal(302, (int)answer.StatusCode);
        var sent = HttpUtility.ParseQueryString(answer.Headers.Location!.Query);
        Assert.Equal("12345", sent["state"]);
        return sent["code"]!;
    }

    private Task<Reply> RedeemAsync(string code, params (string Name, string Value)[] changes)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["client_id"] = Client.GraphCommandLine,
            ["code"] = code,
            ["redirect_uri"] = Redirect,
            ["code_verifier"] = Verifier,
        };
        foreach (var (name, value) in changes)
        {
            form[name] = value;
        }

        return _client.PostTokenAsync(form, "organizations");
    }

    private Task<Reply> RefreshAsync(string token, string scope) => _client.PostTokenAsync(new Dictionary<string, string>
    {
        ["grant_type"] = "refresh_token",
        ["client_id"] = Client.GraphCommandLine,
        ["refresh_token"] = token,
        ["scope"] = scope + " offline_access",
    });
}
