using MailAdmin.Core.Mail;

namespace MailAdmin.Tests.Mail.Imap;

public sealed class ImapProcessingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<AfterProcessing, string, string[]> Plans => new()
    {
        { AfterProcessing.None, "UIDPLUS MOVE", [] },
        { AfterProcessing.MarkRead, "UIDPLUS MOVE", [@"UID STORE 1:3 +FLAGS.SILENT (\Seen)"] },
        { AfterProcessing.Move, "UIDPLUS MOVE", ["UID MOVE 1:3 Done"] },
        { AfterProcessing.Move, "UIDPLUS", ["UID COPY 1:3 Done", @"UID STORE 1:3 +FLAGS.SILENT (\Deleted)", "UID EXPUNGE 1:3"] },
        { AfterProcessing.Move, "", ["COPY 1:3 Done", @"UID STORE 1:3 +FLAGS.SILENT (\Deleted)"] },
        { AfterProcessing.Delete, "UIDPLUS MOVE", ["UID MOVE 1:3 \"Deleted Items\""] },
        { AfterProcessing.Purge, "UIDPLUS MOVE", [@"UID STORE 1:3 +FLAGS.SILENT (\Deleted)", "UID EXPUNGE 1:3"] },
    };

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task Fault_16_What_is_sent_depends_on_the_server_and_is_never_a_bare_EXPUNGE(
        AfterProcessing action, string extensions, string[] expected)
    {
        await using var server = new ScriptedServer { Capabilities = $"IMAP4rev1 AUTH=XOAUTH2 SASL-IR {extensions}" };
        server.AddMessages(3);
        server.On("UID FETCH", (c, command) => c.SendAsync(
            $"{string.Concat(server.Messages.Keys.Select(static uid => $"* {uid} FETCH (UID {uid})\r\n"))}{command.Tag} OK done\r\n"));
        await using var store = server.Open();

        var outcome = await store.ProcessAsync(server.Inbox, Three(), action, Folder("Done"), Cancel);

        Assert.Equal(Three().Select(m => m.Id), outcome.Select(o => o.Message.Id));
        Assert.All(outcome, o => Assert.Null(o.Error));
        Assert.Equal(expected, Changes(server));
    }

    [Fact]
    public async Task Without_UIDPLUS_a_message_that_the_server_does_not_number_is_neither_copied_nor_marked()
    {
        await using var server = new ScriptedServer { Capabilities = "IMAP4rev1 AUTH=XOAUTH2 SASL-IR" };
        server.AddMessages(3);
        server.On("UID FETCH", (c, command) => c.SendAsync($"* 1 FETCH (UID 1)\r\n* 2 FETCH (UID 2)\r\n{command.Tag} OK done\r\n"));
        await using var store = server.Open();

        var outcome = await store.ProcessAsync(server.Inbox, Three(), AfterProcessing.Move, Folder("Done"), Cancel);

        Assert.Equal([true, true, false], outcome.Select(o => o.Error is null));
        Assert.Equal(["COPY 1 Done", "COPY 2 Done", @"UID STORE 1:2 +FLAGS.SILENT (\Deleted)"], Changes(server));
    }

    [Fact]
    public async Task What_is_deleted_already_is_removed_for_good()
    {
        await using var server = new ScriptedServer();
        await using var store = server.Open();

        await store.ProcessAsync(Folder("Deleted Items"), Three(), AfterProcessing.Delete, null, Cancel);

        Assert.Equal([@"UID STORE 1:3 +FLAGS.SILENT (\Deleted)", "UID EXPUNGE 1:3"], Changes(server));
    }

    [Theory]
    [InlineData("UIDPLUS MOVE")]
    [InlineData("UIDPLUS")]
    [InlineData("")]
    public async Task Without_a_Deleted_Items_folder_nothing_is_deleted_and_nothing_expunged(string extensions)
    {
        await using var server = new ScriptedServer { Capabilities = $"IMAP4rev1 AUTH=XOAUTH2 SASL-IR {extensions}" };
        server.Folders.RemoveAll(f => f.Contains("Deleted Items", StringComparison.Ordinal));
        server.Folders.Add("(\\HasNoChildren) \"/\" \"Gel&APY-schte Elemente\"");
        await using var store = server.Open();

        var e = await Assert.ThrowsAsync<InvalidRequestException>(
            () => store.ProcessAsync(server.Inbox, Three(), AfterProcessing.Delete, null, Cancel));

        Assert.Equal("DeletedItemsNotFound", e.Id);
        Assert.Empty(Changes(server));
    }

    [Fact]
    public async Task Without_UIDPLUS_nothing_is_purged_and_that_is_said()
    {
        await using var server = new ScriptedServer { Capabilities = "IMAP4rev1 AUTH=XOAUTH2 SASL-IR" };
        await using var store = server.Open();

        var outcome = await store.ProcessAsync(server.Inbox, Three(), AfterProcessing.Purge, null, Cancel);

        Assert.All(outcome, o => Assert.Equal("UIDPLUS", Assert.IsType<ServiceRefusedException>(o.Error).Code));
        Assert.Empty(Changes(server));
    }

    [Fact]
    public async Task Fault_17_A_target_that_is_missing_leaves_the_messages_as_they_are()
    {
        await using var server = new ScriptedServer { Capabilities = "IMAP4rev1 AUTH=XOAUTH2 SASL-IR UIDPLUS" };
        server.On("UID COPY", (c, command) => c.SendAsync($"{command.Tag} NO [TRYCREATE] no such mailbox\r\n"));
        await using var store = server.Open();

        var outcome = await store.ProcessAsync(server.Inbox, Three(), AfterProcessing.Move, Folder("Done"), Cancel);

        Assert.All(outcome, o => Assert.Equal("TRYCREATE", Assert.IsType<ServiceRefusedException>(o.Error).Code));
        Assert.Equal(["UID COPY 1:3 Done"], Changes(server));
    }

    [Fact]
    public async Task Fault_5_A_refusal_names_the_message_that_it_is_about()
    {
        await using var server = new ScriptedServer();
        server.On("UID MOVE", (c, command) => c.SendAsync(
            $"{command.Tag} {(command.Arguments.StartsWith("1:3", StringComparison.Ordinal) || command.Arguments.StartsWith('2') ? "NO locked" : "OK done")}\r\n"));
        await using var store = server.Open();

        var outcome = await store.ProcessAsync(server.Inbox, Three(), AfterProcessing.Move, Folder("Done"), Cancel);

        Assert.Equal([true, false, true], outcome.Select(o => o.Error is null));
        Assert.Contains("locked", outcome[1].Error!.Message);
    }

    [Fact]
    public async Task Fault_7_When_UIDs_have_come_to_mean_other_messages_nothing_is_touched()
    {
        await using var server = new ScriptedServer { UidValidity = 8 };
        await using var store = server.Open();

        var outcome = await store.ProcessAsync(server.Inbox, [.. Three(), Message("8.4")], AfterProcessing.Purge, null, Cancel);

        Assert.All(outcome.Take(3), o => Assert.Equal("UIDVALIDITY", Assert.IsType<ServiceRefusedException>(o.Error).Code));
        Assert.DoesNotContain(Changes(server), line => line.Contains("1:3"));
    }

    [Fact]
    public async Task Fault_7_When_they_change_while_messages_are_fetched_the_rest_is_refused()
    {
        await using var server = new ScriptedServer();
        server.AddMessages(3);
        server.On("UID FETCH", async (c, command) =>
        {
            if (command.Arguments.Contains("BODY.PEEK[]"))
            {
                server.UidValidity++;
                await c.CloseAsync();
            }

            await server.FetchAsync(c, command);
        });
        await using var store = server.Open();

        var refused = await Assert.ThrowsAsync<ServiceRefusedException>(() => store.FetchAllAsync(server.Inbox));

        Assert.Equal("UIDVALIDITY", refused.Code);
    }

    [Fact]
    public async Task Fault_8_Without_UIDVALIDITY_nothing_is_touched()
    {
        await using var server = new ScriptedServer { UidValidity = 0 };
        await using var store = server.Open();

        var outcome = await store.ProcessAsync(server.Inbox, [Message("0.1")], AfterProcessing.Purge, null, Cancel);

        Assert.Equal("UIDVALIDITY", Assert.IsType<ServiceRefusedException>(outcome[0].Error).Code);
        Assert.Empty(Changes(server));
    }

    [Fact]
    public async Task Fault_2_A_move_whose_answer_is_lost_is_asked_for_again()
    {
        await using var server = new ScriptedServer();
        server.On("UID MOVE", (c, command) => c.Number == 1 ? c.CloseAsync() : c.SendAsync($"{command.Tag} OK done\r\n"));
        await using var store = server.Open();

        var outcome = await store.ProcessAsync(server.Inbox, Three(), AfterProcessing.Move, Folder("Done"), Cancel);

        Assert.All(outcome, o => Assert.Null(o.Error));
        Assert.Equal(["UID MOVE 1:3 Done", "UID MOVE 1:3 Done"], Changes(server));
    }

    [Fact]
    public async Task Fault_2_A_copy_whose_answer_is_lost_is_not()
    {
        await using var server = new ScriptedServer { Capabilities = "IMAP4rev1 AUTH=XOAUTH2 SASL-IR UIDPLUS" };
        server.On("UID COPY", (c, _) => c.CloseAsync());
        await using var store = server.Open();

        var outcome = await store.ProcessAsync(server.Inbox, Three(), AfterProcessing.Move, Folder("Done"), Cancel);

        Assert.All(outcome, o => Assert.IsType<ConnectionLostException>(o.Error));
        Assert.Equal(["UID COPY 1:3 Done"], Changes(server));
    }

    [Fact]
    public async Task Messages_are_filed_while_others_are_fetched()
    {
        await using var server = new ScriptedServer();
        server.AddMessages(600);
        await using var store = server.Open();

        var n = 0;
        await foreach (var fetched in store.FetchAsync(server.Inbox, new MessageQuery(), _ => new MemoryStream(), Cancel))
        {
            var outcome = await store.ProcessAsync(server.Inbox, [fetched.Message], AfterProcessing.Move, Folder("Done"), Cancel);
            Assert.Null(outcome[0].Error);
            n++;
        }

        Assert.Equal((600, 2), (n, server.ConnectionCount));
        Assert.Equal(600, Changes(server).Count());
    }

    [Fact]
    public async Task A_foreign_id_is_refused()
    {
        await using var server = new ScriptedServer();
        await using var store = server.Open();

        await Assert.ThrowsAsync<InvalidRequestException>(
            () => store.ProcessAsync(server.Inbox, [Message("AAMkAD=")], AfterProcessing.Delete, null, Cancel));
    }

    private static MailboxMessage Message(string id) => new() { Id = id, Mailbox = "anna@contoso.test", Folder = "Inbox" };

    private static MailboxMessage[] Three() => [Message("7.1"), Message("7.2"), Message("7.3")];

    private static MailFolder Folder(string name) => new() { Mailbox = "anna@contoso.test", Name = name, Path = name, Id = name };

    private static IEnumerable<string> Changes(ScriptedServer server) => server.Received.Where(line =>
        line.Split(' ') is ["UID", "STORE" or "MOVE" or "COPY" or "EXPUNGE", ..] or ["EXPUNGE" or "CLOSE" or "STORE" or "COPY" or "MOVE", ..]);
}
