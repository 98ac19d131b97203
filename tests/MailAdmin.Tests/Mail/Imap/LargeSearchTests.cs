using System.Text;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Mail.Imap;

namespace MailAdmin.Tests.Mail.Imap;

/// <summary>Searches that find more than any other response may hold.</summary>
public sealed class LargeSearchTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("* SEARCH ", ' ')]
    [InlineData("* ESEARCH (TAG \"A1\") UID ALL ", ',')]
    public void A_million_scattered_UIDs_are_found_in_little_memory(string beginning, char separator)
    {
        using var session = Transcript.Session("S: * OK hi");
        var line = new StringBuilder(beginning).AppendJoin(separator, Enumerable.Range(0, 1_000_000).Select(static i => (2L * i) + 1_000_000_000)).Append("\r\n");
        var octets = Encoding.ASCII.GetBytes(line.ToString());
        var before = GC.GetAllocatedBytesForCurrentThread();

        SearchResponse? found = null;
        for (var at = 0; at < octets.Length;)
        {
            found = session.Receive(octets.AsSpan(at, Math.Min(16384, octets.Length - at)), out var used) as SearchResponse;
            at += used;
        }

        // The ranges themselves, grown by doubling; the text has more than 10 MB.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 8_000_000, 20_000_000);
        Assert.InRange(octets.Length, 2 * ImapLimits.Default.Response, int.MaxValue);
        Assert.Equal((1_000_000, true, false), (found!.Uids.Count, found.Uids.Contains(1_000_000_002), found.Uids.Contains(1_000_000_003)));
    }

    [Theory]
    [InlineData(" UNDELETED")]
    [InlineData(" ESEARCH")]
    public async Task The_newest_of_200000_matches_come_first(string capability)
    {
        var isExtended = capability == " ESEARCH";
        await using var server = new ScriptedServer { Capabilities = ScriptedServer.ExchangeCapabilities + capability };
        server.On("UID SEARCH", (c, command) => c.SendAsync(
            (isExtended ? $"* ESEARCH (TAG \"{command.Tag}\") UID ALL " : "* SEARCH ")
            + string.Join(isExtended ? ',' : ' ', Enumerable.Range(1, 200_000).Select(static i => 1_000_000_000L + (2 * i))) + $"\r\n{command.Tag} OK done\r\n"));
        server.On("UID FETCH", async (c, command) =>
        {
            foreach (var uid in UidSet.Parse(Encoding.ASCII.GetBytes(command.Arguments.Split(' ')[0]))!)
            {
                await c.SendAsync(server.Summary(uid, size: "1"));
            }

            await c.SendAsync($"{command.Tag} OK done\r\n");
        });
        await using var store = server.Open();

        var newest = await store.GetMessagesAsync(server.Inbox, new MessageQuery { First = 3, Descending = true }, Cancel).ToListAsync();

        Assert.Equal(["7.1000400000", "7.1000399998", "7.1000399996"], newest.Select(m => m.Id));
        Assert.Equal(isExtended, server.Received.Any(line => line.StartsWith("UID SEARCH RETURN (ALL)", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("(TAG \"A1\") UID ALL 1:3,9", "1:3,9")]
    [InlineData("(TAG \"ALL 7\") UID COUNT 4 all 3:1,9 MODSEQ 17", "1:3,9")]
    [InlineData("UID", "")]
    [InlineData("(TAG \"A1\") UID MIN 4 MAX 9", "")]
    public void The_set_is_found_among_the_rest(string rest, string set)
    {
        using var session = Transcript.Session("S: * OK hi");

        var response = session.Receive(Encoding.ASCII.GetBytes($"* esearch {rest}\r\n"), out _);

        Assert.Equal(set, Assert.IsType<SearchResponse>(response).Uids.ToString());
    }

    [Theory]
    [InlineData("ALL 1:3,")]
    [InlineData("ALL 0")]
    [InlineData("ALL 1:*")]
    [InlineData("ALL 1:2:3")]
    [InlineData("ALL 4294967296")]
    [InlineData("ALL NIL")]
    public void What_is_no_set_ends_the_connection_instead_of_finding_nothing(string rest)
    {
        using var session = Transcript.Session("S: * OK hi");

        Assert.Throws<ImapProtocolException>(() => session.Receive(Encoding.ASCII.GetBytes($"* ESEARCH (TAG \"A1\") UID {rest}\r\n"), out _));
    }
}
