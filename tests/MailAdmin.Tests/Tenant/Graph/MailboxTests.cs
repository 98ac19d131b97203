using System.Text;
using System.Text.Json.Nodes;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Tenant.Graph;

/// <summary>What the pages say about listing, moving and deleting mail, beyond their examples.</summary>
public sealed class MailboxTests : IDisposable
{
    private readonly TenantClient _client = new();
    private readonly string _token;
    private readonly string _bob;

    public MailboxTests() => (_token, _bob) = (_client.MintAll(), _client.Tenant.Mailboxes[2].Address);

    [Fact]
    public void A_default_sandbox_has_people_mailboxes_and_mail()
    {
        var tenant = _client.Tenant;

        Assert.Equal(["invoices", "alice", "bob", "support", "carol.diaz"], tenant.Mailboxes.Select(m => m.Address.Split('@')[0]));
        Assert.Equal([true, false, false, false, false], tenant.Mailboxes.Select(m => m.IsShared));
        Assert.Equal([5, 5, 0, 0, 0], tenant.Mailboxes.Select(m => tenant.GetMessages(m.Address, "inbox").Count()));
        var sandbox = tenant.Describe();
        Assert.Equal((tenant.TenantId, "contoso.onmicrosoft.com", 5, tenant.Clock.GetUtcNow()), (sandbox.TenantId, sandbox.Domain, sandbox.Mailbox.Count(), sandbox.Now));
        Assert.Same(tenant, sandbox.Handle);
    }

    [Fact]
    public async Task Sample_mail_reads_well()
    {
        var subjects = (await GetAsync($"users/{_client.Invoices}/messages?$orderby=receivedDateTime&$select=subject,from,hasAttachments"))["value"]!.AsArray()
            .Select(m => ((string)m!["subject"]!, (string)m["from"]!["emailAddress"]!["name"]!, (bool)m["hasAttachments"]!));

        Assert.Equal(
            [
                ("Invoice 2024-0117", "Fabrikam Accounting", true),
                ("Rechnung für Büromöbel – März € 349,90", "Jürgen Groß", false),
                ("", "scanner@contoso.onmicrosoft.com", true),
                ("一月分の請求書", "佐藤 花子", false),
                ("Undelivered Mail Returned to Sender", "Mail Delivery System", true),
            ],
            subjects);
        var invitation = (await GetAsync($"users/{_client.Tenant.Mailboxes[1].Address}/messages?$filter=subject eq 'Quarterly review'"))["value"]![0]!;
        Assert.Equal("#microsoft.graph.eventMessageRequest", (string)invitation["@odata.type"]!);
        var news = (await GetAsync($"users/{_client.Tenant.Mailboxes[1].Address}/messages?$filter=startswith(subject,'What is new')&$expand=attachments"))["value"]![0]!;
        Assert.False((bool)news["hasAttachments"]!);
        Assert.Equal(("logo@northwind.example", true), ((string)news["attachments"]![0]!["contentId"]!, (bool)news["attachments"]![0]!["isInline"]!));
    }

    [Fact]
    public async Task Messages_of_a_folder_on_disk_fill_the_first_inbox_and_come_back_byte_for_byte()
    {
        using var folder = new TempFolder();
        byte[][] messages = [.. Enumerable.Range(0, 3).Select(i => Encoding.Latin1.GetBytes($"Subject: {i}\n\n\0\xff\r\r\n"))];
        Directory.CreateDirectory(Path.Combine(folder, "b"));
        File.WriteAllBytes(Path.Combine(folder, "b", "1.eml"), messages[1]);
        File.WriteAllBytes(Path.Combine(folder, "a.eml"), messages[0]);
        File.WriteAllBytes(Path.Combine(folder, "c.eml"), messages[2]);
        using var client = new TenantClient(new SandboxOptions { MailPath = folder });

        var listed = (await client.SendAsync("GET", $"users/{client.Invoices}/messages?$orderby=receivedDateTime&$select=id", client.MintAll())).Value;
        Assert.Equal(3, listed.Count);
        for (var i = 0; i < 3; i++)
        {
            var mime = await client.SendAsync("GET", $"users/{client.Invoices}/messages/{listed[i]!["id"]}/$value", client.MintAll());
            Assert.Equal(messages[i], mime.Bytes);
        }
    }

