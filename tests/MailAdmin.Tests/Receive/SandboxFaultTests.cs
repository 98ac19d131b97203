using MailAdmin.Core.Mail;
using MailAdmin.Core.Receive;

namespace MailAdmin.Tests.Receive;

/// <summary>What servers do to single messages, as a sandbox does it on request: users test their runbooks against the same.</summary>
public sealed class SandboxFaultTests : IDisposable
{
    private readonly Destination _destination = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _destination.Dispose();

    [Theory]
    [InlineData("ImapNoSummary")]
    [InlineData("ImapNoContent")]
    public async Task A_message_that_does_not_come_is_an_error_and_stays_and_the_others_come(string fault)
    {
        using var road = await ReceiveEndToEnd.StartAsync();
        road.Fill(2);
        road.AddInvitation("invitation");
        road.Fill(1);
        road.SetFault(fault, null);
        await using var store = road.Open(MailProtocol.Imap);

        var all = await _destination.ReceiveAsync(store, ReceiveEndToEnd.Move);

        var error = Assert.IsType<ServiceRefusedException>(Assert.Single(all, d => d.Error is not null).Error);
        Assert.DoesNotContain("no longer", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, all.Count(d => d.Error is null));
        Assert.Equal((3, 0), (_destination.Files.Count, _destination.Leftovers.Count()));
        Assert.Equal(["invitation"], road.Subjects("Many"));
        Assert.Equal(3, road.Subjects("Done").Length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_a_poor_ENVELOPE_nothing_is_believed_where_the_message_is_at_hand(bool toFiles)
    {
        using var road = await ReceiveEndToEnd.StartAsync();
        road.Fill(2);
        road.SetFault("ImapPoorEnvelope", null);
        await using var store = road.Open(MailProtocol.Imap);
        var options = ReceiveEndToEnd.Move;

        var all = toFiles ? await _destination.ReceiveAsync(store, options)
            : await new MailReceiver(store, options).ReceiveAsync(Token).ToListAsync(Token);

        Assert.Equal(["0", "1"], all.Select(d => d.Message.Subject).Order());
        Assert.All(all, d => Assert.Equal("a@x.example", d.Message.From!.Address));
    }

    [Fact]
    public async Task A_time_of_arrival_that_is_no_date_is_none()
    {
        using var road = await ReceiveEndToEnd.StartAsync();
        road.Fill(1);
        road.SetFault("ImapNoDate", null);
        await using var store = road.Open(MailProtocol.Imap);

        var many = await store.GetFolderAsync("Many", Token);
        Assert.Null(Assert.Single(await store.GetMessagesAsync(many, new MessageQuery(), Token).ToListAsync(Token)).ReceivedAt);
        Assert.Null(Assert.Single(await _destination.ReceiveAsync(store, ReceiveEndToEnd.Move)).Error);
        Assert.Equal(["0"], road.Subjects("Done"));
    }

    [Theory]
    [InlineData("MessageTruncated")]
    [InlineData("ProxyPageAsMessage")]
    public async Task Content_that_is_not_the_whole_message_is_an_error_and_nothing_is_filed(string fault)
    {
        using var road = await ReceiveEndToEnd.StartAsync();
        road.Fill(2);
        road.SetFault(fault, null);
        await using var store = road.Open(MailProtocol.Graph);

        if (fault == "MessageTruncated")
        {
            // A line that breaks each time ends the run.
            await Assert.ThrowsAsync<ConnectionLostException>(() => _destination.ReceiveAsync(store, ReceiveEndToEnd.Move));
        }
        else
        {
            var all = await _destination.ReceiveAsync(store, ReceiveEndToEnd.Move);
            Assert.Equal(2, all.Count);
            Assert.All(all, d => Assert.IsType<UnexpectedResponseException>(d.Error));
        }

        Assert.Empty(_destination.Files);
        Assert.Equal(["0", "1"], road.Subjects("Many").Order());
    }
}
