using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.State;
using Microsoft.Graph;
using Microsoft.Graph.Models;
using Microsoft.Graph.Models.ODataErrors;
using Microsoft.Graph.Users.Item.Messages.Item.Move;
using Microsoft.Identity.Client;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Http.HttpClientLibrary;

namespace MailAdmin.Tests.Tenant;

/// <summary>Microsoft's own libraries, as they are, take the tenant for Microsoft 365.</summary>
public sealed class MicrosoftLibrariesTests : IDisposable
{
    private readonly TenantClient _client = new(new SandboxOptions { Clock = new TenantClock() });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Msal_signs_in_with_a_secret(bool instanceDiscovery)
    {
        var result = await Msal(_client.Tenant.AdminApp.ClientId, instanceDiscovery)
            .WithClientSecret(_client.Tenant.AdminApp.ClientSecret).Build()
            .AcquireTokenForClient(["https://graph.microsoft.com/.default"]).ExecuteAsync(TestContext.Current.CancellationToken);

        Assert.Equal("Bearer", result.TokenType);
        Assert.InRange(result.ExpiresOn - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(58), TimeSpan.FromMinutes(61));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Msal_signs_in_with_a_certificate(bool sendX5C)
    {
        var app = await _client.RegisterAsync();
        using var certificate = NewCertificate();
        (await _client.SendAsync("PATCH", $"applications/{app.ObjectId}", await _client.AdminTokenAsync(), $$"""
            {"keyCredentials":[{"type":"AsymmetricX509Cert","usage":"Verify","key":"{{Convert.ToBase64String(certificate.RawData)}}"}]}
            """)).Ok();

        var result = await Msal(app.AppId, true).WithCertificate(certificate, sendX5C).Build()
            .AcquireTokenForClient(["https://outlook.office365.com/.default"]).ExecuteAsync(TestContext.Current.CancellationToken);

        Assert.NotEmpty(result.AccessToken);
    }

    [Fact]
    public async Task Msal_tells_a_refusal()
    {
        var refusal = await Assert.ThrowsAsync<MsalServiceException>(() => Msal(_client.Tenant.AdminApp.ClientId, true)
            .WithClientSecret("wrong").Build().AcquireTokenForClient(["https://graph.microsoft.com/.default"])
            .ExecuteAsync(TestContext.Current.CancellationToken));

        Assert.Equal(("invalid_client", 401), (refusal.ErrorCode, refusal.StatusCode));
        Assert.StartsWith("A configuration issue is preventing authentication", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("AADSTS7000215: Invalid client secret provided.", refusal.Message, StringComparison.Ordinal);
        Assert.True(Guid.TryParse(refusal.CorrelationId, out _));
    }

    [Fact]
    public async Task Graph_sdk_walks_the_whole_road()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var admin = Sdk(await _client.AdminTokenAsync());
        var app = await admin.Applications.PostAsync(new Application { DisplayName = "Fetcher", SignInAudience = "AzureADMyOrg" }, cancellationToken: cancellation);
        var principal = await admin.ServicePrincipals.PostAsync(new ServicePrincipal { AppId = app!.AppId }, cancellationToken: cancellation);
        var secret = await admin.Applications[app.Id].AddPassword.PostAsync(new() { PasswordCredential = new() { DisplayName = "first" } }, cancellationToken: cancellation);
        var graph = await admin.ServicePrincipalsWithAppId("00000003-0000-0000-c000-000000000000").GetAsync(cancellationToken: cancellation);
        await admin.ServicePrincipals[principal!.Id].AppRoleAssignments.PostAsync(
            new AppRoleAssignment
            {
                PrincipalId = Guid.Parse(principal.Id!),
                ResourceId = Guid.Parse(graph!.Id!),
                AppRoleId = graph.AppRoles!.Single(r => r.Value == "Mail.ReadWrite").Id,
            },
            cancellationToken: cancellation);

        using var mail = Sdk(await _client.TokenAsync(app.AppId!, secret!.SecretText!));
        var page = await mail.Users[_client.Invoices].MailFolders["inbox"].Messages.GetAsync(
            r =>
            {
                r.QueryParameters.Top = 2;
                r.QueryParameters.Orderby = ["receivedDateTime"];
                r.Headers.Add("Prefer", "IdType=\"ImmutableId\"");
            },
            cancellation);
        Assert.Equal(2, page!.Value!.Count);
        Assert.NotNull(page.OdataNextLink);
        Assert.Equal("Invoice 2024-0117", page.Value[0].Subject);
        Assert.True(page.Value[0].HasAttachments);

        await using var mime = await mail.Users[_client.Invoices].Messages[page.Value[0].Id].Content.GetAsync(cancellationToken: cancellation);
        using var copy = new MemoryStream();
        await mime!.CopyToAsync(copy, cancellation);
        Assert.Equal(_client.Tenant.GetMessages(_client.Invoices).First(m => m.Id == page.Value[0].Id).GetContent(), copy.ToArray());

        var folder = await mail.Users[_client.Invoices].MailFolders.PostAsync(new() { DisplayName = "Done" }, cancellationToken: cancellation);
        var moved = await mail.Users[_client.Invoices].Messages[page.Value[0].Id].Move.PostAsync(
            new MovePostRequestBody { DestinationId = folder!.Id }, r => r.Headers.Add("Prefer", "IdType=\"ImmutableId\""), cancellation);
        Assert.Equal(page.Value[0].Id, moved!.Id);
        Assert.Equal("Invoice 2024-0117", Assert.Single(_client.Tenant.GetMessages(_client.Invoices, "Done")).Subject);
    }

    [Fact]
    public async Task Graph_sdk_uploads_a_large_file()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var content = new byte[(7 * 1024 * 1024) + 5];
        new Random(7).NextBytes(content);
        using var sdk = Sdk(await _client.TokenWithAsync("Mail.ReadWrite", "Mail.Send"));
        var bob = sdk.Users[_client.Tenant.Mailboxes[2].Address];
        var draft = await bob.Messages.PostAsync(
            new Message { Subject = "Large", ToRecipients = [new() { EmailAddress = new() { Address = _client.Tenant.Mailboxes[1].Address } }] }, cancellationToken: cancellation);
        var session = await bob.Messages[draft!.Id].Attachments.CreateUploadSession.PostAsync(
            new() { AttachmentItem = new AttachmentItem { AttachmentType = AttachmentType.File, Name = "large.bin", Size = content.Length } }, cancellationToken: cancellation);
        using var file = new MemoryStream(content);
        using var anonymous = new HttpClientRequestAdapter(new AnonymousAuthenticationProvider(), httpClient: _client.Http);
        var told = new List<long>();

        var result = await new LargeFileUploadTask<FileAttachment>(session, file, 10 * 320 * 1024, anonymous)
            .UploadAsync(new Progress(told.Add), cancellationToken: cancellation);

        Assert.True(result.UploadSucceeded);
        Assert.Contains("/Attachments('", result.Location!.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal([3_276_799, 6_553_599, content.Length - 1], told);
        await bob.Messages[draft.Id].Send.PostAsync(cancellationToken: cancellation);
        var arrived = (await sdk.Users[_client.Tenant.Mailboxes[1].Address].Messages.GetAsync(
            r => (r.QueryParameters.Filter, r.QueryParameters.Expand) = ("subject eq 'Large'", ["attachments"]), cancellation))!.Value!.Single();
        var attachment = Assert.IsType<FileAttachment>(Assert.Single(arrived.Attachments!));
        Assert.True(content.AsSpan().SequenceEqual(attachment.ContentBytes), "The file did not arrive as it was sent");
    }

    [Fact]
    public async Task Graph_sdk_sends_batches_of_any_size()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var sdk = Sdk(await _client.TokenWithAsync("Mail.ReadWrite"));
        var mailbox = sdk.Users[_client.Invoices];
        var batch = new BatchRequestContentCollection(sdk);
        var steps = new List<string>();
        for (var i = 0; i < 45; i++)
        {
            steps.Add(await batch.AddBatchRequestStepAsync(mailbox.MailFolders.ToPostRequestInformation(new() { DisplayName = $"Folder {i}" })));
        }

        var refused = await batch.AddBatchRequestStepAsync(sdk.Users["nobody@contoso.onmicrosoft.com"].Messages.ToGetRequestInformation());
        var response = await sdk.Batch.PostAsync(batch, cancellation);

        for (var i = 0; i < steps.Count; i++)
        {
            Assert.Equal($"Folder {i}", (await response.GetResponseByIdAsync<Microsoft.Graph.Models.MailFolder>(steps[i])).DisplayName);
        }

        using var refusal = await response.GetResponseByIdAsync(refused);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, refusal.StatusCode);
        Assert.Contains("ErrorInvalidUser", await refusal.Content.ReadAsStringAsync(cancellation), StringComparison.Ordinal);
        var error = await Assert.ThrowsAsync<ServiceException>(() => response.GetResponseByIdAsync<MessageCollectionResponse>(refused));
        Assert.Equal(404, error.ResponseStatusCode);
    }

    [Fact]
    public async Task Graph_sdk_tells_a_refusal()
    {
        using var sdk = Sdk(await _client.AdminTokenAsync());

        var refusal = await Assert.ThrowsAsync<ODataError>(() =>
            sdk.Users[_client.Invoices].Messages.GetAsync(cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal((403, "ErrorAccessDenied"), (refusal.ResponseStatusCode, refusal.Error!.Code));
        Assert.Equal("Access is denied. Check credentials and try again.", refusal.Error.Message);
        Assert.NotNull(refusal.Error.InnerError!.RequestId);
    }

    public void Dispose() => _client.Dispose();

    private ConfidentialClientApplicationBuilder Msal(string clientId, bool instanceDiscovery) =>
        ConfidentialClientApplicationBuilder.Create(clientId)
            .WithAuthority($"https://login.microsoftonline.com/{_client.Tenant.TenantId}")
            .WithInstanceDiscovery(instanceDiscovery)
            .WithHttpClientFactory(new Factory(_client.Http), retryOnceOn5xx: false);

    private GraphServiceClient Sdk(string token) =>
        new(new HttpClientRequestAdapter(new BaseBearerTokenAuthenticationProvider(new FixedToken(token)), httpClient: _client.Http));

    private static X509Certificate2 NewCertificate()
    {
        using var key = RSA.Create(2048);
        return new CertificateRequest("CN=Fetcher", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(90));
    }

    private sealed class Progress(Action<long> tell) : IProgress<long>
    {
        public void Report(long value) => tell(value);
    }

    private sealed class Factory(HttpClient http) : IMsalHttpClientFactory
    {
        public HttpClient GetHttpClient() => http;
    }

    private sealed class FixedToken(string token) : IAccessTokenProvider
    {
        public AllowedHostsValidator AllowedHostsValidator { get; } = new();

        public Task<string> GetAuthorizationTokenAsync(Uri uri, Dictionary<string, object>? context = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(token);
    }
}