    [Fact]
    public async Task Pages_follow_each_other_to_the_end()
    {
        Fill(25);

        var subjects = new List<string>();
        var sizes = new List<int>();
        for (var next = $"users/{_bob}/mailFolders/inbox/messages?$orderby=receivedDateTime&$select=subject&$count=true"; next is not null;)
        {
            var page = await GetAsync(next);
            Assert.Equal(25, (int)page["@odata.count"]!);
            sizes.Add(page["value"]!.AsArray().Count);
            subjects.AddRange(page["value"]!.AsArray().Select(m => (string)m!["subject"]!));
            next = (string?)page["@odata.nextLink"];
        }

        Assert.Equal([10, 10, 5], sizes);
        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"Message {i:d2}"), subjects);
    }

    [Theory]
    [InlineData("$filter=receivedDateTime ge 2026-03-02T08:20:00Z&$orderby=receivedDateTime", "20 21 22 23 24")]
    [InlineData("$filter=receivedDateTime ge 2026-03-02T08:20:00Z and receivedDateTime lt 2026-03-02T08:22:00Z", "21 20")]
    [InlineData("$filter=contains(subject,'MESSAGE 1') and not (subject eq 'Message 11')&$top=3", "19 18 17")]
    [InlineData("$filter=from/emailAddress/address eq 'SENDER3@example.com'", "23 13 03")]
    [InlineData("$filter=isRead eq true and subject ne 'it''s'", "00")]
    [InlineData("$filter=subject in_valid", null)]
    [InlineData("$filter=toRecipients/any(r:r/emailAddress/address eq 'only7@example.com')", "07")]
    [InlineData("$filter=(subject eq 'Message 01' or subject eq 'Message 02') and endswith(subject,'2')", "02")]
    [InlineData("$orderby=from/emailAddress/address,receivedDateTime desc&$top=3", "20 10 00")]
    public async Task Filters_and_orders(string query, string? expected)
    {
        Fill(25);

        var reply = await _client.SendAsync("GET", $"users/{_bob}/messages?{query}", _token);

        if (expected is null)
        {
            Assert.Equal(400, reply.Status);
        }
        else
        {
            Assert.Equal(expected, string.Join(' ', reply.Value.Select(m => ((string)m!["subject"]!)[^2..])));
        }
    }

    [Theory]
    [InlineData("message", "09 08 07 06 05 04 03 02 01 00")]
    [InlineData("subject:message from:sender7", "07")]
    [InlineData("from:sender7 body:8", "")]
    public async Task A_search_finds_words(string search, string expected)
    {
        Fill(10);

        var reply = await _client.SendAsync("GET", $"users/{_bob}/messages?$search=\"{search}\"", _token);

        Assert.Equal(expected, string.Join(' ', reply.Value.Select(m => ((string)m!["subject"]!)[^2..])));
        (await _client.SendAsync("GET", $"users/{_bob}/messages?$search=x&$filter=isRead eq true", _token)).Refused(400, "SearchWithFilter");
        (await _client.SendAsync("GET", $"users/{_bob}/messages?$search=x&$orderby=subject", _token)).Refused(400, "SearchWithOrderBy");
    }

    [Fact]
    public async Task A_page_has_at_most_a_thousand_messages()
    {
        Fill(1001);

        Assert.Equal(1000, (await GetAsync($"users/{_bob}/messages?$top=5000&$select=id"))["value"]!.AsArray().Count);
        Assert.Equal(7, (await _client.SendAsync("GET", $"users/{_bob}/messages?$select=id", _token, null, ("Prefer", "odata.maxpagesize=7"))).Value.Count);
    }

    [Fact]
    public async Task An_ordinary_id_changes_with_a_move_and_an_immutable_one_does_not()
    {
        Fill(1);
        var immutable = ("Prefer", "IdType=\"ImmutableId\"");
        var ordinaryId = (string)(await GetAsync($"users/{_bob}/messages?$select=id"))["value"]![0]!["id"]!;
        var immutableId = (string)(await _client.SendAsync("GET", $"users/{_bob}/messages?$select=id", _token, null, immutable)).Value[0]!["id"]!;
        Assert.NotEqual(ordinaryId, immutableId);

        var moved = (await _client.SendAsync("POST", $"users/{_bob}/messages/{ordinaryId}/move", _token, """{"destinationId":"archive"}""")).Ok();
        Assert.NotEqual(ordinaryId, (string)moved["id"]!);
        (await _client.SendAsync("GET", $"users/{_bob}/messages/{ordinaryId}", _token)).Refused(404, "ErrorItemNotFound");
        var again = (await _client.SendAsync("POST", $"users/{_bob}/messages/{immutableId}/move", _token, """{"destinationId":"inbox"}""", immutable)).Ok();
        Assert.Equal(immutableId, (string)again["id"]!);
        (await _client.SendAsync("GET", $"users/{_bob}/messages/{immutableId.ToLowerInvariant()}", _token)).Refused(400, "ErrorInvalidIdMalformed");
    }

    [Fact]
    public async Task Deleted_mail_is_recoverable_once_and_purged_mail_is_out_of_reach()
    {
        Fill(2);
        var ids = (await GetAsync($"users/{_bob}/messages?$select=id"))["value"]!.AsArray().Select(m => (string)m!["id"]!).ToArray();

        (await _client.SendAsync("DELETE", $"users/{_bob}/messages/{ids[0]}", _token)).Ok();
        var recoverable = (await GetAsync($"users/{_bob}/mailFolders/recoverableitemsdeletions/messages"))["value"]!.AsArray();
        (await _client.SendAsync("DELETE", $"users/{_bob}/messages/{Assert.Single(recoverable)!["id"]}", _token)).Refused(400, "ErrorCannotDeleteObject");
        (await _client.SendAsync("POST", $"users/{_bob}/messages/{ids[1]}/permanentDelete", _token)).Ok();

        Assert.Empty((await GetAsync($"users/{_bob}/messages"))["value"]!.AsArray());
        Assert.Equal(["Recoverable Items/Deletions", "Recoverable Items/Purges"], _client.Tenant.GetMessages(_bob).Select(m => m.Folder));
    }

    [Fact]
    public async Task National_clouds_have_no_permanent_delete()
    {
        using var client = new TenantClient(new SandboxOptions { Environment = MailEnvironment.China });
        var token = client.MintAll();
        var first = (await client.SendAsync("GET", $"users/{client.Invoices}/messages", token)).Value[0]!;

        (await client.SendAsync("POST", $"users/{client.Invoices}/messages/{first["id"]}/permanentDelete", token)).Refused(400, "BadRequest");
    }

    [Fact]
    public async Task Child_folders_are_reached_through_their_parents_and_by_themselves()
    {
        _client.Tenant.AddMessage(_bob, "Inbox/A/B", "Subject: deep\n\n"u8.ToArray());
        var a = (await GetAsync($"users/{_bob}/mailFolders/inbox/childFolders"))["value"]![0]!;
        var b = (await GetAsync($"users/{_bob}/mailFolders/{a["id"]}/childFolders"))["value"]![0]!;

        var nested = $"users/{_bob}/mailFolders/inbox/childFolders/{a["id"]}/childFolders/{b["id"]}/messages";
        Assert.Equal("deep", (string)Assert.Single((await GetAsync(nested))["value"]!.AsArray())!["subject"]!);
        Assert.Equal("Inbox/A/B", Assert.Single(_client.Tenant.GetMessages(_bob, "Inbox/A/B")).Folder);
        (await _client.SendAsync("DELETE", $"users/{_bob}/mailFolders/{a["id"]}", _token)).Ok();
        (await _client.SendAsync("GET", nested, _token)).Refused(404, "ErrorItemNotFound");
    }

    [Fact]
    public async Task A_received_message_keeps_what_its_sender_wrote()
    {
        Fill(1);
        var path = $"users/{_bob}/messages/" + (await GetAsync($"users/{_bob}/messages"))["value"]![0]!["id"];

        (await _client.SendAsync("PATCH", path, _client.Mint(["Mail.ReadWrite"]), """{"subject":"x"}""")).Refused(400, "ErrorInvalidPropertySet");
        (await _client.SendAsync("PATCH", path, _token, """{"nonsense":1}""")).Refused(400, "RequestBodyRead");
        var before = await GetAsync(path);
        var changed = (await _client.SendAsync("PATCH", path, _token, """{"isRead":true,"categories":["Red"],"flag":{"flagStatus":"flagged"}}""")).Ok();

        Assert.Equal((true, "Red", "flagged"), ((bool)changed["isRead"]!, (string)changed["categories"]![0]!, (string)changed["flag"]!["flagStatus"]!));
        Assert.NotEqual((string)before["changeKey"]!, (string)changed["changeKey"]!);
    }

    public void Dispose() => _client.Dispose();

    private async Task<JsonObject> GetAsync(string path) => (await _client.SendAsync("GET", path, _token)).Ok();

    /// <summary>Messages a minute apart from 08:00 on, the first one read.</summary>
    private void Fill(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var message = Encoding.ASCII.GetBytes($"From: sender{i % 10}@example.com\nTo: bob@example.com, only{i}@example.com\nSubject: Message {i:d2}\n\nBody {i}\n");
            _client.Tenant.AddMessage(_bob, "inbox", message, TenantClient.Start.AddHours(-1).AddMinutes(i), isRead: i == 0);
        }
    }
}
