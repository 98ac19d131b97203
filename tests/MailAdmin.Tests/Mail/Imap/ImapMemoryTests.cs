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

        Assert.Contains("does not keep to the IMAP protocol", lost.Message);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 20_000_000);
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
