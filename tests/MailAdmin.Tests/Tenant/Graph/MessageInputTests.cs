using MailAdmin.Tests.Tenant.ExchangeAdmin;

namespace MailAdmin.Tests.Tenant.Graph;

/// <summary>What the service refuses of a message that a client writes; the reports stand in MessageInput.</summary>
public sealed class MessageInputTests : IDisposable
{
    private const string To = "\"toRecipients\":[{\"emailAddress\":{\"address\":\"bob@contoso.onmicrosoft.com\"}}]";

    private readonly TenantClient _client = new();
    private readonly string _token;

    public MessageInputTests() => _token = _client.MintAll();

    [Theory]
    [InlineData("\"ccRecipients\":null", "RequestBodyRead")]
    [InlineData("\"replyTo\":null", "RequestBodyRead")]
    [InlineData("\"attachments\":null", "RequestBodyRead")]
    [InlineData("\"internetMessageHeaders\":null", "RequestBodyRead")]
    [InlineData("\"internetMessageHeaders\":[]", "InvalidInternetMessageHeaderCollection")]
    [InlineData("\"internetMessageHeaders\":[{\"name\":\"x-1\",\"value\":\"\"},{\"name\":\"x-2\",\"value\":\"\"},{\"name\":\"x-3\",\"value\":\"\"},{\"name\":\"x-4\",\"value\":\"\"},{\"name\":\"x-5\",\"value\":\"\"},{\"name\":\"x-6\",\"value\":\"\"}]", "InvalidInternetMessageHeaderCollection")]
    [InlineData("\"internetMessageHeaders\":[{\"name\":\"Notification-Id\",\"value\":\"1\"}]", "InvalidInternetMessageHeader")]
    [InlineData("\"nonsense\":1", "RequestBodyRead")]
    [InlineData("\"importance\":\"urgent\"", "RequestBodyRead")]
    [InlineData("\"body\":{\"contentType\":\"markdown\",\"content\":\"a\"}", "RequestBodyRead")]
    public async Task A_member_that_the_service_does_not_take_is_refused_in_drafts_and_in_sending(string member, string code)
    {
        (await SendAsync(member)).Refused(400, code);
        (await _client.SendAsync("POST", $"users/{_client.Invoices}/messages", _token, $"{{{To},{member}}}")).Refused(400, code);
    }

    [Theory]
    [InlineData("\"subject\":\"a\",\"importance\":\"High\",\"internetMessageHeaders\":[{\"name\":\"X-Order\",\"value\":\"1\"}]")]
    [InlineData("\"ccRecipients\":[],\"categories\":[],\"body\":{\"contentType\":\"HTML\",\"content\":\"a\"}")]
    public async Task What_it_takes_is_taken(string member) => Assert.Equal(202, (await SendAsync(member)).Status);

    [Theory]
    [InlineData("nobody")]
    [InlineData("@contoso.onmicrosoft.com")]
    [InlineData("bob@")]
    [InlineData("bob@con toso.com")]
    [InlineData("Bob <bob@contoso.onmicrosoft.com>")]
    public async Task A_name_that_is_no_address_is_refused(string address)
    {
        var reply = await _client.SendAsync("POST", $"users/{_client.Invoices}/sendMail", _token,
            $$$"""{"message":{"subject":"a","toRecipients":[{"emailAddress":{"address":"{{{address}}}"}}]}}""");

        reply.Refused(400, "ErrorInvalidRecipients");
    }

    [Fact]
    public async Task A_parameter_that_sendMail_does_not_have_is_refused()
    {
        var reply = await _client.SendAsync("POST", $"users/{_client.Invoices}/sendMail", _token, $$$"""{"message":{{{{To}}}},"saveToSendItems":false}""");

        reply.Refused(400, "RequestBodyRead");
    }

    [Fact]
    public async Task Mail_to_any_address_of_a_mailbox_arrives_and_mail_from_an_alias_shows_the_primary_address()
    {
        (await _client.SendAsync("POST", $"users/{_client.Invoices}/sendMail", _token, """
            {"message":{"subject":"By alias","from":{"emailAddress":{"address":"billing@contoso.onmicrosoft.com"}},
             "toRecipients":[{"emailAddress":{"address":"ALICE.johnson@contoso.onmicrosoft.com"}}]}}
            """)).Ok();

        var arrived = (await _client.SendAsync("GET", "users/alice@contoso.onmicrosoft.com/messages?$filter=subject eq 'By alias'", _token)).Value;
        Assert.Equal(_client.Invoices, (string?)Assert.Single(arrived)!["from"]!["emailAddress"]!["address"]);
    }

