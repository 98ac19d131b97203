using System.Net;
using System.Text.Json.Nodes;
using MailAdmin.Core.Service;

namespace MailAdmin.Tests.Service;

/// <summary>
/// What goes over the wire to Exchange's admin endpoint, held to what open-source clients of it send and read: New-ExoRequest.ps1 of
/// KelvinTegelaar/CIPP-API, Invoke-ExoCommand.ps1 and Get-ExoException.ps1 of GreyCorbel/ExoHelper, and client/tests.rs and
/// client/transport.rs of tiredithumans/azapptoolkit.
/// </summary>
public sealed class ExchangeAdminTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The envelope is that of new_service_principal_posts_cmdlet_envelope_with_anchor (azapptoolkit, client/tests.rs).</summary>
    [Fact]
    public async Task A_cmdlet_is_posted_in_an_envelope_with_the_headers_of_other_clients()
    {
        using var wire = new RecordedWire().Answer("""{"value":[{"AppId":"app-1","ObjectId":"obj-1","DisplayName":"Demo"}]}""");
        var made = await wire.Admin.GetAsync("New-ServicePrincipal", new JsonObject { ["AppId"] = "app-1", ["ObjectId"] = "obj-1", ["DisplayName"] = "Demo" }, Token);
        Assert.Equal("obj-1", Assert.Single(made).Text("objectid"));
        var (request, body) = Assert.Single(wire.Sent);
        Assert.Equal("POST https://outlook.office365.com/adminapi/beta/11111111-2222-3333-4444-555555555555/InvokeCommand", $"{request.Method} {request.RequestUri}");
        Assert.Equal("""{"CmdletInput":{"CmdletName":"New-ServicePrincipal","Parameters":{"AppId":"app-1","ObjectId":"obj-1","DisplayName":"Demo"}}}""", body!.ToJsonString());
        Assert.Equal("application/json; charset=utf-8", request.Content!.Headers.ContentType!.ToString());
        Assert.StartsWith("Bearer eyJ", request.Headers.Authorization!.ToString(), StringComparison.Ordinal);
        Assert.Equal("APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@11111111-2222-3333-4444-555555555555", Header(request, "X-AnchorMailbox"));
        Assert.Equal("New-ServicePrincipal", Header(request, "X-CmdletName"));
        Assert.Equal("odata.maxpagesize=1000", Header(request, "Prefer"));
        Assert.Equal("json", Header(request, "X-ResponseFormat"));
        Assert.True(Guid.TryParse(Header(request, "connection-id"), out _));
        Assert.True(Guid.TryParse(Header(request, "client-request-id"), out _));
    }

    [Fact]
    public async Task A_change_is_sent_without_its_question_and_may_be_answered_with_nothing()
    {
        using var wire = new RecordedWire().Answer("", HttpStatusCode.NoContent);
        Assert.Empty(await wire.Admin.ChangeAsync("Set-CASMailbox", new JsonObject { ["Identity"] = "a@b.c", ["ImapEnabled"] = true }, Token));
        Assert.False((bool)wire.Sent[0].Body!["CmdletInput"]!["Parameters"]!["Confirm"]!);
    }

    /// <summary>https://learn.microsoft.com/exchange/reference/admin-api-get-started#pagination</summary>
    [Fact]
    public async Task The_same_body_is_posted_to_the_next_link_until_there_is_none()
    {
        using var wire = new RecordedWire()
            .Answer("""{"value":[{"Name":"a"}],"@odata.nextLink":"https://outlook.office365.com/adminapi/beta/t/InvokeCommand?%24skiptoken=x"}""")
            .Answer("""{"value":[{"Name":"b"}]}""");
        var all = await wire.Admin.GetAsync("Get-Mailbox", new JsonObject { ["Filter"] = "Alias -like '*'" }, Token);
        Assert.Equal(["a", "b"], all.Select(o => o.Text("Name")));
        Assert.Equal("?%24skiptoken=x", wire.Sent[1].Request.RequestUri!.Query);
        Assert.Equal(wire.Sent[0].Body!.ToJsonString(), wire.Sent[1].Body!.ToJsonString());
    }

    /// <summary>The shape is that of New-ExoBulkRequest.ps1 (CIPP-API): whole addresses, the headers in each item, ten items at most.</summary>
    [Fact]
    public async Task Ten_questions_go_with_one_request_and_what_is_not_answered_in_full_is_asked_singly()
    {
        using var wire = new RecordedWire()
            .Answer("""
                {"responses":[
                  {"id":"1","status":200,"body":{"value":[{"Name":"b"}]}},
                  {"id":"0","status":200,"body":{"value":[{"Name":"a"}]}},
                  {"id":"2","status":404,"body":{"error":{"code":"NotFound","details":[{"message":"Ex1|Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException|none"}]}}},
                  {"id":"3","status":200,"body":{"value":[{"Name":"d1"}],"@odata.nextLink":"https://outlook.office365.com/x"}}]}
                """)
            .Answer("""{"error":{"code":"NotFound","details":[{"message":"Ex1|Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException|none"}]}}""", HttpStatusCode.NotFound)
            .Answer("""{"value":[{"Name":"d1"},{"Name":"d2"}]}""");
        var all = await wire.Admin.GetManyAsync("Get-MailboxPermission", [.. Enumerable.Range(0, 4).Select(i => new JsonObject { ["Identity"] = $"m{i}" })], Token);
        Assert.Equal(["a", "b", "", "d1 d2"], all.Select(o => string.Join(' ', o.Select(v => v.Text("Name")))));

        var (request, body) = wire.Sent[0];
        Assert.Equal("POST https://outlook.office365.com/adminapi/beta/11111111-2222-3333-4444-555555555555/$batch", $"{request.Method} {request.RequestUri}");
        Assert.Equal("odata.maxpagesize=1000;odata.continue-on-error", Header(request, "Prefer"));
        var item = body!["requests"]![1]!;
        Assert.Equal(("1", "POST", "https://outlook.office365.com/adminapi/beta/11111111-2222-3333-4444-555555555555/InvokeCommand"), ((string)item["id"]!, (string)item["method"]!, (string)item["url"]!));
        Assert.Equal("""{"CmdletInput":{"CmdletName":"Get-MailboxPermission","Parameters":{"Identity":"m1"}}}""", item["body"]!.ToJsonString());
        Assert.Equal(("Get-MailboxPermission", Header(request, "X-AnchorMailbox")), ((string)item["headers"]!["X-CmdletName"]!, (string)item["headers"]!["X-AnchorMailbox"]!));
        Assert.Equal(3, wire.Sent.Count);
    }

    [Fact]
    public async Task Where_there_is_no_batch_everything_is_asked_singly_and_a_refusal_is_one()
    {
        using var wire = new RecordedWire().Answer("", HttpStatusCode.NotFound).Answer("""{"value":[{"Name":"a"}]}""").Answer("", HttpStatusCode.Forbidden);
        var e = await Assert.ThrowsAsync<ServiceRefusedException>(() => wire.Admin.GetManyAsync("Get-MailboxPermission", [[], []], Token));
        Assert.Equal((403, "CmdletNotExposed"), (e.HttpStatus, e.Code));
        Assert.EndsWith("/InvokeCommand", wire.Sent[2].Request.RequestUri!.AbsolutePath, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_than_ten_questions_take_more_than_one_batch()
    {
        using var road = await EndToEnd.StartAsync();
        var all = await road.Admin.Exchange.GetManyAsync("Get-Mailbox", [.. Enumerable.Range(0, 23).Select(i => new JsonObject { ["Identity"] = road.Tenant.Mailboxes[i % 4].Address })], Token);
        Assert.Equal(Enumerable.Range(0, 23).Select(i => road.Tenant.Mailboxes[i % 4].Address), all.Select(a => Assert.Single(a).Text("PrimarySmtpAddress")));
    }

    [Theory]
    [InlineData("https://evil.example/x")]
    [InlineData("http://outlook.office365.com/x")]
    [InlineData("https://outlook.office365.com.evil.example/x")]
    [InlineData("https://eviloffice365.com/x")]
    [InlineData("https://office365.com/x")]
    [InlineData("https://outlook.office365.com:8443/x")]
    [InlineData("https://graph.microsoft.com/x")]
    [InlineData("/adminapi/next")]
    public async Task A_token_never_goes_to_another_host_with_a_next_link(string link)
    {
        using var wire = new RecordedWire().Answer($$"""{"value":[],"@odata.nextLink":"{{link}}"}""");
        var e = await Assert.ThrowsAsync<UnexpectedResponseException>(() => wire.Admin.GetAsync("Get-Mailbox", [], Token));
        Assert.Equal(("ForeignNextLink", "Exchange"), (Errors.Describe(e).Id, e.Service));
        Assert.Single(wire.Sent);
    }

    [Fact]
    public async Task A_next_page_may_be_at_another_host_of_the_service()
    {
        using var wire = new RecordedWire()
            .Answer("""{"value":[{"Name":"a"}],"@odata.nextLink":"https://eur01.outlook.office365.com/adminapi/next"}""")
            .Answer("""{"value":[{"Name":"b"}]}""");
        var all = await wire.Admin.GetAsync("Get-Mailbox", [], Token);
        Assert.Equal(["a", "b"], all.Select(a => a.Text("Name")));
        Assert.Equal("eur01.outlook.office365.com", wire.Sent[^1].Request.RequestUri!.Host);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    public async Task A_page_that_was_promised_and_is_not_there_is_no_short_list(string second)
    {
        using var wire = new RecordedWire()
            .Answer("""{"value":[{"Name":"a"}],"@odata.nextLink":"https://outlook.office365.com/adminapi/next"}""").Answer(second);
        var e = await Assert.ThrowsAsync<UnexpectedResponseException>(() => wire.Admin.GetAsync("Get-Mailbox", [], Token));
        Assert.Equal(("Exchange", "outlook.office365.com", 200), (e.Service, e.Endpoint, e.HttpStatus));
    }

    /// <summary>The bodies that Get-ExoException.ps1 and New-ExoRequest.ps1 take apart.</summary>
    [Theory]
    [InlineData("""{"error":{"code":"NotFound","message":"Error executing cmdlet","details":[{"code":"Context","target":"","message":"Ex6F9304|Microsoft.Exchange.Configuration.Tasks.SomeException|It is|not there."}]}}""", 400, "SomeException", "It is|not there.")]
    [InlineData("""{"error":{"code":"BadRequest","message":"outer","details":[{"code":"Client","target":"","message":"plain"}]}}""", 400, "BadRequest", "plain")]
    [InlineData("""{"error":{"code":"BadRequest","message":"outer","innererror":{"message":"m","internalexception":{"message":"inner"}}}}""", 400, "BadRequest", "inner")]
    [InlineData("""{"error":{"code":"BadRequest","message":"outer"}}""", 400, "BadRequest", "outer")]
    [InlineData("You have no power here", 400, "BadRequest", "Exchange returned 400 for Get-Mailbox: You have no power here.")]
    [InlineData("\0\0\0\0", 403, "CmdletNotExposed", "You don't have permission to run Get-Mailbox in Exchange.")]
    [InlineData("[]", 500, "InternalServerError", "Exchange returned 500 for Get-Mailbox: [].")]
    public async Task What_a_refusal_says_is_kept(string body, int status, string code, string text)
    {
        using var wire = new RecordedWire().Answer(body, (HttpStatusCode)status, ("request-id", "r-1"));
        var e = await Assert.ThrowsAsync<ServiceRefusedException>(() => wire.Admin.GetAsync("Get-Mailbox", [], Token));
        Assert.Equal(("Exchange", code, text, status, "r-1"), (e.Service, e.Code, e.Message, e.HttpStatus, e.RequestId));
    }

    [Fact]
    public async Task What_is_not_there_is_an_empty_list()
    {
        using var wire = new RecordedWire().Answer(
            """{"error":{"code":"NotFound","details":[{"message":"Ex6F9304|Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException|The operation couldn't be performed because object 'x' couldn't be found on 'y'."}]}}""",
            HttpStatusCode.NotFound);
        Assert.Empty(await wire.Admin.GetAsync("Get-Mailbox", new JsonObject { ["Identity"] = "x" }, Token));
    }

    [Theory]
    [InlineData(400, "ServerBusyException")]
    [InlineData(400, "TransientException")]
    [InlineData(429, "ThrottlingRejectedOperationException")]
    [InlineData(503, "Anything")]
    public async Task What_passes_is_tried_again(int status, string type)
    {
        using var wire = new RecordedWire().Answer("busy", (HttpStatusCode)status, ("X-ExceptionType", type)).Answer("""{"value":[]}""");
        Assert.Empty(await ManualTime.RunAsync(wire.Clock, wire.Admin.GetAsync("Get-Mailbox", [], Token)));
        Assert.Equal(2, wire.Sent.Count);
    }

    /// <summary>What Write-ErrorMessage of the module writes: https://github.com/timmcmic/DLConversionV2/issues/129.</summary>
    [Theory]
    [InlineData("Ex6F9304|Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException|No 'x'.", "x", "ManagementObjectNotFoundException", 404, "No 'x'.")]
    [InlineData("Ex1|Microsoft.Exchange.Data.Directory.ADObjectAlreadyExistsException|It's there.", "x", "ADObjectAlreadyExistsException", 400, "It's there.")]
    [InlineData("Ex4B80CC|Microsoft.Exchange.Data.Mapi.Common.MapiAccessDeniedException|Access is denied.", "x", "MapiAccessDeniedException", 403, "Access is denied.")]
    [InlineData("Processing. {\"error\":{\"code\":\"Other\",\"details\":[{\"message\":\"Ex1|A.ServerBusyException|Busy.\"}]}}", "x", "ServerBusyException", 503, "Busy.")]
    [InlineData("A parameter cannot be found that matches parameter name 'AppId'.", "ParameterBindingException", "ParameterBindingException", 400, "A parameter cannot be found that matches parameter name 'AppId'.")]
    [InlineData("Too many {requests}.", "OverBudgetException", "OverBudgetException", 429, "Too many {requests}.")]
    public void An_error_of_a_session_is_that_of_the_endpoint(string text, string type, string code, int status, string message)
    {
        var refused = ExchangeErrors.OfSession("Get-Mailbox", text, type, "7f6f2d5f-726b-5584-2121-922596043d50");
        Assert.Equal((code, status, message), (refused.Code, refused.HttpStatus, refused.Message));
        Assert.Equal(("Exchange", "7f6f2d5f-726b-5584-2121-922596043d50"), (refused.Service, refused.RequestId));
    }

    /// <summary>New-ExoRequest.ps1, parameter set AvailableCmdlets.</summary>
    [Theory]
    [InlineData("""{"value":[{"exportedCmdlets":"Get-Mailbox,Get-CASMailbox"}]}""", true, false)]
    [InlineData("""{"value":[{}]}""", null, null)]
    public async Task The_preflight_asks_for_the_cmdlets_of_the_caller(string answer, bool? get, bool? add)
    {
        using var wire = new RecordedWire().Answer(answer).Answer(answer);
        Assert.Equal(get, await wire.Admin.MayRunAsync("get-mailbox", Token));
        Assert.Equal(add, await wire.Admin.MayRunAsync("Add-MailboxPermission", Token));
        var (request, _) = Assert.Single(wire.Sent);
        Assert.Equal("GET https://outlook.office365.com/adminapi/v1.0/11111111-2222-3333-4444-555555555555/EXOModuleFile?Version=3.9.2", $"{request.Method} {request.RequestUri}");
        Assert.Equal("*", Header(request, "CommandName"));
    }

    [Theory]
    [InlineData("\"True\"", true)]
    [InlineData("\"false\"", false)]
    [InlineData("true", true)]
    [InlineData("\"Wahr\"", null)]
    [InlineData("\"Not Run\"", null)]
    [InlineData("1", null)]
    [InlineData("null", null)]
    [InlineData("[]", null)]
    public void A_word_that_is_not_known_is_neither_yes_nor_no(string json, bool? flag) =>
        Assert.Equal(flag, new ExchangeObject(JsonNode.Parse($$"""{"InScope":{{json}}}""")!.GetValueAsElement()).Flag("InScope"));

    [Theory]
    [InlineData("""["FullAccess","ReadPermission"]""", 2)]
    [InlineData("\"FullAccess, ReadPermission\"", 2)]
    [InlineData("\"FullAccess\"", 1)]
    [InlineData("null", 0)]
    public void One_value_stands_for_a_list_of_one(string json, int count) =>
        Assert.Equal(count, new ExchangeObject(JsonNode.Parse($$"""{"AccessRights":{{json}}}""")!.GetValueAsElement()).Texts("AccessRights").Count);

    private static string? Header(HttpRequestMessage request, string name) =>
        request.Headers.NonValidated.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
}

internal static class JsonNodeExtensions
{
    public static System.Text.Json.JsonElement GetValueAsElement(this JsonNode node) => System.Text.Json.JsonSerializer.SerializeToElement(node);
}
