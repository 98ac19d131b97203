using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Tests.Tenant.Graph;

/// <summary>
/// user-sendmail.md, message-send.md, concepts/outlook-large-attachments.md of microsoftgraph/microsoft-graph-docs-contrib.
/// </summary>
public sealed class SendingTests : IDisposable
{
    private readonly TenantClient _client = new();
    private readonly string _token;
    private readonly string _alice;
    private readonly string _bob;

    public SendingTests() => (_token, _alice, _bob) = (_client.MintAll(), _client.Tenant.Mailboxes[1].Address, _client.Tenant.Mailboxes[2].Address);

    [Fact]
    public async Task What_is_sent_arrives_and_is_kept()
    {
        (await _client.SendAsync("POST", $"users/{_bob}/sendMail", _token, $$"""
            {
              "message": {
                "subject": "Grüße aus Köln", "importance": "High", "body": { "contentType": "HTML", "content": "<p>Schöne <b>Grüße</b></p>" },
                "toRecipients": [ { "emailAddress": { "name": "Alice Ünlü", "address": "{{_alice}}" } }, { "emailAddress": { "address": "x@example.com" } } ],
                "bccRecipients": [ { "emailAddress": { "address": "{{_client.Invoices}}" } } ],
                "internetMessageHeaders": [ { "name": "x-custom", "value": "Nevada" } ],
                "attachments": [ { "@odata.type": "#microsoft.graph.fileAttachment", "name": "größe.txt", "contentType": "text/plain", "contentBytes": "SGVsbG8gV29ybGQh" } ]
              }
            }
            """)).Ok();

        var arrived = Single(_alice);
        var message = MimeMessage.Parse(arrived.GetContent());
        Assert.Equal(("Grüße aus Köln", "Bob Martin", _bob), (message.Subject, message.From[0].Name, message.From[0].Address));
        Assert.Equal([new EmailAddress("Alice Ünlü", _alice), new EmailAddress(null, "x@example.com")], message.To);
        Assert.Empty(message.Bcc);
        Assert.Equal(("<p>Schöne <b>Grüße</b></p>", "Nevada", "high"), (message.HtmlBody, message.Headers["x-custom"], message.Headers["Importance"]));
        Assert.Equal(TenantClient.Start, message.Date);
        var attachment = Assert.Single(message.Attachments);
        Assert.Equal(("größe.txt", "Hello World!"), (attachment.FileName, Encoding.UTF8.GetString(attachment.Decode())));
        Assert.Equal(arrived.Size, arrived.GetContent().Length);
        Assert.Equal("Grüße aus Köln", Single(_client.Invoices).Subject);
        Assert.Equal(_client.Invoices, MimeMessage.Parse(Assert.Single(_client.Tenant.GetMessages(_bob, "sentitems")).GetContent()).Bcc[0].Address);
    }

    [Fact]
    public async Task What_is_forwarded_arrives_with_the_comment_and_the_attachments_and_is_kept()
    {
        var mime = Encoding.ASCII.GetBytes(
            "From: x@example.com\r\nTo: y@example.com\r\nCc: z@example.com\r\nSubject: Invoice\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
            + "--b\r\nContent-Type: text/plain\r\n\r\nthe text\r\n--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\nPDF\r\n--b--\r\n");
        var id = _client.Tenant.AddMessage(_bob, "inbox", mime).Id;

        (await _client.SendAsync("POST", $"users/{_bob}/messages/{id}/forward", _token,
            $$"""{ "comment": "FYI", "toRecipients": [ { "emailAddress": { "address": "{{_alice}}" } } ] }""")).Ok();

        var arrived = MimeMessage.Parse(Single(_alice).GetContent());
        Assert.Equal(("FW: Invoice", _bob), (arrived.Subject, arrived.From[0].Address));
        Assert.Equal([_alice], arrived.To.Select(a => a.Address));
        Assert.Empty(arrived.Cc);
        Assert.StartsWith("FYI", arrived.TextBody!, StringComparison.Ordinal);
        Assert.Contains("the text", arrived.TextBody!, StringComparison.Ordinal);
        Assert.Equal("a.pdf", Assert.Single(arrived.Attachments).FileName);
        Assert.Equal("FW: Invoice", Assert.Single(_client.Tenant.GetMessages(_bob, "sentitems")).Subject);
    }

