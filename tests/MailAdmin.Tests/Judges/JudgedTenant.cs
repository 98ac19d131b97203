using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MailAdmin.Tenant;

namespace MailAdmin.Tests.Judges;

/// <summary>The tenant in which judges work, seen by its admin over plain HTTP: what they did is looked for here.</summary>
internal sealed class JudgedTenant(ServedProcess server) : IDisposable
{
    private readonly HttpClient _http = server.ForeignClient();
    private readonly ServedSandbox _sandbox = server.Sandbox();
    private readonly Lazy<Task<string>> _token = new(() => TokenAsync(server));

    public ServedProcess Server => server;

    public string Invoices => server.Mailboxes[0];

    public string Alice => server.Mailboxes[1];

    public string Bob => server.Mailboxes[2];

    public string Support => server.Mailboxes[3];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Asks Graph as the admin.</summary>
    public async Task<Reply> AskAsync(string method, string path, string? json = null) =>
        await SendAsync(method, path, await _token.Value, json);

    /// <summary>Asks Graph with the token that a client got.</summary>
    public Task<Reply> AsAsync(string token, string path) => SendAsync("GET", path, token, null);

    private async Task<Reply> SendAsync(string method, string path, string token, string? json)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"https://graph.microsoft.com/v1.0/{path}")
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
            Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json"),
        };
        using var answer = await _http.SendAsync(request, Cancel);
        return await Reply.ReadAsync(answer);
    }

    /// <summary>An app with a secret and a certificate, without any permission.</summary>
    public async Task<(string ClientId, string Secret, X509Certificate2 Certificate)> RegisterAsync(string name)
    {
        using var key = RSA.Create(2048);
        var certificate = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(90));
        var app = (await AskAsync("POST", "applications", $$"""
            {"displayName":"{{name}}","keyCredentials":[
                {"type":"AsymmetricX509Cert","usage":"Verify","key":"{{Convert.ToBase64String(certificate.RawData)}}"}]}
            """)).Ok();
        (await AskAsync("POST", "servicePrincipals", $$"""{"appId":"{{app["appId"]}}"}""")).Ok();
        var secret = (await AskAsync("POST", $"applications/{app["id"]}/addPassword", "{}")).Ok();
        return ((string)app["appId"]!, (string)secret["secretText"]!, certificate);
    }

    /// <summary>A public client that has these delegated permissions of Microsoft Graph for everybody.</summary>
    public async Task<string> RegisterPublicAsync(string name, string scopes)
    {
        var app = (await AskAsync("POST", "applications", $$"""
            {"displayName":"{{name}}","isFallbackPublicClient":true,"publicClient":{"redirectUris":["http://localhost"]} }
            """)).Ok();
        var principal = (await AskAsync("POST", "servicePrincipals", $$"""{"appId":"{{app["appId"]}}"}""")).Ok();
        var graph = (await AskAsync("GET", "servicePrincipals(appId='00000003-0000-0000-c000-000000000000')")).Ok();
        (await AskAsync("POST", "oauth2PermissionGrants", $$"""
            {"clientId":"{{principal["id"]}}","consentType":"AllPrincipals","resourceId":"{{graph["id"]}}","scope":"{{scopes}}"}
            """)).Ok();
        return (string)app["appId"]!;
    }

    /// <summary>Types a device code into the sandbox's page, as a person.</summary>
    public Task TypeCodeAsync(string code, string person) => new SandboxBrowser(server.Wire().Http).OpenAsync(
        new Uri($"https://login.microsoftonline.com/common/oauth2/deviceauth?otc={code}&login_hint={person}"), Cancel);

    public Task<SandboxMessage[]> MessagesAsync(string mailbox, string folder) =>
        _sandbox.GetMessagesAsync(mailbox, folder, Cancel);

    /// <summary>The subjects of a folder's messages, in order of the alphabet.</summary>
    public async Task<string[]> SubjectsAsync(string mailbox, string folder) =>
        [.. (await MessagesAsync(mailbox, folder)).Select(m => m.Subject).Order(StringComparer.Ordinal)];

    public Task<SandboxMessage> DeliverAsync(string mailbox, string subject, string folder = "Inbox") => _sandbox.AddMessageAsync(
        mailbox, folder,
        Encoding.ASCII.GetBytes($"From: dana@fabrikam.com\r\nTo: {mailbox}\r\nSubject: {subject}\r\n\r\nHello\r\n"),
        null, isRead: false, Cancel);

    public void Dispose() => _http.Dispose();

    private static async Task<string> TokenAsync(ServedProcess server)
    {
        using var http = server.ForeignClient();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = server["adminClientId"],
            ["client_secret"] = server["adminClientSecret"],
            ["scope"] = "https://graph.microsoft.com/.default",
        });
        using var answer = await http.PostAsync(
            $"https://login.microsoftonline.com/{server["tenantId"]}/oauth2/v2.0/token", form, Cancel);
        return (string)(await Reply.ReadAsync(answer)).Ok()["access_token"]!;
    }
}
