using System.Runtime.Versioning;
using System.Text;
using MailAdmin.Core.Receive;

namespace MailAdmin.Tests.Receive;

public sealed class MailReceiverTests : IDisposable
{
    private readonly TempFolder _destination = new(isMade: false);
    private readonly MemoryStore _store = new();

    public void Dispose() => _destination.Dispose();

    [Fact]
    public async Task A_message_is_on_disk_before_the_caller_sees_it_and_moved_only_after_it_is_acknowledged()
    {
        Fill(3);
        await foreach (var delivery in Receiver(AfterProcessing.Move).ReceiveAsync(TestContext.Current.CancellationToken))
        {
            Assert.Equal(Content(delivery.Message.Id), await File.ReadAllBytesAsync(delivery.Message.Path!, TestContext.Current.CancellationToken));
            Assert.DoesNotContain(delivery.Message.Id, _store.IdsIn("Done"));
            delivery.Acknowledge();
        }

        Assert.Equal(["0", "1", "2"], _store.IdsIn("Done"));
        Assert.Empty(_store.IdsIn("Inbox"));
        Assert.Equal(3, Files().Length);
    }

    [Fact]
    public async Task What_was_not_acknowledged_comes_again_marked_and_without_a_second_file()
    {
        Fill(3);
        await ReceiveAsync(AfterProcessing.Move, acknowledge: m => m.Id != "1");

        var again = await ReceiveAsync(AfterProcessing.Move);

        Assert.Equal(["1"], again.Select(m => m.Message.Id));
        Assert.True(again[0].Message.Redelivered);
        Assert.Equal(3, Files().Length);
        Assert.Empty(_store.IdsIn("Inbox"));
    }

    [Fact]
    public async Task A_caller_that_leaves_early_leaves_no_half_file_though_the_store_was_ahead()
    {
        Fill(4);
        await foreach (var _ in Receiver(AfterProcessing.Move).ReceiveAsync(TestContext.Current.CancellationToken))
        {
            break;
        }

        Assert.Single(Files());
        Assert.Equal(["0", "1", "2", "3"], _store.IdsIn("Inbox"));
    }

    [Fact]
    public async Task A_message_that_can_t_be_read_is_reported_and_the_rest_goes_on()
    {
        Fill(3);
        _store.ContentFault = m => m.Id == "1" ? new ServiceRefusedException("damaged") { Service = "Graph", Code = "ErrorCorruptData", HttpStatus = 500 } : null;

        var all = await ReceiveAsync(AfterProcessing.Move);

        Assert.Equal([null, "damaged", null], all.Select(d => d.Error?.Message));
        Assert.Null(all[1].Message.Path);
        Assert.Equal(["1"], _store.IdsIn("Inbox"));
        Assert.Equal(2, Files().Length);
    }

    [Fact]
    public async Task Fault_14_an_empty_answer_makes_no_file_and_no_move()
    {
        _store.Add("0", []);

        var all = await ReceiveAsync(AfterProcessing.Move);

        Assert.Equal("EmptyContent", Assert.IsType<ServiceRefusedException>(all[0].Error).Code);
        Assert.Equal(["0"], _store.IdsIn("Inbox"));
        Assert.Empty(Files());
    }

    [Fact]
    public async Task Fault_5_a_move_that_the_server_refuses_is_reported_for_its_message_and_the_file_kept()
    {
        Fill(2);
        _store.ProcessFault = m => m.Id == "1" ? new ServiceRefusedException("quota") { Service = "Graph", Code = "ErrorQuotaExceeded", HttpStatus = 507 } : null;

        var all = await ReceiveAsync(AfterProcessing.Move);

        Assert.Equal([("0", null), ("1", null), ("1", "quota")], all.Select(d => (d.Message.Id, d.Error?.Message)));
        Assert.Equal(2, Files().Length);
        Assert.Equal(["1"], _store.IdsIn("Inbox"));
    }

