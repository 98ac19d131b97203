using Microsoft.Identity.Client;

namespace MailAdmin.Tests.Judges;

/// <summary>MSAL.NET, not through our code: an app by secret and certificate, a person by device code, a token renewed.</summary>
internal sealed class MsalJudge(JudgedTenant tenant) : Judge(tenant)
{
    private static readonly string[] GraphScopes = ["https://graph.microsoft.com/.default"];

    public override string Client => "MSAL.NET";

    public override string Version => VersionOf(typeof(IConfidentialClientApplication));

    protected override async Task JudgeAsync()
    {
        using var http = Tenant.Server.ForeignClient();
        var factory = new Factory(http);
        var authority = $"https://login.microsoftonline.com/{Tenant.Server["tenantId"]}";
        var (clientId, secret, certificate) = await Tenant.RegisterAsync("App of MSAL.NET");
        using (certificate)
        {
            On("client secret");
            var refused = await Assert.ThrowsAsync<MsalServiceException>(
                () => App().WithClientSecret("wrong").Build().AcquireTokenForClient(GraphScopes).ExecuteAsync(Cancel));
            Assert.Equal("invalid_client", refused.ErrorCode);
            await CheckAsync(App().WithClientSecret(secret));

            On("certificate");
            await CheckAsync(App().WithCertificate(certificate));
        }

        On("device code");
        var personal = await Tenant.RegisterPublicAsync(
            "Person of MSAL.NET", "Mail.Read User.Read offline_access openid profile");
        var person = PublicClientApplicationBuilder.Create(personal).WithAuthority(authority)
            .WithHttpClientFactory(factory).Build();
        string[] scopes = ["User.Read", "Mail.Read"];
        var signedIn = await person.AcquireTokenWithDeviceCode(scopes, code => Tenant.TypeCodeAsync(code.UserCode, Tenant.Bob))
            .ExecuteAsync(Cancel);
        Assert.Equal(Tenant.Bob, signedIn.Account.Username);

        On("refresh token");
        var renewed = await person.AcquireTokenSilent(scopes, signedIn.Account).WithForceRefresh(true).ExecuteAsync(Cancel);
        Assert.NotEqual(signedIn.AccessToken, renewed.AccessToken);
        Assert.Equal(Tenant.Bob, (string?)(await Tenant.AsAsync(renewed.AccessToken, "me")).Ok()["mail"]);

        ConfidentialClientApplicationBuilder App() =>
            ConfidentialClientApplicationBuilder.Create(clientId).WithAuthority(authority).WithHttpClientFactory(factory);
    }

    private async Task CheckAsync(ConfidentialClientApplicationBuilder app)
    {
        var token = await app.Build().AcquireTokenForClient(GraphScopes).ExecuteAsync(Cancel);
        (await Tenant.AsAsync(token.AccessToken, "applications")).Refused(403, "Authorization_RequestDenied");
    }

    private sealed class Factory(HttpClient client) : IMsalHttpClientFactory
    {
        public HttpClient GetHttpClient() => client;
    }
}
