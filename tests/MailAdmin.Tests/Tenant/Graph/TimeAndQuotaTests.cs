using MailAdmin.Tenant;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Tenant.Graph;

/// <summary>Replication, quotas and credential policies: what depends on the clock and on counting.</summary>
public sealed class TimeAndQuotaTests
{
    [Fact]
    public async Task With_realistic_propagation_changes_take_their_time()
    {
        using var client = new TenantClient(new SandboxOptions { Propagation = Propagation.Realistic });
        var clock = client.Tenant.Clock;
        var admin = client.MintAll();
        var app = (await client.SendAsync("POST", "applications", admin, """{"displayName":"Slow"}""")).Ok();
        (await client.SendAsync("GET", $"applications/{app["id"]}", admin)).Refused(404, "Request_ResourceNotFound");
        (await client.SendAsync("POST", "servicePrincipals", admin, $$"""{"appId":"{{app["appId"]}}"}""")).Refused(400, "Request_BadRequest");

        clock.Advance(TimeSpan.FromSeconds(5));
        var principal = (await client.SendAsync("POST", "servicePrincipals", admin, $$"""{"appId":"{{app["appId"]}}"}""")).Ok();
        var secret = (await client.SendAsync("POST", $"applications/{app["id"]}/addPassword", admin, "{}")).Ok();
        Assert.Equal("AADSTS700016", await SignInAsync());
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("AADSTS7000215", await SignInAsync());
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("", await SignInAsync());

        var graph = (await client.SendAsync("GET", "servicePrincipals(appId='00000003-0000-0000-c000-000000000000')", admin)).Ok();
        (await client.SendAsync("POST", $"servicePrincipals/{principal["id"]}/appRoleAssignments", admin,
            $$"""{"principalId":"{{principal["id"]}}","resourceId":"{{graph["id"]}}","appRoleId":"810c84a8-4a9e-49e6-bf7d-12d183f40d01"}""")).Ok();
        (await MailAsync()).Refused(403, "ErrorAccessDenied");
        clock.Advance(TimeSpan.FromSeconds(25));
        (await MailAsync()).Ok();

        async Task<string> SignInAsync() => ((await PostAsync()).Message ?? "").Split(':')[0];

        async Task<Reply> MailAsync() => await client.SendAsync("GET", $"users/{client.Invoices}/messages", (string)(await PostAsync()).Ok()["access_token"]!);

        Task<Reply> PostAsync() => client.PostTokenAsync(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = (string)app["appId"]!,
            ["client_secret"] = (string)secret["secretText"]!,
            ["scope"] = "https://graph.microsoft.com/.default",
        });
    }

    [Fact]
    public async Task The_fifth_request_at_a_time_is_throttled()
    {
        using var client = new TenantClient(new SandboxOptions { Latency = TimeSpan.FromSeconds(1) });
        var token = client.MintAll();
        var running = Enumerable.Range(0, 5).Select(_ => client.SendAsync("GET", $"users/{client.Invoices}/messages", token)).ToArray();
        var elsewhere = client.SendAsync("GET", $"users/{client.Tenant.Mailboxes[1].Address}/messages", token);

        client.Tenant.Clock.Advance(TimeSpan.FromSeconds(1));
        var replies = await Task.WhenAll(running);

        Assert.Equal([200, 200, 200, 200, 429], replies.Select(r => r.Status).Order());
        var refused = replies.Single(r => r.Status == 429);
        Assert.Equal(("ApplicationThrottled", "Application is over its MailboxConcurrency limit.", "5"), (refused.Code, refused.Message, refused.Headers["Retry-After"]));
        (await elsewhere).Ok();
        var again = client.SendAsync("GET", $"users/{client.Invoices}/messages", token);
        client.Tenant.Clock.Advance(TimeSpan.FromSeconds(1));
        (await again).Ok();
    }

    [Fact]
    public async Task Ten_thousand_requests_in_ten_minutes_are_the_limit()
    {
        using var client = new TenantClient();
        var quotas = client.Tenant.GraphState.Quotas;
        for (var i = 0; i < 10_000; i++)
        {
            quotas.CountRequest(client.Tenant.AdminApp.ClientId, client.Invoices);
        }

        var path = $"users/{client.Invoices}/messages";
        client.Tenant.Clock.Advance(TimeSpan.FromMinutes(4));
        var reply = await client.SendAsync("GET", path, client.MintAll());
        reply.Refused(429, "ApplicationThrottled");
        Assert.Equal("360", reply.Headers["Retry-After"]);
        client.Tenant.Clock.Advance(TimeSpan.FromMinutes(6));
        (await client.SendAsync("GET", path, client.MintAll())).Ok();
    }

    [Fact]
    public async Task A_hundred_and_fifty_megabytes_in_five_minutes_are_the_limit_of_uploads_for_each_app_and_mailbox()
    {
        using var client = new TenantClient();
        string token = client.MintAll(), bob = client.Tenant.Mailboxes[2].Address;
        var draft = (await client.SendAsync("POST", $"users/{bob}/messages", token, """{"subject":"Big"}""")).Ok();
        var session = (await client.SendAsync("POST", $"users/{bob}/messages/{draft["id"]}/attachments/createUploadSession", token,
            """{ "AttachmentItem": { "attachmentType": "file", "name": "a.bin", "size": 3000000 } }""")).Ok();
        client.Tenant.GraphState.Quotas.CountUpload(client.Tenant.AdminApp.ClientId, bob, (150 * 1024 * 1024) - 1_000_000);
        Assert.Equal(200, (await PutAsync(0)).Status);

        client.Tenant.Clock.Advance(TimeSpan.FromMinutes(1));
        foreach (var refused in (Reply[])[await PutAsync(1_000_000), await client.SendAsync("PATCH", $"users/{bob}/messages/{draft["id"]}", token, """{"subject":"x"}""")])
        {
            refused.Refused(429, "ApplicationThrottled");
            Assert.Equal(("Application is over its IncomingBytes limit.", "240"), (refused.Message, refused.Headers["Retry-After"]));
        }

        // What brings no bytes is not counted, nor is another mailbox, nor another app.
        (await client.SendAsync("GET", $"users/{bob}/messages/{draft["id"]}", token)).Ok();
        (await client.SendAsync("POST", $"users/{client.Invoices}/messages", token, """{"subject":"Elsewhere"}""")).Ok();
        var other = client.Mint(["Mail.ReadWrite"], claims => claims["appid"] = Guid.NewGuid().ToString());
        (await client.SendAsync("POST", $"users/{bob}/messages", other, """{"subject":"Of another app"}""")).Ok();

        client.Tenant.Clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(200, (await PutAsync(1_000_000)).Status);
        Assert.Equal(201, (await PutAsync(2_000_000)).Status);

        async Task<Reply> PutAsync(int from)
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, (string)session["uploadUrl"]!) { Content = new ByteArrayContent(new byte[1_000_000]) };
            request.Content.Headers.ContentRange = new(from, from + 999_999, 3_000_000);
            using var response = await client.Http.SendAsync(request, TestContext.Current.CancellationToken);
            return await Reply.ReadAsync(response);
        }
    }

    [Fact]
    public async Task A_change_of_the_application_shows_in_its_service_principal()
    {
        using var client = new TenantClient();
        var app = await client.RegisterAsync();
        (await client.SendAsync("PATCH", $"applications/{app.ObjectId}", client.MintAll(), """{"displayName":"Renamed","web":{"redirectUris":["https://app.example/"]}}""")).Ok();

        var principal = (await client.SendAsync("GET", $"servicePrincipals/{app.PrincipalId}", client.MintAll())).Ok();

        Assert.Equal(("Renamed", "https://app.example/"), ((string)principal["displayName"]!, (string)principal["replyUrls"]![0]!));
        (await client.SendAsync("PATCH", $"servicePrincipals/{app.PrincipalId}", client.MintAll(), """{"appId":"x"}""")).Refused(400, "Request_BadRequest");
    }

    [Fact]
    public async Task A_policy_caps_the_lifetime_of_secrets_and_can_be_read()
    {
        using var client = new TenantClient(new SandboxOptions { MaxSecretLifetime = TimeSpan.FromDays(90) });
        var token = client.MintAll();
        var app = (await client.SendAsync("POST", "applications", token, """{"displayName":"Capped"}""")).Ok();

        var refused = await client.SendAsync("POST", $"applications/{app["id"]}/addPassword", token, """{"passwordCredential":{"endDateTime":"2026-08-30T00:00:00Z"}}""");

        refused.Refused(400, "CredentialInvalidLifetimeAsPerAppPolicy");
        Assert.Equal(("InvalidKeyEndDate", "EndDate"), ((string)refused.Json["error"]!["details"]![0]!["code"]!, (string)refused.Json["error"]!["details"]![0]!["target"]!));
        (await client.SendAsync("POST", $"applications/{app["id"]}/addPassword", token, """{"passwordCredential":{"endDateTime":"2026-05-30T00:00:00Z"}}""")).Ok();
        var policy = (await client.SendAsync("GET", "policies/defaultAppManagementPolicy", token)).Ok();
        Assert.Equal("P90D", (string)policy["applicationRestrictions"]!["passwordCredentials"]![0]!["maxLifetime"]!);
    }

    [Fact]
    public async Task A_deleted_app_can_be_restored_for_thirty_days()
    {
        using var client = new TenantClient();
        var app = await client.RegisterAsync("Mail.Read");
        (await client.SendAsync("DELETE", $"applications/{app.ObjectId}", client.MintAll())).Ok();
        (await client.SendAsync("POST", $"directory/deletedItems/{app.ObjectId}/restore", client.MintAll())).Ok();
        (await client.SendAsync("GET", $"applications/{app.ObjectId}", client.MintAll())).Ok();

        (await client.SendAsync("DELETE", $"applications/{app.ObjectId}", client.MintAll())).Ok();
        client.Tenant.Clock.Advance(TimeSpan.FromDays(30));
        (await client.SendAsync("POST", $"directory/deletedItems/{app.ObjectId}/restore", client.MintAll())).Refused(404, "Request_ResourceNotFound");
    }

    [Fact]
    public void A_tenant_is_made_quickly()
    {
        SandboxTenant.Create(new SandboxOptions());
        var times = Enumerable.Range(0, 9).Select(_ =>
        {
            var start = TimeProvider.System.GetTimestamp();
            SandboxTenant.Create(new SandboxOptions());
            return TimeProvider.System.GetElapsedTime(start);
        }).Order().ToArray();

        Assert.InRange(times[0], TimeSpan.Zero, TimeSpan.FromMilliseconds(20));
    }
}
