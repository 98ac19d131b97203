using System.Text.Json.Nodes;
using MailAdmin.Tenant;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Graph.OData;

namespace MailAdmin.Tests.Tenant.Graph;

/// <summary>concepts/errors.md, resolve-auth-errors.md and throttling.md of microsoftgraph/microsoft-graph-docs-contrib.</summary>
public sealed class GraphRefusalTests : IDisposable
{
    private readonly TenantClient _client = new();
    private readonly string _token;

    public GraphRefusalTests() => _token = _client.MintAll();

    [Fact]
    public async Task An_error_has_the_documented_shape()
    {
        var reply = await _client.SendAsync("GET", $"users/{_client.Invoices}/messages", _client.Mint([]), null, ("client-request-id", "0f8b3e1a-0000-4000-8000-000000000001"));

        Assert.Equal(403, reply.Status);
        JsonShape.AssertMatches(JsonNode.Parse("""
            {
              "error": {
                "code": "ErrorAccessDenied", "message": "Access is denied. Check credentials and try again.",
                "innerError": { "date": "2026-03-02T09:00:00", "request-id": "*", "client-request-id": "0f8b3e1a-0000-4000-8000-000000000001" }
              }
            }
            """), reply.Json);
        Assert.Equal((string)reply.Json["error"]!["innerError"]!["request-id"]!, reply.Headers["request-id"]);
    }

