using System.Text;
using System.Text.Json.Nodes;

namespace MailAdmin.Tests.Judges;

/// <summary>imapflow, through the proxy, in Alice's mailbox.</summary>
internal sealed class ImapFlowJudge(JudgedTenant tenant) : NodeJudge(tenant, "imapflow", "imapflow.mjs")
{
    private static readonly object ByUid = new { uid = true };

    private JudgeProgram _imap = null!;

    protected override async Task JudgeAsync()
    {
        await using var imap = Start();
        _imap = imap;
        On("XOAUTH2");
        var refused = await Assert.ThrowsAsync<JudgeException>(() => OpenAsync(imap, "wrong"));
        Assert.True((bool?)refused.Error["authenticationFailed"]);
        await OpenAsync(imap, Tenant.Server["imapToken"]);

        On("LIST");
        var folders = (await CallAsync("list"))!.AsArray();
        foreach (var (path, use) in new[]
        {
            ("INBOX", "\\Inbox"), ("Deleted Items", "\\Trash"), ("Drafts", "\\Drafts"), ("Sent Items", "\\Sent"),
            ("Junk Email", "\\Junk"),
        })
        {
            Assert.Equal(use, (string?)folders.Single(f => f!["path"]!.ToString() == path)!["specialUse"]);
        }

        var stored = await Tenant.MessagesAsync(Tenant.Alice, "Inbox");
        On("STATUS");
        var status = await CallAsync(
            "status", "INBOX", new { messages = true, unseen = true, uidNext = true, uidValidity = true });
        Assert.Equal(stored.Length, (int)status!["messages"]!);

        On("SELECT");
        Assert.Equal(stored.Length, (int)(await CallAsync("mailboxOpen", "INBOX"))!["exists"]!);

        On("FETCH");
        var fetched = (await CallAsync("fetch", "1:*", new
        {
            uid = true, flags = true, envelope = true, bodyStructure = true, internalDate = true, size = true, source = true,
            headers = new[] { "subject" },
        }))!.AsArray();
        var octets = stored.Select(m => Convert.ToBase64String(m.GetContent())).Order(StringComparer.Ordinal);
        Assert.Equal(octets, fetched.Select(m => m!["source"]!.ToString()).Order(StringComparer.Ordinal));
        Assert.All(fetched, m => Assert.NotNull(m!["bodyStructure"]!["type"]));
        string[] uids = [.. fetched.Select(m => m!["uid"]!.ToString())];
        Assert.Equal(
            fetched[0]!["source"]!.ToString(),
            (await CallAsync("download", uids[0], null, ByUid))!.ToString());

        On("SEARCH");
        Assert.Equal(uids, await SearchAsync(new { seen = false, from = "@" }));

        On("STORE");
        await CallAsync("messageFlagsAdd", uids[0], new[] { "\\Seen", "\\Flagged" }, ByUid);
        Assert.Equal([uids[0]], await SearchAsync(new { seen = true, flagged = true }));
        Assert.Single(await Tenant.MessagesAsync(Tenant.Alice, "Inbox"), m => m.IsRead);

        On("CREATE");
        await CallAsync("mailboxCreate", (object)(string[])["Erledigt & mehr", "Größe"]);
        const string Target = "Erledigt & mehr/Größe";

        On("MOVE");
        var moved = await CallAsync("messageMove", uids[0], Target, ByUid);
        Assert.Equal((Target, 1), ((string?)moved!["destination"], moved["uidMap"]!.AsObject().Count));
        var subject = fetched[0]!["envelope"]!["subject"]!.ToString();
        Assert.Equal([subject], await Tenant.SubjectsAsync(Tenant.Alice, Target));

        On("COPY");
        await CallAsync("messageCopy", uids[1], Target, ByUid);
        Assert.Equal(2, (await Tenant.SubjectsAsync(Tenant.Alice, Target)).Length);

        On("EXPUNGE");
        await CallAsync("messageDelete", uids[1], ByUid);
        Assert.Equal(stored.Length - 2, (await Tenant.SubjectsAsync(Tenant.Alice, "Inbox")).Length);

        On("APPEND");
        await CallAsync("append", Target, "Subject: mine\r\n\r\nGrüße\r\n", new[] { "\\Seen" }, "2026-03-04T05:06:07Z");
        var appended = (await Tenant.MessagesAsync(Tenant.Alice, Target)).Single(m => m.Subject == "mine");
        Assert.Equal("Subject: mine\r\n\r\nGrüße\r\n", Encoding.UTF8.GetString(appended.GetContent()));
        Assert.Equal((true, new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero)), (appended.IsRead, appended.ReceivedAt));

        On("IDLE");
        await CallAsync("mailboxOpen", Target);
        await CallAsync("idle");
        await Tenant.DeliverAsync(Tenant.Alice, "news", Target);
        Assert.Equal(4, (int)(await imap.HearAsync())["exists"]!);
        await CallAsync("noop");

        On("RENAME");
        await CallAsync("mailboxRename", Target, "Fertig");
        Assert.Equal(4, (await Tenant.SubjectsAsync(Tenant.Alice, "Fertig")).Length);

        On("DELETE");
        await CallAsync("mailboxDelete", "Fertig");
        Assert.DoesNotContain((await CallAsync("list"))!.AsArray(), f => f!["path"]!.ToString() == "Fertig");
        await CallAsync("logout");
    }

    private Task<JsonNode?> OpenAsync(JudgeProgram imap, string accessToken) => imap.AskAsync(new
    {
        open = new { host = "outlook.office365.com", port = 993, secure = true, auth = new { user = Tenant.Alice, accessToken } },
    });

    private async Task<string[]> SearchAsync(object query) =>
        [.. (await CallAsync("search", query, ByUid))!.AsArray().Select(u => u!.ToString())];

    private Task<JsonNode?> CallAsync(string call, params object?[] arguments) => _imap.AskAsync(new { call, arguments });
}
