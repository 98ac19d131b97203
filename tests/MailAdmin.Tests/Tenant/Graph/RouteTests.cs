using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Tenant.Graph;

/// <summary>How clients write what they ask: other names of the same place, $expand, change tracking, and what is not there.</summary>
public sealed class RouteTests : IDisposable
{
    private readonly TenantClient _client = new();
    private readonly string _token;

    public RouteTests() => _token = _client.MintAll();

    [Theory]
    [InlineData("v1.0/myorganization/applications", "v1.0/$metadata#applications")]
    [InlineData("beta/myorganization/applications", "beta/$metadata#applications")]
    [InlineData("beta/applications", "beta/$metadata#applications")]
    [InlineData("v1.0/myorganization/users?$select=id", "v1.0/$metadata#users(id)")]
    public async Task Other_names_of_a_place_lead_to_it(string path, string context)
    {
        var reply = (await _client.SendAsync("GET", $"https://graph.microsoft.com/{path}", _token)).Ok();

        Assert.Equal($"https://graph.microsoft.com/{context}", (string?)reply["@odata.context"]);
        Assert.NotEmpty(reply["value"]!.AsArray());
    }

    [Fact]
    public async Task A_page_of_beta_leads_to_the_next_one_of_beta()
    {
        var page = (await _client.SendAsync("GET", "https://graph.microsoft.com/beta/users?$top=2", _token)).Ok();

        Assert.StartsWith("https://graph.microsoft.com/beta/users?", (string?)page["@odata.nextLink"], StringComparison.Ordinal);
        (await _client.SendAsync("GET", (string)page["@odata.nextLink"]!, _token)).Ok();
    }

    [Theory]
    [InlineData("GET", "nonsense", "nonsense")]
    [InlineData("GET", "groups/1/sites", "sites")]
    [InlineData("GET", "users/{mailbox}/calendar/events", "calendar")]
    [InlineData("GET", "users/{mailbox}/mailFolders/inbox/userConfigurations", "userConfigurations")]
    [InlineData("GET", "subscriptions", "subscriptions")]
    [InlineData("GET", "reports/appCredentialSignInActivities", "appCredentialSignInActivities")]
    public async Task What_is_not_there_is_named(string method, string path, string segment)
    {
        var reply = await _client.SendAsync(method, path.Replace("{mailbox}", _client.Invoices, StringComparison.Ordinal), _token);

        reply.Refused(400, "BadRequest");
        Assert.Equal($"Resource not found for the segment '{segment}'.", reply.Message);
    }

    [Fact]
    public async Task Relationships_of_the_directory_are_expanded()
    {
        var app = await _client.RegisterAsync("Mail.Read");

        var principal = (await _client.SendAsync("GET", $"servicePrincipals/{app.PrincipalId}?$expand=appRoleAssignments,owners($select=id)", _token)).Ok();
        var resource = (await _client.SendAsync("GET", $"servicePrincipals/{app.GraphId}?$expand=appRoleAssignedTo&$select=id", _token)).Ok();
        var listed = (await _client.SendAsync("GET", $"applications?$filter=appId eq '{app.AppId}'&$expand=owners", _token)).Ok();

        Assert.Equal(app.GraphId, (string?)Assert.Single(principal["appRoleAssignments"]!.AsArray())!["resourceId"]);
        var owner = Assert.Single(principal["owners"]!.AsArray())!.AsObject();
        Assert.Equal(["@odata.type", "id"], owner.Select(p => p.Key));
        Assert.All(resource["appRoleAssignedTo"]!.AsArray(), a => Assert.Equal(app.GraphId, (string?)a!["resourceId"]));
        Assert.Equal(20, resource["appRoleAssignedTo"]!.AsArray().Count);
        Assert.Single(listed["value"]![0]!["owners"]!.AsArray());
    }

    [Theory]
    [InlineData("applications?$expand=nonsense", "BadRequest")]
    [InlineData("applications?$expand=owners($filter=id eq '1')", "Request_UnsupportedQuery")]
    [InlineData("users?$expand=manager", "BadRequest")]
    [InlineData("users/{mailbox}/mailFolders?$expand=childFolders", "BadRequest")]
    [InlineData("users/{mailbox}/mailboxSettings?$expand=x", "BadRequest")]
    [InlineData("users/{mailbox}/messages?$expand=singleValueExtendedProperties", "RequestBroker--ParseUri")]
    [InlineData("domains?$expand=domainNameReferences", "BadRequest")]
    public async Task What_cannot_be_expanded_is_refused_and_never_passed_over(string path, string code)
    {
        var reply = await _client.SendAsync("GET", path.Replace("{mailbox}", _client.Invoices, StringComparison.Ordinal), _token);

        reply.Refused(400, code);
    }