    [Theory]
    [InlineData("missing", "Access token is empty.")]
    [InlineData("garbage", "IDX14100: JWT is not well formed, there are no dots (.).")]
    [InlineData("signature", "Access token validation failure. Invalid signature.")]
    [InlineData("aud", "Access token validation failure. Invalid audience.")]
    [InlineData("exp", "Lifetime validation failed, the token is expired.")]
    [InlineData("tid", "The identity of the calling application could not be established.")]
    public async Task A_bad_token_is_refused_with_a_challenge(string what, string message)
    {
        var token = what switch
        {
            "missing" => null,
            "garbage" => "garbage",
            "signature" => _token[..^6] + "AAAAAA",
            "aud" => await _client.TokenAsync(_client.Tenant.AdminApp.ClientId, _client.Tenant.AdminApp.ClientSecret, "https://outlook.office365.com/.default"),
            "exp" => _client.Mint(["User.Read.All"], c => c["exp"] = TenantClient.Start.ToUnixTimeSeconds()),
            _ => _client.Mint(["User.Read.All"], c => c["tid"] = Guid.NewGuid().ToString()),
        };

        var reply = await _client.SendAsync("GET", "users", token);

        reply.Refused(401, "InvalidAuthenticationToken");
        Assert.Equal(message, reply.Message);
        Assert.StartsWith("Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\"", reply.Headers["WWW-Authenticate"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "users/{mailbox}/messages/AAMkAGI1AAAoZCfHAAAAAAAAAAAAAAAAAAAAAAAAAAAA", null, 404, "ErrorItemNotFound")]
    [InlineData("GET", "users/{mailbox}/messages/nonsense", null, 400, "ErrorInvalidIdMalformed")]
    [InlineData("GET", "users/{mailbox}/mailFolders/nonsense/messages", null, 400, "ErrorInvalidIdMalformed")]
    [InlineData("GET", "users/nobody@contoso.onmicrosoft.com/messages", null, 404, "ErrorInvalidUser")]
    [InlineData("GET", "users/billing@contoso.onmicrosoft.com/messages", null, 404, "ErrorInvalidUser")]
    [InlineData("GET", "users/dana@contoso.onmicrosoft.com/messages", null, 404, "MailboxNotEnabledForRESTAPI")]
    [InlineData("GET", "users/nobody@contoso.onmicrosoft.com", null, 404, "Request_ResourceNotFound")]
    [InlineData("GET", "applications/11111111-2222-3333-4444-555555555555", null, 404, "Request_ResourceNotFound")]
    [InlineData("GET", "me/messages", null, 400, "BadRequest")]
    [InlineData("GET", "users/{mailbox}/nonsense", null, 400, "BadRequest")]
    [InlineData("PUT", "users/{mailbox}/messages", null, 405, "Request_BadRequest")]
    [InlineData("GET", "users/{mailbox}/messages?$select=nonsense", null, 400, "RequestBroker--ParseUri")]
    [InlineData("GET", "users/{mailbox}/messages?$filter=nonsense eq 1", null, 400, "RequestBroker--ParseUri")]
    [InlineData("GET", "users/{mailbox}/messages?$filter=subject eq", null, 400, "BadRequest")]
    [InlineData("GET", "users/{mailbox}/messages?$filter=isRead eq true&$orderby=receivedDateTime", null, 400, "InefficientFilter")]
    [InlineData("GET", "users/{mailbox}/messages?$top=x", null, 400, "BadRequest")]
    [InlineData("GET", "users/{mailbox}/messages?$expand=nonsense", null, 400, "RequestBroker--ParseUri")]
    [InlineData("GET", "users?$top=1000", null, 400, "Request_BadRequest")]
    [InlineData("GET", "users?$skip=1", null, 400, "Request_UnsupportedQuery")]
    [InlineData("GET", "users?$search=\"displayName:a\"", null, 400, "Request_UnsupportedQuery")]
    [InlineData("GET", "users?$filter=endswith(mail,'a')", null, 400, "Request_UnsupportedQuery")]
    [InlineData("GET", "users?$filter=contains(mail,'a')", null, 400, "Request_UnsupportedQuery")]
    [InlineData("GET", "applications/$count", null, 400, "Request_BadRequest")]
    [InlineData("POST", "applications", "{}", 400, "Request_BadRequest")]
    [InlineData("POST", "applications", "{not json", 400, "BadRequest")]
    [InlineData("POST", "applications", """{"displayName":"a","nonsense":1}""", 400, "BadRequest")]
    [InlineData("POST", "applications", """{"displayName":"a","appId":"x"}""", 400, "Request_BadRequest")]
    [InlineData("POST", "applications", """{"displayName":"a","signInAudience":"Everybody"}""", 400, "Request_BadRequest")]
    [InlineData("POST", "servicePrincipals", """{"appId":"11111111-2222-3333-4444-555555555555"}""", 400, "Request_BadRequest")]
    [InlineData("POST", "servicePrincipals", """{"appId":"00000003-0000-0000-c000-000000000000"}""", 409, "Request_MultipleObjectsWithSameKeyValue")]
    [InlineData("POST", "users/{mailbox}/mailFolders", """{"displayName":"inbox"}""", 409, "ErrorFolderExists")]
    [InlineData("DELETE", "users/{mailbox}/mailFolders/inbox", null, 403, "ErrorDeleteDistinguishedFolder")]
    [InlineData("POST", "users/{mailbox}/sendMail", """{"message":{"subject":"a"}}""", 400, "ErrorInvalidRecipients")]
    [InlineData("POST", "users/{mailbox}/sendMail", """{"message":{"from":{"emailAddress":{"address":"alice@contoso.onmicrosoft.com"}},"toRecipients":[{"emailAddress":{"address":"a@b.example"}}]}}""", 403, "ErrorSendAsDenied")]
    [InlineData("PATCH", "users/{mailbox}/mailboxSettings", """{"timeZone":"Mars Standard Time"}""", 400, "InvalidTimeZone")]
    [InlineData("GET", "users/{mailbox}/mailFolders/inbox/messages/delta?$filter=isRead eq false", null, 400, "ErrorInvalidUrlQuery")]
    [InlineData("GET", "users/{mailbox}/mailFolders/inbox/messages/delta?changeType=moved", null, 400, "ErrorInvalidUrlQuery")]
    [InlineData("GET", "users/{mailbox}/mailFolders/inbox/messages/delta?$deltatoken=unknown", null, 410, "SyncStateNotFound")]
    public async Task A_wrong_request_is_refused(string method, string path, string? body, int status, string code)
    {
        var reply = await _client.SendAsync(method, path.Replace("{mailbox}", _client.Invoices, StringComparison.Ordinal), _token, body);

        reply.Refused(status, code);
    }

    [Fact]
    public async Task Every_fault_of_graph_is_answered_with_its_status_and_code()
    {
        foreach (var fault in SandboxTenant.KnownFaults.Where(f => f.Where is FaultPoint.Graph or FaultPoint.Mail))
        {
            _client.Tenant.SetFault(fault.Name, count: 1);
            var path = fault.Segment switch
            {
                "delta" => "mailFolders/inbox/messages/delta",
                "mailboxSettings" => "mailboxSettings",
                _ => "messages",
            };

            var reply = await _client.SendAsync("GET", $"users/{_client.Invoices}/{path}", _token);

            var refusal = Assert.IsType<GraphRefusal>(fault.Refusal!());
            reply.Refused(refusal.Status, refusal.Code);
            Assert.Equal(refusal.RetryAfter?.ToString(), reply.Headers.GetValueOrDefault("Retry-After"));
            (await _client.SendAsync("GET", $"users/{_client.Invoices}/{path}", _token)).Ok();
        }
    }

    [Fact]
    public async Task A_fault_strikes_only_the_mailbox_and_the_app_that_it_is_set_for()
    {
        var alice = _client.Tenant.Mailboxes[1].Address;
        _client.Tenant.SetFault("accesspolicydenied", mailbox: alice);
        _client.Tenant.SetFault("MailboxInactive", clientId: "11111111-2222-3333-4444-555555555555");

        Assert.Equal(["AccessPolicyDenied", "MailboxInactive"], _client.Tenant.ActiveFaults);
        (await _client.SendAsync("GET", $"users/{_client.Invoices}/messages", _token)).Ok();
        (await _client.SendAsync("GET", $"users/{alice}/messages", _token)).Refused(403, "ErrorAccessDenied");
        _client.Tenant.ClearFault("AccessPolicyDenied");
        (await _client.SendAsync("GET", $"users/{alice}/messages", _token)).Ok();
        Assert.Equal("UnknownFault", Assert.Throws<InvalidRequestException>(() => _client.Tenant.SetFault("Nonsense")).Id);
    }

    [Fact]
    public async Task Faults_of_the_connection_are_what_a_client_sees_of_them()
    {
        _client.Tenant.SetFault("ConnectionReset", count: 1);
        Assert.Equal(HttpRequestError.ConnectionError, (await Assert.ThrowsAsync<HttpRequestException>(() => _client.SendAsync("GET", "users", _token))).HttpRequestError);
        _client.Tenant.SetFault("TlsFailed", count: 1);
        Assert.Equal(HttpRequestError.SecureConnectionError, (await Assert.ThrowsAsync<HttpRequestException>(() => _client.SendAsync("GET", "users", _token))).HttpRequestError);
        Assert.Equal(HttpRequestError.NameResolutionError, (await Assert.ThrowsAsync<HttpRequestException>(() => _client.SendAsync("GET", "https://example.com/", _token))).HttpRequestError);

        _client.Tenant.SetFault("Hang");
        using var cancellation = new CancellationTokenSource();
        var hanging = _client.Http.GetAsync("https://graph.microsoft.com/v1.0/users", cancellation.Token);
        Assert.False(hanging.IsCompleted);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hanging);

        // Nobody waits for ever: a gateway on the way gives up.
        hanging = _client.Http.GetAsync("https://graph.microsoft.com/v1.0/users", TestContext.Current.CancellationToken);
        Assert.False(hanging.IsCompleted);
        _client.Tenant.Clock.Advance(TimeSpan.FromMinutes(4));
        using var gaveUp = await hanging;
        Assert.Equal(504, (int)gaveUp.StatusCode);
    }