    [Fact]
    public async Task An_organization_may_let_mail_keep_the_alias_that_it_is_from()
    {
        using var world = new AdminWorld();
        await world.RunAsync("Set-OrganizationConfig", """{"SendFromAliasEnabled":true}""");

        (await world.Client.SendAsync("POST", $"users/{world.Mailbox(0)}/sendMail", world.Client.MintAll(), $$$"""
            {"message":{"subject":"As alias","from":{"emailAddress":{"address":"billing@contoso.onmicrosoft.com"}},{{{To}}}}}
            """)).Ok();

        var arrived = (await world.Client.SendAsync("GET", "users/bob@contoso.onmicrosoft.com/messages?$filter=subject eq 'As alias'", world.Client.MintAll())).Value;
        Assert.Equal("billing@contoso.onmicrosoft.com", (string?)Assert.Single(arrived)!["from"]!["emailAddress"]!["address"]);
    }

    [Fact]
    public async Task A_mailbox_is_found_by_id_and_sign_in_name_in_any_case_and_by_no_other_address()
    {
        using var world = new AdminWorld();
        var app = await world.Client.RegisterAsync();
        await world.RegisterAsync(app);
        await world.AssignAsync(app, "Application Mail.Read", $"PrimarySmtpAddress -eq '{world.Mailbox(0)}'");
        var token = await world.Client.TokenAsync(app.AppId, app.Secret);
        var none = await world.Client.TokenWithAsync();

        foreach (var name in new[] { world.Tenant.Mailboxes[0].UserId, world.Mailbox(0), world.Mailbox(0).ToUpperInvariant() })
        {
            Assert.Equal(200, (await world.Client.SendAsync("GET", $"users/{name}/messages", token)).Status);
            (await world.Client.SendAsync("GET", $"users/{name}/messages", none)).Refused(403, "ErrorAccessDenied");
        }

        (await world.Client.SendAsync("GET", $"users/{world.Mailbox(1)}/messages", token)).Refused(403, "ErrorAccessDenied");
        (await world.Client.SendAsync("GET", "users/billing@contoso.onmicrosoft.com/messages", token)).Refused(404, "ErrorInvalidUser");
        (await world.Client.SendAsync("GET", "users/billing@contoso.onmicrosoft.com/messages", none)).Refused(403, "ErrorAccessDenied");
    }

