using System.Text;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Mail.Imap;

namespace MailAdmin.Tests.Mail.Imap;

/// <summary>What a hostile server may try, by the numbers of the project's list of faults. TLS is in <see cref="ImapTlsTests"/>.</summary>
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

    [Theory]
    [InlineData("* 1 FETCH (UID 1 BODY[] {2147483647}\r\nabc")]
    [InlineData("* LIST () \"/\" {2147483647}\r\nabc")]
    [InlineData("* 1 FETCH (ENVELOPE ({2000000000}\r\nabc")]
    public void Fault_36_An_announced_size_costs_no_memory_before_the_octets_come(string announcement)
    {
        var session = Transcript.Session("S: * OK hi");
        var before = GC.GetAllocatedBytesForCurrentThread();

        session.Receive(Encoding.ASCII.GetBytes(announcement), out _);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public void An_oversized_envelope_is_passed_over_and_the_next_response_is_read()
    {
        var session = new ImapSession(new ImapLimits { Response = 2000 });
        var big = $"* OK hi\r\n* 1 FETCH (UID 1 ENVELOPE ({{3000}}\r\n{new string('{', 2990)}{{5}}\r\n12345 NIL {{7}}\r\n{{4}}\r\nab {new string('x', 3000)}{{2}}\r\nxy))\r\n* 7 EXISTS\r\n";

        foreach (var piece in new[] { 1, 13, 100_000 })
        {
            session = new ImapSession(new ImapLimits { Response = 2000 });
            var responses = new List<ImapResponse>();
            foreach (var some in Encoding.ASCII.GetBytes(big).Chunk(piece))
            {
                for (var at = 0; at < some.Length;)
                {
                    if (session.Receive(some.AsSpan(at), out var used) is { } response)
                    {
                        responses.Add(response);
                    }

                    at += used;
                }
            }

            Assert.Equal(["ConditionResponse", "UnreadableResponse", "ExistsResponse"], responses.Select(r => r.GetType().Name));
        }
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
        await using var store = server.Open(new ImapOptions { Limits = new ImapLimits { Response = 5000 } });

        var listed = await store.GetMessagesAsync(server.Inbox, new MessageQuery(), Cancel).ToListAsync();

        Assert.Equal(["message 1", "", "message 3"], listed.Select(m => m.Subject));
        Assert.True(listed[1].IsRead);
        Assert.Equal(1, server.ConnectionCount);
    }

    [Theory]
    [InlineData("ENVELOPE ")]
    [InlineData("BODYSTRUCTURE ")]
    [InlineData("X-WHAT ")]
    public void Fault_38_Nesting_without_end_is_an_unreadable_response(string item)
    {
        var said = Transcript.Read($"S: * OK Microsoft Exchange\nS: * 1 FETCH (UID 1 {item}{new string('(', 100_000)}NIL{new string(')', 100_000)})\nS: * 3 EXISTS");

        Assert.IsType<UnreadableResponse>(said[1]);
        Assert.IsType<ExistsResponse>(said[2]);
    }

    [Fact]
    public void A_list_of_200_000_UIDs_takes_a_few_octets()
    {
        var session = Transcript.Session("S: * OK hi");
        var line = Encoding.ASCII.GetBytes($"* SEARCH {string.Join(' ', Enumerable.Range(1, 200_000).Where(n => n % 1000 != 0))}\r\n");
        var before = GC.GetAllocatedBytesForCurrentThread();

        var found = Assert.IsType<SearchResponse>(session.Receive(line, out _));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000);
        Assert.Equal(199_800, found.Uids.Count);
    }

    [Fact]
    public void A_list_of_UIDs_with_gaps_without_end_ends_the_connection()
    {
        var session = new ImapSession(new ImapLimits { UidRanges = 1000 });
        session.Receive("* OK hi\r\n"u8, out _);
        var line = Encoding.ASCII.GetBytes($"* SEARCH {string.Join(' ', Enumerable.Range(1, 5000).Select(n => n * 2))}\r\n");

        Assert.Throws<ImapProtocolException>(() => session.Receive(line, out _));
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
