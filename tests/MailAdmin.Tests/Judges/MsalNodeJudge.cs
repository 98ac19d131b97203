namespace MailAdmin.Tests.Judges;

/// <summary>MSAL for Node: an app by secret and by certificate, a person by device code, and the token renewed.</summary>
internal sealed class MsalNodeJudge(JudgedTenant tenant) : NodeJudge(tenant, "@azure/msal-node", "msal-node.mjs")
{
    private static readonly string[] GraphScopes = ["https://graph.microsoft.com/.default"];

    protected override async Task JudgeAsync()
    {
        await using var msal = Start();
        var tenantId = Tenant.Server["tenantId"];
        var (clientId, secret, certificate) = await Tenant.RegisterAsync("App of msal-node");
        using (certificate)
        {
            On("client secret");
            var refused = await Assert.ThrowsAsync<JudgeException>(
                () => msal.AskAsync(new { tenant = tenantId, clientId, secret = "wrong", scopes = GraphScopes }));
            Assert.Equal("invalid_client", (string?)refused.Error["code"]);
            Assert.Contains("AADSTS7000215", refused.Message, StringComparison.Ordinal);
            await CheckAsync(await msal.AskAsync(new { tenant = tenantId, clientId, secret, scopes = GraphScopes }), clientId);

            On("certificate");
            var pem = new
            {
                thumbprintSha256 = certificate.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256),
                privateKey = System.Security.Cryptography.X509Certificates.RSACertificateExtensions
                    .GetRSAPrivateKey(certificate)!.ExportPkcs8PrivateKeyPem(),
            };
            await CheckAsync(
                await msal.AskAsync(new { tenant = tenantId, clientId, certificate = pem, scopes = GraphScopes }), clientId);
        }

        On("device code");
        var personal = await Tenant.RegisterPublicAsync(
            "Person of msal-node", "Mail.Read User.Read offline_access openid profile");
        string[] scopes = ["User.Read", "Mail.Read"];
        var signedIn = await msal.AskAsync(
            new { tenant = tenantId, clientId = personal, scopes },
            said => Tenant.TypeCodeAsync(said["userCode"]!.ToString(), Tenant.Bob));
        Assert.Equal(Tenant.Bob, (string?)signedIn!["account"]!["username"]);

        On("refresh token");
        var renewed = await msal.AskAsync(new { tenant = tenantId, clientId = personal, scopes, refresh = true });
        Assert.NotEqual((string?)signedIn["accessToken"], (string?)renewed!["accessToken"]);
        Assert.Equal((string?)signedIn["uniqueId"], (string?)renewed["uniqueId"]);
        Assert.Equal(Tenant.Bob, (string?)(await Tenant.AsAsync(renewed["accessToken"]!.ToString(), "me")).Ok()["mail"]);
    }

    /// <summary>A token is what opens something: here it is known, and has no permission.</summary>
    private async Task CheckAsync(System.Text.Json.Nodes.JsonNode? token, string clientId)
    {
        (await Tenant.AsAsync(token!["accessToken"]!.ToString(), "applications")).Refused(403, "Authorization_RequestDenied");
        Assert.Equal(clientId, Claims(token["accessToken"]!.ToString())["appid"]!.ToString());
    }

    private static System.Text.Json.Nodes.JsonNode Claims(string token) => System.Text.Json.Nodes.JsonNode.Parse(
        System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1]))!;
}