    [Theory]
    [InlineData("""{ "comment": "x" }""")]
    [InlineData("""{ "toRecipients": [ { "emailAddress": { "address": "a@b.c" } } ], "message": { "toRecipients": [ { "emailAddress": { "address": "a@b.c" } } ] } }""")]
    [InlineData("""{ "comment": "x", "toRecipients": [ { "emailAddress": { "address": "a@b.c" } } ], "message": { "body": { "content": "y" } } }""")]
    public async Task Forwarding_is_refused_to_nobody_and_where_something_is_said_twice(string body)
    {
        var id = _client.Tenant.AddMessage(_bob, "inbox", "Subject: x\r\n\r\ny"u8.ToArray()).Id;
        Assert.Equal(400, (await _client.SendAsync("POST", $"users/{_bob}/messages/{id}/forward", _token, body)).Status);
    }

    [Fact]
    public async Task Mime_is_delivered_as_it_was_handed_in()
    {
        var mime = Encoding.ASCII.GetBytes($"From: {_bob}\r\nTo: {_alice}\r\nSubject: As it is\r\n\r\nBody\r\n");

        (await _client.SendAsync("POST", $"users/{_bob}/sendMail", _token, Convert.ToBase64String(mime), ("Content-Type", "text/plain"))).Ok();

        Assert.Equal(mime, Single(_alice).GetContent());
    }

    [Fact]
    public async Task A_draft_is_written_changed_attached_to_and_sent()
    {
        var path = await DraftAsync();
        (await _client.SendAsync("PATCH", path, _token, """{"subject":"Changed"}""")).Ok();
        (await _client.SendAsync("POST", path + "/attachments", _token, """
            { "@odata.type": "#microsoft.graph.itemAttachment", "name": "Inner", "item": { "@odata.type": "microsoft.graph.message", "subject": "Inner subject", "body": { "contentType": "text", "content": "inner" } } }
            """)).Ok();
        (await _client.SendAsync("POST", path + "/attachments", _token, """
            { "@odata.type": "#microsoft.graph.referenceAttachment", "name": "Plan", "sourceUrl": "https://example.com/plan" }
            """)).Ok();
        var attachments = (await _client.SendAsync("GET", path + "/attachments?$select=name", _token)).Value;
        Assert.Equal(["#microsoft.graph.itemAttachment", "#microsoft.graph.referenceAttachment"], attachments.Select(a => (string)a!["@odata.type"]!));
        (await _client.SendAsync("GET", $"{path}/attachments/{attachments[1]!["id"]}/$value", _token)).Refused(405, "ErrorInvalidRequest");

        (await _client.SendAsync("POST", path + "/send", _token)).Ok();

        Assert.Equal("Inner subject", Assert.Single(MimeMessage.Parse(Single(_alice).GetContent()).Attachments).Message!.Subject);
        var sent = Assert.Single(_client.Tenant.GetMessages(_bob, "sentitems"));
        Assert.Equal(("Changed", false), (sent.Subject, sent.IsDraft));
        Assert.Empty(_client.Tenant.GetMessages(_bob, "drafts"));
    }

