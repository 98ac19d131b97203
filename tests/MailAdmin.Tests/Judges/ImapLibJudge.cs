using System.Text.Json.Nodes;

namespace MailAdmin.Tests.Judges;

/// <summary>Python's own imaplib, at the port that `serve` opens for mail programs, in the mailbox Invoices.</summary>
internal sealed class ImapLibJudge(JudgedTenant tenant) : Judge(tenant)
{
    private JudgeProgram _imap = null!;

    public override string Client => "imaplib";

    public override string Version => "of Python 3";

    public override string? Missing => Programs.Find("python3") is null ? "python3 is not on PATH." : null;

    protected override async Task JudgeAsync()
    {
        await using var imap = new JudgeProgram(
            Tenant.Server, "python3", Path.Combine("MailAdmin.Tests", "Judges", "imaplib_judge.py"));
        _imap = imap;
        var place = new { port = Tenant.Server["imapPort"], certificate = Tenant.Server["certificate"], user = Tenant.Invoices };
        On("AUTHENTICATE XOAUTH2");
        var refused = await Assert.ThrowsAsync<JudgeException>(() => imap.AskAsync(new { open = place, token = "wrong" }));
        Assert.Contains("AUTHENTICATE failed", refused.Message, StringComparison.Ordinal);
        await imap.AskAsync(new { open = place, token = Tenant.Server["imapToken"] });

        On("LIST");
        Assert.Contains((await CallAsync("list"))!.AsArray(), l => l!.ToString().EndsWith(" INBOX", StringComparison.Ordinal));
        var stored = await Tenant.MessagesAsync(Tenant.Invoices, "Inbox");

        On("SELECT");
        Assert.Equal($"{stored.Length}", (string?)(await CallAsync("select", "INBOX"))![0]);

        On("SEARCH");
        var uids = (await CallAsync("uid", "SEARCH", "ALL"))![0]!.ToString().Split(' ');
        Assert.Equal("", (await CallAsync("search", null, "SEEN"))![0]!.ToString());

        On("FETCH");
        List<byte[]> octets = [];
        foreach (var uid in uids)
        {
            var fetched = await CallAsync("uid", "FETCH", uid, "(RFC822.SIZE ENVELOPE BODYSTRUCTURE BODY.PEEK[])");
            octets.Add([.. System.Text.Encoding.Latin1.GetBytes(fetched![0]![1]!.ToString())]);
        }

        Assert.Equal(
            stored.Select(m => Convert.ToBase64String(m.GetContent())).Order(StringComparer.Ordinal),
            octets.Select(Convert.ToBase64String).Order(StringComparer.Ordinal));

        On("CREATE");
        await CallAsync("create", "\"Done by Python\"");

        On("MOVE");
        await CallAsync("uid", "MOVE", uids[0], "\"Done by Python\"");
        Assert.Single(await Tenant.SubjectsAsync(Tenant.Invoices, "Done by Python"));

        On("COPY");
        await CallAsync("copy", "1", "\"Done by Python\"");
        Assert.Equal(2, (await Tenant.SubjectsAsync(Tenant.Invoices, "Done by Python")).Length);

        On("STORE");
        await CallAsync("store", "1", "+FLAGS", "(\\Deleted)");

        On("EXPUNGE");
        Assert.Equal("1", (string?)(await CallAsync("expunge"))!.AsArray()[^1]);
        Assert.Equal(stored.Length - 2, (await Tenant.SubjectsAsync(Tenant.Invoices, "Inbox")).Length);

        On("STATUS");
        var status = await CallAsync("status", "\"Done by Python\"", "(MESSAGES)");
        Assert.EndsWith("(MESSAGES 2)", status![0]!.ToString(), StringComparison.Ordinal);

        On("APPEND");
        await CallAsync(
            "append", "\"Done by Python\"", "(\\Seen)", "\"04-Mar-2026 05:06:07 +0000\"", "Subject: mine\r\n\r\nx\r\n");
        var appended = (await Tenant.MessagesAsync(Tenant.Invoices, "Done by Python")).Single(m => m.Subject == "mine");
        Assert.Equal((true, new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero)), (appended.IsRead, appended.ReceivedAt));
        await CallAsync("select", "\"Done by Python\"");
        Assert.Equal("x\r\n", (await CallAsync("fetch", "3", "(BODY[TEXT])"))![0]![1]!.ToString());

        On("CLOSE");
        await CallAsync("close");
        await CallAsync("logout");
    }

    private Task<JsonNode?> CallAsync(string call, params object?[] arguments) => _imap.AskAsync(new { call, arguments });
}
