using System.Text;
using MailAdmin.Core.Mail;

namespace MailAdmin.Tests.Mail.Imap;

/// <summary>What is measured by the memory of the whole process runs alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MemoryCollection
{
    public const string Name = "Memory";
}

[Collection(MemoryCollection.Name)]
public sealed class ImapMemoryTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("* OK ", "x")]
    [InlineData("* LIST () \"/\" ", "x")]
    [InlineData("* 1 FETCH (UID 1 X ", "( ")]
    [InlineData("* SEARCH ", "1 ")]
    [InlineData("", "x")]
    public async Task Fault_37_A_line_without_end_ends_the_connection_at_the_limit(string beginning, string filler)
    {
        var octets = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(filler, 65536 / filler.Length)));
        await using var server = new ScriptedServer();
        server.AddMessages(1);
        server.On("UID SEARCH", async (c, _) =>
        {
            await c.SendAsync(beginning);
            while (true)
            {
                await c.SendAsync(octets);
            }
        });
        await using var store = server.Open();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var lost = await Assert.ThrowsAsync<ConnectionLostException>(
            () => store.GetMessagesAsync(server.Inbox, new MessageQuery(), Cancel).ToListAsync());

        Assert.Contains("doesn't follow the IMAP protocol", lost.Message);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 20_000_000);
    }

    [Fact]
    public async Task Fault_37_A_greeting_without_end_ends_the_connection_at_the_limit()
    {
        var octets = new byte[65536];
        octets.AsSpan().Fill((byte)'x');
        await using var server = new ScriptedServer
        {
            Accept = async stream =>
            {
                await stream.WriteAsync("* OK "u8.ToArray());
                while (true)
                {
                    await stream.WriteAsync(octets);
                }
            },
        };
        await using var store = server.Open();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var lost = await Assert.ThrowsAsync<ConnectionLostException>(() => store.ConnectAsync(Cancel));

        Assert.Contains("doesn't follow the IMAP protocol", lost.Message);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 20_000_000);
    }

    [Theory]
    [InlineData("LIST", "* LIST () \"/\" f{0}\r\n")]
    [InlineData("UID FETCH", "* {0} FETCH (UID {0} FLAGS () RFC822.SIZE 1)\r\n")]
    public async Task Fault_39_Answers_without_end_end_the_connection_at_the_limit(string name, string line)
    {
        await using var server = new ScriptedServer();
        server.AddMessages(1);
        server.On(name, async (c, command) =>
        {
            if (command.Arguments.EndsWith("INBOX", StringComparison.Ordinal))
            {
                await c.SendAsync($"* LIST () \"/\" INBOX\r\n{command.Tag} OK done\r\n");
                return;
            }

            for (var first = 1; ; first += 1000)
            {
                await c.SendAsync(string.Concat(Enumerable.Range(first, 1000).Select(n => line.Replace("{0}", $"{n}", StringComparison.Ordinal))));
            }
        });
        await using var store = server.Open();
        // What tests before this one have left behind is none of this one's.
        var before = GC.GetTotalMemory(forceFullCollection: true);

        if (name == "LIST")
        {
            await Assert.ThrowsAsync<ConnectionLostException>(() => store.GetFoldersAsync(null, recurse: true, Cancel).ToListAsync());
        }
        else
        {
            // The one message that there is was among them.
            Assert.Single(await store.GetMessagesAsync(server.Inbox, new MessageQuery(), Cancel).ToListAsync());
        }

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 100_000_000);
    }

    [Fact]
    public async Task Fault_39_Answers_without_end_to_a_header_section_end_the_connection_at_the_limit()
    {
        await using var server = new ScriptedServer();
        server.AddMessages(1);
        server.On("UID FETCH", async (c, command) =>
        {
            if (!command.Arguments.Contains("HEADER", StringComparison.Ordinal))
            {
                await c.SendAsync($"* 1 FETCH (UID 1 FLAGS () RFC822.SIZE 1)\r\n{command.Tag} OK done\r\n");
                return;
            }

            while (true)
            {
                await c.SendAsync(string.Concat(Enumerable.Repeat("* 1 FETCH (UID 1 FLAGS (\\Seen))\r\n", 1000)));
            }
        });
        await using var store = server.Open();
        Assert.Single(await store.GetMessagesAsync(server.Inbox, new MessageQuery(), Cancel).ToListAsync());
    }

    [Fact]
    public async Task Fault_39_A_million_unsolicited_responses_leave_no_trace()
    {
        var lines = Encoding.ASCII.GetBytes(
            string.Concat(Enumerable.Repeat("* 1 FETCH (FLAGS (\\Seen))\r\n", 999).Append("* 1 FETCH (UID 1 BODY[] {3}\r\nabc)\r\n")));
        await using var server = new ScriptedServer();
        server.AddMessages(1);
        long before = 0, after = 0;
        server.On("UID SEARCH", async (c, command) =>
        {
            for (var i = 0; i < 50; i++)
            {
                await c.SendAsync(lines);
            }

            before = GC.GetTotalMemory(forceFullCollection: true);
            for (var i = 0; i < 1000; i++)
            {
                await c.SendAsync(lines);
            }

            after = GC.GetTotalMemory(forceFullCollection: true);
            await c.SendAsync($"* SEARCH 1\r\n{command.Tag} OK done\r\n");
        });
        await using var store = server.Open();

        Assert.Single(await store.GetMessagesAsync(server.Inbox, new MessageQuery(), Cancel).ToListAsync());
        Assert.InRange(after - before, long.MinValue, 4_000_000);
    }
}