    [Theory]
    [InlineData("applications", "New")]
    [InlineData("applications?$select=displayName", "New")]
    public async Task Changes_of_a_collection_are_told_once(string query, string name)
    {
        var parts = query.Split('?');
        var path = $"{parts[0]}/delta{(parts.Length > 1 ? "?" + parts[1] : "")}";
        var first = (await _client.SendAsync("GET", path, _token)).Ok();
        Assert.Single(first["value"]!.AsArray());

        var made = (await _client.SendAsync("POST", "applications", _token, $$"""{"displayName":"{{name}}"}""")).Ok();
        var second = (await _client.SendAsync("GET", (string)first["@odata.deltaLink"]!, _token)).Ok();
        Assert.Equal([(string?)made["id"]], second["value"]!.AsArray().Select(o => (string?)o!["id"]));
        (await _client.SendAsync("PATCH", $"applications/{made["id"]}", _token, """{"displayName":"Other"}""")).Ok();
        var third = (await _client.SendAsync("GET", (string)second["@odata.deltaLink"]!, _token)).Ok();
        Assert.Equal("Other", (string?)Assert.Single(third["value"]!.AsArray())!["displayName"]);
        (await _client.SendAsync("DELETE", $"applications/{made["id"]}", _token)).Ok();
        var fourth = (await _client.SendAsync("GET", (string)third["@odata.deltaLink"]!, _token)).Ok();
        Assert.Equal("changed", (string?)Assert.Single(fourth["value"]!.AsArray())!["@removed"]!["reason"]);
        var fifth = (await _client.SendAsync("GET", (string)fourth["@odata.deltaLink"]!, _token)).Ok();
        Assert.Empty(fifth["value"]!.AsArray());
    }

    [Fact]
    public async Task A_state_token_counts_for_its_collection_and_for_a_week()
    {
        var link = (string)(await _client.SendAsync("GET", "servicePrincipals/delta?$deltatoken=latest", _token)).Ok()["@odata.deltaLink"]!;

        Assert.Empty((await _client.SendAsync("GET", link, _token)).Value);
        (await _client.SendAsync("GET", link.Replace("servicePrincipals", "applications", StringComparison.Ordinal), _token)).Refused(410, "SyncStateNotFound");
        _client.Tenant.Clock.Advance(TimeSpan.FromDays(7));
        (await _client.SendAsync("GET", link, _client.MintAll())).Refused(410, "SyncStateNotFound");
    }

    [Fact]
    public async Task Folders_are_followed_page_by_page_but_not_in_a_full_mailbox()
    {
        var path = $"users/{_client.Invoices}/mailFolders";
        var all = (await _client.SendAsync("GET", path + "/delta", _token)).Ok();
        var paged = (await _client.SendAsync("GET", path + "/delta", _token, null, ("Prefer", "odata.maxpagesize=2"))).Ok();
        Assert.Equal(2, paged["value"]!.AsArray().Count);
        Assert.NotNull(paged["@odata.nextLink"]);

        (await _client.SendAsync("POST", path, _token, """{"displayName":"Suppliers"}""")).Ok();
        var changes = (await _client.SendAsync("GET", (string)all["@odata.deltaLink"]!, _token)).Ok();
        Assert.Equal(["Suppliers"], changes["value"]!.AsArray().Select(f => (string?)f!["displayName"]));

        _client.Tenant.State.Mailboxes.All[0].Quota = 1000;
        (await _client.SendAsync("GET", path + "/delta", _token)).Refused(403, "ErrorQuotaExceeded");
        (await _client.SendAsync("GET", path, _token)).Ok();
    }

    [Fact]
    public async Task Messages_have_no_delta_in_the_cloud_of_21Vianet()
    {
        using var china = new TenantClient(new SandboxOptions { Environment = MailEnvironment.China });

        var reply = await china.SendAsync("GET", $"users/{china.Invoices}/mailFolders/inbox/messages/delta", china.MintAll());

        reply.Refused(400, "BadRequest");
        Assert.Contains("'delta'", reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folders_move_and_are_copied_with_what_is_in_them()
    {
        var path = $"users/{_client.Invoices}/mailFolders";
        var made = (await _client.SendAsync("POST", path, _token, """{"displayName":"Old"}""")).Ok();
        (await _client.SendAsync("POST", $"{path}/{made["id"]}/childFolders", _token, """{"displayName":"Older"}""")).Ok();
        var first = (await _client.SendAsync("GET", $"users/{_client.Invoices}/messages?$top=1", _token)).Ok()["value"]![0]!;
        (await _client.SendAsync("POST", $"users/{_client.Invoices}/messages/{first["id"]}/move", _token, $$"""{"destinationId":"{{made["id"]}}"}""")).Ok();

        var copy = (await _client.SendAsync("POST", $"{path}/{made["id"]}/copy", _token, """{"destinationId":"archive"}""")).Ok();
        var moved = (await _client.SendAsync("POST", $"{path}/{made["id"]}/move", _token, """{"destinationId":"inbox"}""")).Ok();

        Assert.Equal((1, 1), ((int)copy["totalItemCount"]!, (int)copy["childFolderCount"]!));
        Assert.NotEqual((string?)made["id"], (string?)copy["id"]);
        Assert.Equal((string?)made["id"], (string?)moved["id"]);
        Assert.Equal((string?)(await _client.SendAsync("GET", path + "/inbox", _token)).Ok()["id"], (string?)moved["parentFolderId"]);
        (await _client.SendAsync("POST", $"{path}/inbox/move", _token, """{"destinationId":"archive"}""")).Refused(403, "ErrorMoveDistinguishedFolder");
        (await _client.SendAsync("POST", $"{path}/inbox/copy", _token, $$"""{"destinationId":"{{made["id"]}}"}""")).Refused(400, "ErrorMoveCopyFailed");
        (await _client.SendAsync("POST", $"{path}/{copy["id"]}/copy", _token, """{"destinationId":"inbox"}""")).Refused(409, "ErrorFolderExists");
    }

    public void Dispose() => _client.Dispose();
}
