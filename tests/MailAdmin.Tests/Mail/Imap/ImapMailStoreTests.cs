using System.Globalization;
using System.Text;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Mail.Imap;

namespace MailAdmin.Tests.Mail.Imap;

public sealed class ImapMailStoreTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("IMAP4rev1 AUTH=XOAUTH2 AUTH=OAUTHBEARER SASL-IR", "AUTHENTICATE XOAUTH2 dXNlcj1h")]
    [InlineData("IMAP4rev1 AUTH=OAUTHBEARER SASL-IR", "AUTHENTICATE OAUTHBEARER bixhPWFubmF")]
    [InlineData("IMAP4rev2 AUTH=XOAUTH2", "AUTHENTICATE XOAUTH2 dXNlcj1h")]
    public async Task The_mechanism_is_one_that_is_offered(string capabilities, string expected)
    {
        await using var server = new ScriptedServer { Capabilities = capabilities };
        await using var store = server.Open();

        await store.ConnectAsync(Cancel);

        Assert.Contains(server.Received, line => line.StartsWith(expected, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_SASL_IR_the_token_follows_the_first_continuation()
    {
        string? answer = null;
        await using var server = new ScriptedServer { Capabilities = "IMAP4rev1 AUTH=XOAUTH2" };
        server.On("AUTHENTICATE", async (c, command) =>
        {
            Assert.Equal("XOAUTH2", command.Arguments);
            await c.SendAsync("+ \r\n");
            answer = await c.ReadLineAsync();
            await c.SendAsync($"{command.Tag} OK done\r\n");
        });
        await using var store = server.Open();

        await store.ConnectAsync(Cancel);

        Assert.Equal("user=anna@contoso.test\u0001auth=Bearer secret-token-1\u0001\u0001", Encoding.ASCII.GetString(Convert.FromBase64String(answer!)));
    }

    [Theory]
    [InlineData(500, true)]
    [InlineData(9000, false)]
    public async Task A_token_that_is_too_long_for_a_command_follows_by_itself(int length, bool atOnce)
    {
        string? first = null;
        await using var server = new ScriptedServer();
        server.On("AUTHENTICATE", async (c, command) =>
        {
            first = command.Arguments;
            if (!atOnce)
            {
                await c.SendAsync("+ \r\n");
                Assert.InRange((await c.ReadLineAsync()).Length, length, 2 * length);
            }

            await c.SendAsync($"{command.Tag} OK done\r\n");
        });
        await using var store = new ImapMailStore(
            server.Wire, new ImapServer { Host = "mail.contoso.test" }, "anna@contoso.test", (_, _) => ValueTask.FromResult(new string('t', length)));

        await store.ConnectAsync(Cancel);

        Assert.Equal(atOnce, first!.Length > "XOAUTH2".Length);
    }

    [Fact]
    public async Task A_server_that_takes_no_tokens_is_named()
    {
        await using var server = new ScriptedServer { Capabilities = "IMAP4rev1 AUTH=PLAIN LOGINDISABLED" };
        await using var store = server.Open();

        Assert.Equal("AUTHMECHANISM", (await Assert.ThrowsAsync<ServiceRefusedException>(() => store.ConnectAsync(Cancel))).Code);
        Assert.DoesNotContain(server.Received, line => line.StartsWith("AUTHENTICATE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_fresh_token_that_is_good_goes_on()
    {
        await using var server = new ScriptedServer();
        server.On("AUTHENTICATE", (c, command) => c.SendAsync(
            $"{command.Tag} {(server.TokenRequests.Count == 1 ? "NO [EXPIRED] too old" : "OK done")}\r\n"));
        await using var store = server.Open();

        await store.ConnectAsync(Cancel);

        Assert.Equal([false, true], server.TokenRequests);
    }

    [Fact]
    public async Task A_connection_is_used_again()
    {
        await using var server = new ScriptedServer();
        server.AddMessages(2);
        await using var store = server.Open();

        await store.FindFolderAsync("inbox", Cancel);
        await store.FetchAllAsync(server.Inbox);
        await store.GetMessagesAsync(server.Inbox, new MessageQuery(), Cancel).ToListAsync();

        Assert.Equal(1, server.ConnectionCount);
        Assert.Single(server.Received, line => line.StartsWith("EXAMINE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stopping_early_closes_the_connection_that_is_in_the_middle_of_something()
    {
        await using var server = new ScriptedServer();
        server.AddMessages(700);
        await using var store = server.Open();

        await foreach (var fetched in store.FetchAsync(server.Inbox, new MessageQuery(), _ => new MemoryStream(), Cancel))
        {
            Assert.Equal(1u, fetched.Uid());
            break;
        }

        Assert.Equal(700, (await store.FetchAllAsync(server.Inbox)).Count);
        Assert.Equal(2, server.ConnectionCount);
    }

    [Theory]
    [InlineData("2024-05-06T10:00:02Z", "2024-05-06T10:00:05Z", "2,3,4")]
    [InlineData("2024-05-06T12:00:02+02:00", null, "2,3,4,5,6")]
    [InlineData(null, "2024-05-06T10:00:03Z", "1,2")]
    public async Task Times_are_exact_although_the_server_knows_days(string? since, string? before, string expected)
    {
        await using var server = new ScriptedServer();
        server.AddMessages(6);
        await using var store = server.Open();
        var query = new MessageQuery { Since = Parse(since), Before = Parse(before) };

        var listed = await store.GetMessagesAsync(server.Inbox, query, Cancel).ToListAsync();

        Assert.Equal(expected, string.Join(',', listed.Select(m => m.Id.Split('.')[1])));
        var search = server.Received.Single(line => line.StartsWith("UID SEARCH", StringComparison.Ordinal));
        Assert.Equal(since is not null, search.Contains("SINCE 5-May-2024", StringComparison.Ordinal));
        Assert.Equal(before is not null, search.Contains("BEFORE 8-May-2024", StringComparison.Ordinal));

        static DateTimeOffset? Parse(string? text) => text is null ? null : DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task Filters_are_exact_where_the_server_finds_too_much()
    {
        await using var server = new ScriptedServer();
        server.AddMessages(12);
        await using var store = server.Open();

        Assert.Equal(["message 11"], await Subjects(new MessageQuery { Subject = "MESSAGE 11" }));
        Assert.Equal(12, (await Subjects(new MessageQuery { From = "A@contoso.TEST" })).Count);
        Assert.Empty(await Subjects(new MessageQuery { From = "contoso.test" }));
        Assert.Empty(await Subjects(new MessageQuery { Unread = false }));
        Assert.Equal(["message 2", "message 3"], await Subjects(new MessageQuery { Where = m => !m.Id.EndsWith(".1", StringComparison.Ordinal), First = 2 }));
        Assert.Equal(["message 12", "message 11"], await Subjects(new MessageQuery { Descending = true, First = 2 }));

        async Task<List<string>> Subjects(MessageQuery query) =>
            [.. (await store.GetMessagesAsync(server.Inbox, query, Cancel).ToListAsync()).Select(m => m.Subject)];
    }

    [Fact]
    public async Task What_is_not_wanted_is_not_asked_for()
    {
        await using var server = new ScriptedServer();
        server.AddMessages(5);
        await using var store = server.Open();

        var fetched = await store.FetchAllAsync(server.Inbox, new MessageQuery { Where = m => m.Id is "7.2" or "7.5", First = 2 });

        Assert.Equal([2u, 5u], fetched.Select(f => f.Uid()));
        Assert.Contains("UID FETCH 2,5 (BODY.PEEK[])", server.Received);
    }

    [Fact]
    public async Task Without_a_sink_a_message_comes_without_its_content()
    {
        await using var server = new ScriptedServer();
        server.AddMessages(2);
        await using var store = server.Open();

        var fetched = await store.FetchAsync(server.Inbox, new MessageQuery(), _ => null, Cancel).ToListAsync();

        Assert.All(fetched, f => Assert.Null(f.Content));
        Assert.All(fetched, f => Assert.Null(f.Error));
        Assert.Equal(2, fetched.Count);
    }

    [Fact]
    public async Task A_server_that_knows_ASCII_alone_is_asked_for_less()
    {
        await using var server = new ScriptedServer();
        server.AddMessages(3);
        server.On("UID SEARCH", (c, command) => c.SendAsync(command.Arguments.Contains("CHARSET")
            ? $"{command.Tag} NO [BADCHARSET (US-ASCII)] The specified charset is not supported.\r\n"
            : $"* SEARCH 1 2 3\r\n{command.Tag} OK done\r\n"));
        await using var store = server.Open();

        Assert.Empty(await store.GetMessagesAsync(server.Inbox, new MessageQuery { Subject = "größe" }, Cancel).ToListAsync());
        Assert.Equal("UID SEARCH UNDELETED", server.Received.Last(line => line.StartsWith("UID SEARCH", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_folder_that_is_gone_is_a_refusal()
    {
        await using var server = new ScriptedServer();
        server.On("EXAMINE", (c, command) => c.SendAsync($"{command.Tag} NO [NONEXISTENT] no such mailbox\r\n"));
        server.On("UID SEARCH", (c, command) => c.SendAsync($"{command.Tag} BAD nothing selected\r\n"));
        await using var store = server.Open();

        var refused = await Assert.ThrowsAsync<ServiceRefusedException>(() => store.FetchAllAsync(server.Inbox));

        Assert.Equal(("NONEXISTENT", "IMAP", false), (refused.Code, refused.Service, refused.IsTransient));
    }

    [Fact]
    public async Task The_log_tells_both_sides_without_secrets_or_control_characters()
    {
        var log = new List<string>();
        await using var server = new ScriptedServer { Greeting = "* OK \u001b[31mred\r\n" };
        server.On("NAMESPACE", (c, command) => c.SendAsync($"* NAMESPACE ((\"{new string('x', 2000)}\" \"/\")) NIL NIL\r\n{command.Tag} OK secret-token-1 again\r\n"));
        await using (var store = server.Open(new ImapOptions { Log = log.Add }))
        {
            await store.ConnectAsync(Cancel);
        }

        Assert.Equal("S: * OK  [31mred", log[0]);
        Assert.Contains(log, line => line.StartsWith("C: ", StringComparison.Ordinal) && line.EndsWith(" AUTHENTICATE XOAUTH2 ***", StringComparison.Ordinal));
        Assert.Contains(log, line => line.StartsWith("S: ", StringComparison.Ordinal) && line.EndsWith(" OK *** again", StringComparison.Ordinal));
        Assert.Contains(log, line => line.StartsWith("C: ", StringComparison.Ordinal) && line.EndsWith(" LOGOUT", StringComparison.Ordinal));
        Assert.All(log, line => Assert.InRange(line.Length, 1, 510));
        Assert.DoesNotContain("secret-token", string.Concat(log));
    }

    [Fact]
    public async Task UTF8_names_are_used_where_they_are_accepted()
    {
        await using var server = new ScriptedServer { Capabilities = "IMAP4rev1 AUTH=XOAUTH2 SASL-IR LITERAL+ ENABLE UTF8=ACCEPT" };
        server.Folders.Add("() \"/\" \"Entw\u00c3\u00bcrfe\"");
        server.On("ENABLE", (c, command) => c.SendAsync($"* ENABLED UTF8=ACCEPT\r\n{command.Tag} OK done\r\n"));
        server.On("CREATE", (c, command) =>
        {
            server.Folders.Add($"() \"/\" \"{command.Arguments.Trim('"')}\"");
            return c.SendAsync($"{command.Tag} OK done\r\n");
        });
        await using var store = server.Open();

        Assert.Equal("Entwürfe", (await store.FindFolderAsync("entwürfe", Cancel))!.Name);
        Assert.Equal("grün", (await store.CreateFolderAsync("grün", Cancel)).Id);
    }

    [Theory]
    [InlineData("* 3 EXISTS\r\n", true)]
    [InlineData("* 1 EXPUNGE\r\n", true)]
    [InlineData("* OK still here\r\n", false)]
    public async Task Waiting_for_a_change_ends_with_it_or_with_the_patience(string news, bool expected)
    {
        var time = new ManualTime();
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var options = new ImapOptions { Log = line => _ = line.Contains("still here", StringComparison.Ordinal) && told.TrySetResult() };
        await using var server = new ScriptedServer { Time = time };
        server.On("IDLE", async (c, command) =>
        {
            await c.SendAsync("+ idling\r\n");
            await c.SendAsync(news);
            Assert.Equal("DONE", await c.ReadLineAsync());
            await c.SendAsync($"{command.Tag} OK done\r\n");
        });
        await using var store = server.Open(options);
        await store.WaitForNewsAsync(server.Inbox, TimeSpan.FromDays(1), TimeSpan.FromMinutes(20), Cancel);

        var waiting = store.WaitForNewsAsync(server.Inbox, TimeSpan.FromDays(1), TimeSpan.FromMinutes(20), Cancel);
        if (!expected)
        {
            await told.Task;
            Assert.False(waiting.IsCompleted);
            time.Advance(TimeSpan.FromMinutes(20));
        }

        await waiting;
        await store.FindFolderAsync("inbox", Cancel);
        Assert.Equal(1, server.ConnectionCount);
    }
}