    [Fact]
    public async Task Mail_ReadBasic_sees_no_body_and_no_content()
    {
        var basic = _client.Mint(["Mail.ReadBasic.All"]);
        var path = $"users/{_client.Invoices}/messages";

        var message = (await _client.SendAsync("GET", path, basic)).Ok()["value"]![0]!.AsObject();

        Assert.True(message.ContainsKey("subject"));
        Assert.False(message.ContainsKey("body") || message.ContainsKey("bodyPreview"));
        (await _client.SendAsync("GET", path + "?$expand=attachments", basic)).Refused(403, "ErrorAccessDenied");
        (await _client.SendAsync("GET", $"{path}/{message["id"]}/$value", basic)).Refused(403, "ErrorAccessDenied");
    }

    [Fact]
    public async Task OwnedBy_changes_only_what_it_owns()
    {
        var owner = _client.Mint(["Application.ReadWrite.OwnedBy"], c => c["oid"] = "11111111-2222-3333-4444-555555555555");
        var own = (await _client.SendAsync("POST", "applications", owner, """{"displayName":"Own"}""")).Ok();
        var foreign = await _client.RegisterAsync();

        (await _client.SendAsync("POST", $"applications/{own["id"]}/addPassword", owner, "{}")).Ok();
        (await _client.SendAsync("POST", $"applications/{foreign.ObjectId}/addPassword", owner, "{}")).Refused(403, "Authorization_RequestDenied");
        (await _client.SendAsync("DELETE", $"servicePrincipals/{foreign.PrincipalId}", owner)).Refused(403, "Authorization_RequestDenied");
    }

    public void Dispose() => _client.Dispose();
}