    [Fact]
    public async Task A_large_file_goes_up_in_ranges_and_arrives_byte_for_byte()
    {
        var file = RandomNumberGenerator.GetBytes(9 * 1024 * 1024 + 17);
        var path = await DraftAsync();
        var session = (await _client.SendAsync("POST", path + "/attachments/createUploadSession", _token,
            $$"""{ "AttachmentItem": { "attachmentType": "file", "name": "flower.bin", "size": {{file.Length}} } }""")).Ok();
        var url = (string)session["uploadUrl"]!;
        Assert.StartsWith($"https://outlook.office.com/api/v2.0/Users('{_client.Tenant.Mailboxes[2].UserId}@{_client.Tenant.TenantId}')/Messages('", url, StringComparison.Ordinal);

        const int Slice = 4 * 1024 * 1024;
        (await PutAsync(url, file, 0, Slice, authorize: true)).Refused(401, "InvalidAudience");
        (await PutAsync(url, file, Slice, Slice)).Refused(416, "InvalidContentRange");
        (await PutAsync(url, file, 0, Slice + 1)).Refused(413, "RequestEntityTooLarge");
        var first = await PutAsync(url, file, 0, Slice);
        JsonShape.AssertMatches(JsonNode.Parse($$"""{ "@odata.context": "*", "ExpirationDateTime": "{{session["expirationDateTime"]}}", "nextExpectedRanges": [ "4194304" ] }"""), first.Ok());
        (await PutAsync(url, file, Slice, Slice)).Ok();
        var last = await PutAsync(url, file, 2 * Slice, file.Length - 2 * Slice);
        Assert.Equal(201, last.Status);
        var id = last.Headers["Location"].Split("Attachments('")[1].TrimEnd(')', '\'');
        (await PutAsync(url, file, 0, Slice)).Refused(404, "ErrorItemNotFound");

        Assert.Equal(file, (await _client.SendAsync("GET", $"{path}/attachments/{id}/$value", _token)).Bytes);
        (await _client.SendAsync("POST", path + "/send", _token)).Ok();
        Assert.Equal(file, Assert.Single(MimeMessage.Parse(Single(_alice).GetContent()).Attachments).Decode());
    }

    [Theory]
    [InlineData(2_999_999, 400, "ErrorAttachmentSizeShouldNotBeLessThanMinimumSize")]
    [InlineData(150 * 1024 * 1024 + 1, 413, "ErrorAttachmentSizeLimitExceeded")]
    public async Task An_upload_session_has_bounds(int size, int status, string code) =>
        (await _client.SendAsync("POST", await DraftAsync() + "/attachments/createUploadSession", _token, $$"""{ "AttachmentItem": { "name": "a", "size": {{size}} } }""")).Refused(status, code);

    [Fact]
    public async Task A_request_over_four_megabytes_is_refused()
    {
        var body = $$"""{ "@odata.type": "#microsoft.graph.fileAttachment", "name": "a", "contentBytes": "{{new string('A', 4 * 1024 * 1024)}}" }""";

        (await _client.SendAsync("POST", await DraftAsync() + "/attachments", _token, body)).Refused(413, "RequestEntityTooLarge");
    }

    [Fact]
    public async Task What_was_sent_is_no_draft_any_more()
    {
        var path = $"users/{_alice}/messages/" + (await _client.SendAsync("GET", $"users/{_alice}/messages", _token)).Value[0]!["id"];

        (await _client.SendAsync("POST", path + "/send", _token)).Refused(400, "ErrorItemNotDraft");
        (await _client.SendAsync("POST", path + "/attachments", _token, """{ "@odata.type": "#microsoft.graph.fileAttachment", "name": "a", "contentBytes": "" }""")).Refused(400, "ErrorInvalidOperation");
    }

    public void Dispose() => _client.Dispose();

    private MailAdmin.Tenant.TenantMessage Single(string mailbox) =>
        _client.Tenant.GetMessages(mailbox, "inbox").Single(m => m.ReceivedAt == TenantClient.Start);

    private async Task<string> DraftAsync()
    {
        var draft = (await _client.SendAsync("POST", $"users/{_bob}/messages", _token,
            $$"""{ "subject": "Draft", "body": { "contentType": "text", "content": "b" }, "toRecipients": [ { "emailAddress": { "address": "{{_alice}}" } } ] }""")).Ok();
        return $"users/{_bob}/messages/{draft["id"]}";
    }

    private async Task<Reply> PutAsync(string url, byte[] file, int from, int count, bool authorize = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, url) { Content = new ByteArrayContent(file, from, count) };
        request.Content.Headers.ContentType = new("application/octet-stream");
        request.Content.Headers.ContentRange = new(from, from + count - 1, file.Length);
        if (authorize)
        {
            request.Headers.Authorization = new("Bearer", _token);
        }

        using var response = await _client.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return await Reply.ReadAsync(response);
    }
}
