using MailAdmin.Core.Mail;

namespace MailAdmin.Tests.Mail.Imap;

/// <summary>Searches that find more than any other response may hold.</summary>
public sealed class LargeSearchTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

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
            foreach (var uid in command.Arguments.Split(' ')[0].Split(',').Select(uint.Parse))
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
}