    [Fact]
    public async Task Faults_9_and_10_messages_with_the_same_content_and_no_message_id_are_each_saved()
    {
        for (var i = 0; i < 3; i++)
        {
            _store.Add($"id{i}", "same"u8.ToArray(), new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        }

        await ReceiveAsync(AfterProcessing.None);

        Assert.Equal(3, Files().Length);
    }

    [Fact]
    public async Task File_names_tell_the_time_and_differ_where_only_the_case_of_the_id_does()
    {
        _store.Add("AAk", "one"u8.ToArray(), new DateTimeOffset(2026, 5, 6, 7, 8, 9, TimeSpan.FromHours(2)));
        _store.Add("AAK", "two"u8.ToArray(), new DateTimeOffset(2026, 5, 6, 7, 8, 9, TimeSpan.FromHours(2)));

        await ReceiveAsync(AfterProcessing.None);

        Assert.Equal(2, Files().Length);
        Assert.All(Files(), f => Assert.Matches(@"^20260506-050809-[0-9a-f]{26}\.eml$", Path.GetFileName(f)));
    }

    [Fact]
    public async Task A_destination_that_is_a_file_is_refused_before_the_server_is_asked()
    {
        await File.WriteAllTextAsync(_destination, "", TestContext.Current.CancellationToken);
        try
        {
            Fill(1);
            var e = await Assert.ThrowsAsync<InvalidRequestException>(() => ReceiveAsync(AfterProcessing.Move));
            Assert.Equal("DestinationNotWritable", e.Id);
            Assert.Empty(_store.Log);
        }
        finally
        {
            File.Delete(_destination);
        }
    }

    [Theory]
    [InlineData(AfterProcessing.Move, null)]
    [InlineData(AfterProcessing.Delete, "Done")]
    public void A_target_and_moving_go_together(AfterProcessing action, string? target) => Assert.Equal(
        "MoveTargetMismatch",
        Assert.Throws<InvalidRequestException>(() => new MailReceiver(_store, new ReceiveOptions { AfterProcessing = action, MoveTo = target })).Id);

    [Fact]
    public async Task Moving_a_folder_onto_itself_is_refused()
    {
        var receiver = new MailReceiver(_store, new ReceiveOptions { AfterProcessing = AfterProcessing.Move, MoveTo = "Inbox" });
        var e = await Assert.ThrowsAsync<InvalidRequestException>(async () =>
        {
            await foreach (var _ in receiver.ReceiveAsync(TestContext.Current.CancellationToken))
            {
            }
        });
        Assert.Equal("MoveTargetIsSource", e.Id);
    }

    [FactOn(TestSystem.Unix)]
    [UnsupportedOSPlatform("windows")]
    public async Task Files_are_for_the_owner_alone()
    {
        Fill(1);
        await ReceiveAsync(AfterProcessing.None);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Files()[0]));
    }

    private void Fill(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _store.Add($"{i}", Content($"{i}"));
        }
    }

    private static byte[] Content(string id) => Encoding.UTF8.GetBytes($"Subject: {id}\r\n\r\nBody \0 of {id}\r\n");

    private string[] Files() => Directory.Exists(_destination) ? Directory.GetFiles(_destination) : [];

    private MailReceiver Receiver(AfterProcessing action) => new(_store, new ReceiveOptions
    {
        Destination = _destination,
        AfterProcessing = action,
        MoveTo = action == AfterProcessing.Move ? "Done" : null,
    });

    private async Task<List<Delivery>> ReceiveAsync(AfterProcessing action, Func<ReceivedMessage, bool>? acknowledge = null)
    {
        var all = new List<Delivery>();
        await foreach (var delivery in Receiver(action).ReceiveAsync(TestContext.Current.CancellationToken))
        {
            all.Add(delivery);
            if (acknowledge?.Invoke(delivery.Message) ?? true)
            {
                delivery.Acknowledge();
            }
        }

        return all;
    }
}
