using System.Text;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Mail.Imap;

namespace MailAdmin.Tests.Mail.Imap;

/// <summary>
/// What a hostile server may try, by the numbers of the project's list of faults. Fault 23 (challenges) is in <see cref="SignInFaultTests"/>,
/// 34 and 35 (TLS) in <see cref="ImapTlsTests"/>, 37 and 39 (lines and answers without end) in <see cref="ImapMemoryTests"/>, what hides
/// nesting in <see cref="ResponseGuardTests"/>.
/// </summary>
public sealed class HostileServerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("{4294967296}")]
    [InlineData("{2147483648}")]
    [InlineData("{-5}")]
    [InlineData("{+5}")]
    [InlineData("{99999999999999999999999999999999999999}")]
    public async Task Fault_36_A_literal_of_an_impossible_size_ends_the_connection(string size)
    {
        await using var server = new ScriptedServer();
        server.AddMessages(1);
        server.On("UID FETCH", (c, command) => command.Arguments.Contains("BODY.PEEK[]")
            ? c.SendAsync($"* 1 FETCH (UID 1 BODY[] {size}\r\nabc)\r\n{command.Tag} OK done\r\n")
            : server.FetchAsync(c, command));
        await using var store = server.Open();

        var lost = await Assert.ThrowsAsync<ConnectionLostException>(() => store.FetchAllAsync(server.Inbox));

        Assert.Contains("literal", lost.Message);
    }

    [Fact]
    public async Task A_message_whose_envelope_is_too_large_is_listed_without_it()
    {
        await using var server = new ScriptedServer();
        server.AddMessages(3);
        server.On("UID FETCH", async (c, command) =>
        {
            foreach (var uid in server.Select(command.Arguments.Split(' ')[0]))
            {
                await c.SendAsync(uid == 2
                    ? command.Arguments.Contains("ENVELOPE")
                        ? server.Summary(2).Replace("message 2", new string('x', 10_000))
                        : "* 2 FETCH (UID 2 FLAGS (\\Seen) INTERNALDATE \"06-May-2024 10:00:02 +0000\" RFC822.SIZE 5)\r\n"
                    : server.Summary(uid));
            }

            await c.SendAsync($"{command.Tag} OK done\r\n");
        });
        await using var store = server.Open(new ImapOptions { LongestResponse = 5000 });

        var listed = await store.GetMessagesAsync(server.Inbox, new MessageQuery(), Cancel).ToListAsync();

        Assert.Equal(["message 1", "", "message 3"], listed.Select(m => m.Subject));
        Assert.True(listed[1].IsRead);
        Assert.Equal(2, server.ConnectionCount);
    }

    /// <summary>A server that finds every message and gives nothing of the second, or has lost it meanwhile.</summary>
    private static ScriptedServer WithoutTheSecond(bool isGone)
    {
        var server = new ScriptedServer();
        server.AddMessages(3);
        server.On("UID FETCH", (c, command) =>
        {
            if (isGone)
            {
                server.Messages.Remove(2);
            }

            var arguments = command.Arguments.Split(' ', 2);
            var without = string.Join(',', server.Select(arguments[0]).Where(uid => uid != 2).Append(99u));
            return server.FetchAsync(c, command with { Arguments = $"{without} {arguments[1]}" });
        });
        return server;
    }

    [Fact]
    public async Task A_message_that_is_listed_and_not_given_is_an_error_after_the_others()
    {
        await using var server = WithoutTheSecond(isGone: false);
        await using var store = server.Open();
        var subjects = new List<string>();

        var refused = await Assert.ThrowsAsync<ServiceRefusedException>(async () =>
        {
            await foreach (var message in store.GetMessagesAsync(server.Inbox, new MessageQuery(), Cancel))
            {
                subjects.Add(message.Subject);
            }
        });

        Assert.Equal(["message 1", "message 3"], subjects);
        Assert.Equal("MESSAGEUNREADABLE", refused.Code);
        Assert.Contains("7.2", refused.Message);
        Assert.NotNull(refused.Advice);
    }

    [Fact]
    public async Task A_message_that_is_listed_and_not_given_is_not_received_without_a_word()
    {
        await using var server = WithoutTheSecond(isGone: false);
        await using var store = server.Open();

        var fetched = await store.FetchAllAsync(server.Inbox);

        Assert.Equal([1u, 2u, 3u], fetched.Select(f => f.Uid()).Order());
        var failed = Assert.Single(fetched, f => f.Error is not null);
        Assert.Equal((2u, "MESSAGEUNREADABLE"), (failed.Uid(), Assert.IsType<ServiceRefusedException>(failed.Error).Code));
    }

    [Fact]
    public async Task A_message_that_is_gone_meanwhile_is_no_error()
    {
        await using var server = WithoutTheSecond(isGone: true);
        await using var store = server.Open();

        var listed = await store.GetMessagesAsync(server.Inbox, new MessageQuery(), Cancel).ToListAsync();

        Assert.Equal(["message 1", "message 3"], listed.Select(m => m.Subject));
    }

    [Theory]
    [InlineData("ENVELOPE ")]
    [InlineData("BODYSTRUCTURE ")]
    [InlineData("X-WHAT ")]
    [InlineData("ENVELOPE (NIL \"a\r\nb\" NIL NIL NIL NIL NIL NIL NIL NIL) BODYSTRUCTURE ")]
    public async Task Fault_38_Nesting_without_end_ends_the_connection(string item)
    {
        await using var server = new ScriptedServer();
        server.AddMessages(1);
        server.On("UID FETCH", (c, command) => c.SendAsync(
            $"* 1 FETCH (UID 1 {item}{new string('(', 100_000)}NIL{new string(')', 100_000)})\r\n{command.Tag} OK done\r\n"));
        await using var store = server.Open();

        var lost = await Assert.ThrowsAsync<ConnectionLostException>(
            () => store.GetMessagesAsync(server.Inbox, new MessageQuery(), Cancel).ToListAsync());

        Assert.Contains("doesn't follow the IMAP protocol", lost.Message);
    }

    /// <summary>MailKit takes the number for -1 or for none, and its own types refuse that with errors of the runtime.</summary>
    [Theory]
    [InlineData("* FETCH (UID 1 BODY[HEADER.FIELDS (\"Subject\")] {8}\r\na: b\r\n\r\n)\r\n")]
    [InlineData("* 0 FETCH (UID 1 FLAGS ())\r\n")]
    [InlineData("* 4294967295 FETCH (UID 1 FLAGS ())\r\n")]
    public async Task A_message_without_a_number_ends_in_a_named_error_or_in_none(string said)
    {
        await using var server = new ScriptedServer();
        server.AddMessages(1);
        server.On("UID FETCH", (c, command) => c.SendAsync($"{said}{command.Tag} OK done\r\n"));
        await using var store = server.Open();

        var error = await Record.ExceptionAsync(() => store.GetMessagesAsync(server.Inbox, new MessageQuery(), Cancel).ToListAsync());

        Assert.True(error is null or MailAdminException, $"{error}");
    }

    [Theory]
    [InlineData("LIST")]
    [InlineData("NAMESPACE")]
    [InlineData("UID SEARCH")]
    public async Task Fault_38_Nesting_that_nobody_asked_for_ends_the_connection(string name)
    {
        await using var server = new ScriptedServer();
        server.AddMessages(1);
        server.On(name, (c, command) => c.SendAsync(
            $"* 1 FETCH (UID 1 BODYSTRUCTURE {new string('(', 30_000)}NIL{new string(')', 30_000)})\r\n{command.Tag} OK done\r\n"));
        await using var store = server.Open();

        await Assert.ThrowsAsync<ConnectionLostException>(
            () => store.GetMessagesAsync(server.Inbox, new MessageQuery(), Cancel).ToListAsync());
    }

    private static readonly string[] Unasked =
        ["COMPRESS", "QUOTA", "SORT", "CONDSTORE", "QRESYNC", "NOTIFY", "METADATA", "MODSEQ", "ENABLE"];

    [Theory]
    [InlineData("IMAP4rev1 AUTH=XOAUTH2 SASL-IR UIDPLUS MOVE COMPRESS=DEFLATE QUOTA SORT CONDSTORE QRESYNC NOTIFY METADATA")]
    public async Task Nothing_is_asked_for_that_would_hide_what_the_server_sends(string capabilities)
    {
        await using var server = new ScriptedServer { Capabilities = capabilities };
        server.AddMessages(3);
        await using var store = server.Open();

        var inbox = await store.FindFolderAsync("inbox", Cancel);
        var fetched = await store.FetchAllAsync(inbox!);
        await store.ProcessAsync(inbox!, [.. fetched.Select(f => f.Message)], AfterProcessing.MarkRead, null, Cancel);

        Assert.Equal(3, fetched.Count);
        Assert.DoesNotContain(server.Received, line => Unasked.Any(word => line.Contains(word, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Fault_40_Folder_names_are_names_and_nothing_else()
    {
        await using var server = new ScriptedServer();
        server.Folders.AddRange(
        [
            "() \"/\" \"../..\"", "() \"/\" \"/etc/passwd\"", "() \"/\" CON", "() \"/\" {3}\r\na\0b", "() \"/\" {4}\r\na\r\nb", "() \"/\" \"\"",
            "() \"\\\\\" \"..\\\\..\\\\x\"", "() NIL \"C:\\\\x\"",
        ]);
        await using var store = server.Open();

        var folders = await store.GetFoldersAsync(null, recurse: true, Cancel).ToListAsync();

        Assert.Contains(folders, f => f.Path == "../..");
        Assert.Contains(folders, f => f.Path == "../../x" && f.Name == "x");
        Assert.Contains(folders, f => f.Id == "a\r\nb");
        Assert.DoesNotContain(folders, f => f.Id == "a\0b"); // No command can carry it, so it cannot be opened either.
        Assert.Contains("STATUS \n", string.Join('|', server.Received.Select(l => l.Replace("a\r\nb", ""))).Replace("{4+}", ""));
    }

    [Theory]
    [InlineData("a\r\nA9 DELETE INBOX")]
    [InlineData("a{5+}")]
    [InlineData("a\" (X) \"")]
    [InlineData("ü\\")]
    public async Task Fault_42_What_looks_like_a_command_stays_an_argument(string text)
    {
        await using var server = new ScriptedServer();
        server.AddMessages(1);
        await using var store = server.Open();

        await store.GetMessagesAsync(server.Inbox, new MessageQuery { Subject = text, From = text }, Cancel).ToListAsync();
        await store.CreateFolderAsync(text.Replace("/", ""), Cancel).ContinueWith(static _ => { }, TaskScheduler.Default);

        Assert.All(server.Received, line => Assert.Contains(line.Split(' ')[0], "CAPABILITY AUTHENTICATE ID NAMESPACE EXAMINE UID CREATE LIST LOGOUT"));
        var search = server.Received.Single(line => line.StartsWith("UID SEARCH", StringComparison.Ordinal));
        var octets = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
        Assert.Contains(octets.Replace("\\", octets.Contains('ü') || octets.Contains('Ã') ? "\\" : "\\\\").Replace("\"", "\\\""), search);
    }

    [Fact]
    public async Task Fault_42_NUL_is_refused()
    {
        await using var server = new ScriptedServer();
        await using var store = server.Open();

        var invalid = await Assert.ThrowsAsync<InvalidRequestException>(
            () => store.GetMessagesAsync(server.Inbox, new MessageQuery { Subject = "a\0b" }, Cancel).ToListAsync());

        Assert.Equal("InvalidImapArgument", invalid.Id);
        Assert.DoesNotContain(server.Received, line => line.StartsWith("UID SEARCH", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\r\nbody without headers")]
    [InlineData("no header at all")]
    public async Task Fault_41_A_message_of_any_shape_is_brought_as_it_is(string content)
    {
        await using var server = new ScriptedServer();
        server.Messages[1] = Encoding.ASCII.GetBytes(content);
        await using var store = server.Open();

        var message = Assert.Single(await store.FetchAllAsync(server.Inbox));

        Assert.Null(message.Error);
        Assert.Equal(server.Messages[1], message.Octets());
    }
}