    [Fact]
    public async Task A_message_of_more_than_35_MB_is_refused_unless_the_mailbox_takes_more()
    {
        using var world = new AdminWorld();
        var token = world.Client.MintAll();
        const int Slice = 4 * 1024 * 1024, Size = 9 * Slice;
        var draft = (await world.Client.SendAsync("POST", $"users/{world.Mailbox(1)}/messages", token, $"{{{To}}}")).Ok();

        Assert.Equal((413, 8), await UploadAsync());
        await world.RunAsync("Set-Mailbox", $$"""{"Identity":"{{world.Mailbox(1)}}","MaxSendSize":"50 MB"}""");
        Assert.Equal((201, 9), await UploadAsync());
        Assert.StartsWith("50 MB (52,428,800 bytes)", (string?)(await world.RunAsync("Get-Mailbox", $$"""{"Identity":"{{world.Mailbox(1)}}"}"""))[0]["MaxSendSize"], StringComparison.Ordinal);
        Assert.Equal(202, (await world.Client.SendAsync("POST", $"users/{world.Mailbox(1)}/messages/{draft["id"]}/send", token)).Status);

        async Task<(int Status, int Slices)> UploadAsync()
        {
            var session = (await world.Client.SendAsync("POST", $"users/{world.Mailbox(1)}/messages/{draft["id"]}/attachments/createUploadSession", token,
                $$$"""{"AttachmentItem":{"attachmentType":"file","name":"a.bin","size":{{{Size}}}}}""")).Ok();
            var slice = new byte[Slice];
            for (var i = 0; ; i++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Put, (string)session["uploadUrl"]!) { Content = new ByteArrayContent(slice) };
                request.Content.Headers.ContentRange = new(i * Slice, ((i + 1) * Slice) - 1, Size);
                using var response = await world.Client.Http.SendAsync(request, TestContext.Current.CancellationToken);
                var reply = await Reply.ReadAsync(response);
                if (reply.Status != 200)
                {
                    Assert.True(reply.Status == 201 || reply.Code == "ErrorMessageSizeExceeded", reply.Code);
                    return (reply.Status, reply.Status == 201 ? i + 1 : i);
                }
            }
        }
    }

    [Fact]
    public async Task Purpose_of_a_mailbox_is_a_plain_text()
    {
        var settings = (await _client.SendAsync("GET", $"users/{_client.Invoices}/mailboxSettings", _token)).Ok();

        Assert.Equal("shared", (string?)settings["userPurpose"]);
    }

    [Theory]
    [InlineData("2026-12-30", "Mail.ReadWrite", "{\"toRecipients\":[]}", 200)]
    [InlineData("2026-12-30", "Mail.ReadWrite", "{\"subject\":\"a\"}", 400)]
    [InlineData("2026-12-31", "Mail.ReadWrite", "{\"toRecipients\":[]}", 403)]
    [InlineData("2026-12-31", "Mail.ReadWrite", "{\"isRead\":true,\"categories\":[\"a\"],\"flag\":{\"flagStatus\":\"flagged\"}}", 200)]
    [InlineData("2026-12-31", "Mail-Advanced.ReadWrite.All", "{\"toRecipients\":[],\"subject\":\"a\"}", 200)]
    public async Task Content_of_received_mail_is_changed_with_another_permission_from_2027_on(string day, string role, string change, int status)
    {
        _client.Tenant.Clock.Advance(DateTimeOffset.Parse(day + "T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture) - TenantClient.Start);
        var message = (await _client.SendAsync("GET", $"users/{_client.Invoices}/messages?$top=1", _client.MintAll())).Value[0]!;

        var reply = await _client.SendAsync("PATCH", $"users/{_client.Invoices}/messages/{message["id"]}", _client.Mint([role]), change);

        Assert.Equal(status, reply.Status);
        Assert.Equal(status == 200 ? null : status == 403 ? "ErrorAccessDenied" : "ErrorInvalidPropertySet", reply.Code);
    }

    [Fact]
    public async Task Replies_go_to_whom_the_message_asks_for_and_drafts_wait()
    {
        var path = $"users/{_client.Invoices}/messages";
        (await _client.SendAsync("POST", "users/alice@contoso.onmicrosoft.com/sendMail", _token, $$$"""
            {"message":{"subject":"Question","toRecipients":[{"emailAddress":{"address":"{{{_client.Invoices}}}"}},{"emailAddress":{"address":"support@contoso.onmicrosoft.com"}}],
             "ccRecipients":[{"emailAddress":{"address":"bob@contoso.onmicrosoft.com"}}]}}
            """)).Ok();
        var question = (string)(await _client.SendAsync("GET", path + "?$filter=subject eq 'Question'", _token)).Value[0]!["id"]!;

        var draft = (await _client.SendAsync("POST", $"{path}/{question}/createReplyAll", _token, """{"comment":"Soon."}""")).Ok();
        Assert.Equal(202, (await _client.SendAsync("POST", $"{path}/{question}/reply", _token, """{"comment":"Yes."}""")).Status);
        (await _client.SendAsync("POST", $"{path}/{question}/reply", _token, """{"comment":"Yes.","message":{"body":{"contentType":"text","content":"No."}}}""")).Refused(400, "ErrorInvalidArgument");
        (await _client.SendAsync("POST", $"{path}/{question}/forward", _token, """{"comment":"Yes."}""")).Refused(400, "ErrorInvalidArgument");
        Assert.Empty((await _client.SendAsync("POST", $"{path}/{question}/createForward", _token)).Ok()["toRecipients"]!.AsArray());

        Assert.Equal(["alice@contoso.onmicrosoft.com", "support@contoso.onmicrosoft.com"], Addresses(draft["toRecipients"]!));
        Assert.Equal(["bob@contoso.onmicrosoft.com"], Addresses(draft["ccRecipients"]!));
        Assert.Equal(("RE: Question", true), ((string?)draft["subject"], (bool)draft["isDraft"]!));
        var answer = Assert.Single((await _client.SendAsync("GET", "users/alice@contoso.onmicrosoft.com/mailFolders/inbox/messages?$filter=subject eq 'RE: Question'", _token)).Value)!;
        Assert.StartsWith("Yes.", (string?)answer["body"]!["content"], StringComparison.Ordinal);
        Assert.Equal(["alice@contoso.onmicrosoft.com"], Addresses(answer["toRecipients"]!));
        Assert.Empty((await _client.SendAsync("GET", "users/bob@contoso.onmicrosoft.com/messages?$filter=subject eq 'RE: Question'", _token)).Value);

        static string[] Addresses(System.Text.Json.Nodes.JsonNode list) => [.. list.AsArray().Select(r => (string)r!["emailAddress"]!["address"]!)];
    }

    private Task<Reply> SendAsync(string member) =>
        _client.SendAsync("POST", $"users/{_client.Invoices}/sendMail", _token, $"{{\"message\":{{{To},{member}}}}}");

    public void Dispose() => _client.Dispose();
}
