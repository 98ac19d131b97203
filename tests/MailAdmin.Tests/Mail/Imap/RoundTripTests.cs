using System.Globalization;
using MailAdmin.Core.Mail;

namespace MailAdmin.Tests.Mail.Imap;

/// <summary>What is asked for together. The servers hold back their answers: a client that waited for them would wait for ever.</summary>
public sealed class RoundTripTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_inbox_is_found_in_the_round_trip_that_proves_the_login(bool backwards)
    {
        await using var server = TellsCapabilitiesAtLogin();
        var asked = new List<string>();
        server.On("NAMESPACE", async (c, ns) =>
        {
            var (id, status, list) = ((await c.ReadCommandAsync())!, (await c.ReadCommandAsync())!, (await c.ReadCommandAsync())!);
            asked.AddRange([id.Name, status.ToString(), list.ToString()]);
            string[] answers =
            [
                $"* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n{ns.Tag} OK done\r\n",
                $"{id.Tag} OK done\r\n",
                $"* STATUS INBOX (MESSAGES 3 UNSEEN 1 UIDVALIDITY 7)\r\n{status.Tag} OK done\r\n",
                $"* LIST () \"/\" INBOX\r\n* LIST () \"/\" INBOX/Bills\r\n{list.Tag} OK done\r\n",
            ];
            await c.SendAsync(string.Concat(backwards ? answers.Reverse() : answers));
        });
        await using var store = server.Open();

        var inbox = await store.FindFolderAsync("inbox", Cancel);
        await store.FindFolderAsync("Inbox/Bills", Cancel);

        Assert.Equal(["ID", "STATUS \"INBOX\" (MESSAGES UNSEEN UIDVALIDITY UIDNEXT)", "LIST \"\" \"*\""], asked);
        Assert.Equal(("Inbox", 3, 1, 1), (inbox!.Path, inbox.TotalItemCount, inbox.UnreadItemCount, inbox.ChildFolderCount));
        Assert.Equal(1, server.ConnectionCount);
    }

    [Fact]
    public async Task The_inbox_is_searched_in_the_round_trip_that_proves_the_login_when_nobody_wants_its_counts()
    {
        await using var server = TellsCapabilitiesAtLogin();
        server.AddMessages(3);
        var asked = new List<string>();
        server.On("NAMESPACE", async (c, ns) =>
        {
            var (id, examine, search) = ((await c.ReadCommandAsync())!, (await c.ReadCommandAsync())!, (await c.ReadCommandAsync())!);
            asked.AddRange([id.Name, examine.ToString(), search.ToString()]);
            await c.SendAsync($"* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n{ns.Tag} OK done\r\n{id.Tag} OK done\r\n");
            await c.SendAsync($"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n{examine.Tag} OK [READ-ONLY] done\r\n* SEARCH 1 2 3\r\n{search.Tag} OK done\r\n");
        });
        await using var store = server.Open();

        var inbox = await store.FindFolderAsync("inbox", Cancel, counted: false);
        Assert.Equal(0, server.ConnectionCount);
        Assert.Equal(("Inbox", "INBOX", "inbox", null), (inbox!.Path, inbox.Id, inbox.WellKnownName, inbox.TotalItemCount));
        Assert.Equal(3, (await store.FetchAllAsync(inbox)).Count);
        Assert.Equal(["ID", "EXAMINE \"INBOX\"", "UID SEARCH UNDELETED"], asked);
    }

    [Fact]
    public async Task What_enabling_utf8_changes_waits_until_it_is_enabled()
    {
        await using var server = TellsCapabilitiesAtLogin();
        server.Capabilities += " ENABLE UTF8=ACCEPT";
        server.AddMessages(3);
        server.On("ENABLE", (c, command) => c.SendAsync($"* ENABLED UTF8=ACCEPT\r\n{command.Tag} OK done\r\n"));
        await using var store = server.Open();

        Assert.Empty(await store.GetMessagesAsync(server.Inbox, new MessageQuery { Subject = "Grüße" }, Cancel).ToListAsync());
        Assert.DoesNotContain(server.Received, line => line.Contains("CHARSET", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Folders_whose_counts_nobody_wants_are_not_asked_for_them()
    {
        await using var server = new ScriptedServer();
        server.Folders.Add("() \"/\" Bills");
        await using var store = server.Open();

        Assert.Equal(("Bills", null), (await store.FindFolderAsync("Bills", Cancel, counted: false)) is { } found ? (found.Id, found.TotalItemCount) : default);
        Assert.DoesNotContain(server.Received, line => line.StartsWith("STATUS", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_login_that_only_looked_good_is_refused_although_the_inbox_was_opened(bool withContent)
    {
        await using var server = TellsCapabilitiesAtLogin();
        foreach (var name in new[] { "NAMESPACE", "ID", "EXAMINE", "UID SEARCH" })
        {
            server.On(name, (c, command) => c.SendAsync($"{command.Tag} BAD User is authenticated but not connected.\r\n"));
        }

        await using var store = server.Open();

        var refusal = await Assert.ThrowsAsync<ServiceRefusedException>(async () => _ = withContent
            ? (await store.FetchAllAsync(server.Inbox)).Count
            : (await store.GetMessagesAsync(server.Inbox, new MessageQuery(), Cancel).ToListAsync()).Count);
        Assert.Equal("NOTCONNECTED", refusal.Code);
        Assert.Equal(1, server.ConnectionCount);
    }

    [Fact]
    public async Task A_login_that_only_looked_good_is_refused_although_more_was_asked()
    {
        await using var server = TellsCapabilitiesAtLogin();
        foreach (var name in new[] { "NAMESPACE", "ID", "STATUS", "LIST" })
        {
            server.On(name, (c, command) => c.SendAsync($"{command.Tag} BAD User is authenticated but not connected.\r\n"));
        }

        await using var store = server.Open();

        Assert.Equal("NOTCONNECTED", (await Assert.ThrowsAsync<ServiceRefusedException>(() => store.FindFolderAsync("inbox", Cancel))).Code);
        Assert.Equal("NOTCONNECTED", (await Assert.ThrowsAsync<ServiceRefusedException>(() => store.FindFolderAsync("inbox", Cancel))).Code);
        Assert.Equal(2, server.ConnectionCount);
    }

    [Fact]
    public async Task On_another_connection_folders_are_found_before_it_tells_where_they_begin()
    {
        await using var server = TellsCapabilitiesAtLogin();
        server.Folders.AddRange(["() \".\" INBOX.Bills", "() \".\" INBOX.Bills.2024"]);
        server.On("NAMESPACE", async (c, ns) =>
        {
            if (c.Number > 1)
            {
                var (id, status) = ((await c.ReadCommandAsync())!, (await c.ReadCommandAsync())!);
                await c.SendAsync($"{id.Tag} OK done\r\n* STATUS INBOX.Bills.2024 (MESSAGES 9 UIDVALIDITY 7)\r\n{status.Tag} OK done\r\n");
            }

            await c.SendAsync($"* NAMESPACE ((\"INBOX.\" \".\")) NIL NIL\r\n{ns.Tag} OK done\r\n");
        });
        server.On("STATUS", (c, command) => command.Arguments.Contains("2024", StringComparison.Ordinal)
            ? c.CloseAsync() : c.SendAsync($"{command.Tag} OK done\r\n"));
        await using var store = server.Open();

        Assert.Equal("INBOX.Bills", (await store.FindFolderAsync("Bills", Cancel))!.Id);
        Assert.Equal(9, (await store.FindFolderAsync("Bills/2024", Cancel))!.TotalItemCount);
        Assert.Single(server.Received, line => line.StartsWith("LIST", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(250)]
    [InlineData(200, 40, 180, 200)]
    [InlineData(250, 40, 1900)]
    public async Task One_command_asks_for_all_content_that_waits_by_then_and_ends_with_a_large_message(int end, params int[] large)
    {
        await using var server = new ScriptedServer();
        server.AddMessages(2000);
        Array.ForEach(large, uid => server.Messages[(uint)uid] = new byte[50_000]);
        await using var store = server.Open();

        Assert.Equal(server.Messages.Keys, (await store.FetchAllAsync(server.Inbox)).Select(f => f.Uid()));
        Assert.Equal(
            [$"UID FETCH 1:{end} (UID BODY.PEEK[])", $"UID FETCH {end + 1}:2000 (UID BODY.PEEK[])"],
            server.Received.Where(line => line.Contains("PEEK", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Each_message_tells_the_size_of_the_one_that_comes_behind_it()
    {
        await using var server = new ScriptedServer();
        server.AddMessages(12);
        await using var store = server.Open();

        Assert.Equal(
            [.. server.Messages.Values.Skip(1).Select(content => (long?)content.Length), null],
            (await store.FetchAllAsync(server.Inbox)).Select(f => f.FollowerSize));
    }

    [Fact]
    public async Task Of_many_messages_that_wait_no_command_asks_for_too_many()
    {
        await using var server = new ScriptedServer();
        server.AddMessages(6000);
        await using var store = server.Open();

        Assert.Equal(server.Messages.Keys, (await store.FetchAllAsync(server.Inbox)).Select(f => f.Uid()));
        Assert.All(server.Received.Where(line => line.Contains("PEEK", StringComparison.Ordinal)), line =>
        {
            var uids = line.Split(' ')[2].Split(':').Select(uid => int.Parse(uid, CultureInfo.InvariantCulture)).ToArray();
            Assert.InRange(uids[^1] - uids[0] + 1, 1, 2000);
        });
    }

    /// <summary>So that nothing has to be asked before the rest can be.</summary>
    private static ScriptedServer TellsCapabilitiesAtLogin()
    {
        var server = new ScriptedServer();
        return server.On("AUTHENTICATE", (c, command) => c.SendAsync($"{command.Tag} OK [CAPABILITY {server.Capabilities}] done\r\n"));
    }
}
