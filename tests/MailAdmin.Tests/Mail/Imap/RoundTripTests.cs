using System.Globalization;
using MailAdmin.Core.Mail;

namespace MailAdmin.Tests.Mail.Imap;

/// <summary>What is asked for together, and what is not asked for.</summary>
public sealed class RoundTripTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_inbox_is_known_without_a_connection_when_nobody_wants_its_counts()
    {
        await using var server = TellsCapabilitiesAtLogin();
        server.AddMessages(3);
        await using var store = server.Open();

        var inbox = await store.FindFolderAsync("inbox", Cancel, counted: false);
        Assert.Equal(0, server.ConnectionCount);
        Assert.Equal(("Inbox", "INBOX", "inbox", null), (inbox!.Path, inbox.Id, inbox.WellKnownName, inbox.TotalItemCount));
        Assert.Equal(3, (await store.FetchAllAsync(inbox)).Count);
        Assert.Equal(
            ["CAPABILITY", "AUTHENTICATE", "NAMESPACE", "LIST", "EXAMINE", "UID SEARCH", "UID FETCH", "UID FETCH"],
            server.Received.Select(static line => line.StartsWith("UID", StringComparison.Ordinal) ? line[..line.IndexOf(' ', 4)] : line.Split(' ')[0]));
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
    public async Task One_command_asks_for_all_content_that_was_listed()
    {
        await using var server = new ScriptedServer();
        server.AddMessages(2000);
        await using var store = server.Open();

        Assert.Equal(server.Messages.Keys, (await store.FetchAllAsync(server.Inbox)).Select(f => f.Uid()));
        Assert.Equal(
            ["UID FETCH 1:2000 (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE)", "UID FETCH 1:2000 (BODY.PEEK[])"],
            server.Received.Where(line => line.StartsWith("UID FETCH", StringComparison.Ordinal)));
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
