using MailAdmin.Core.Receive;

namespace MailAdmin.Tests.Receive;

/// <summary>When and how the server is changed.</summary>
public sealed class AcknowledgementTests : IDisposable
{
    private static readonly ReceiveOptions Move = new() { AfterProcessing = AfterProcessing.Move, MoveTo = "Done" };

    private readonly Destination _destination = new();
    private readonly MemoryStore _store = new();

    public void Dispose() => _destination.Dispose();

    [Fact]
    public async Task A_throw_at_message_7_of_20_leaves_1_to_6_acknowledged_and_7_to_20_to_come_again()
    {
        Fill(20);
        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => _destination.ReceiveAsync(
            _store, Move, m => m.Id == "7" ? throw new InvalidOperationException("downstream") : true));

        Assert.Equal("downstream", thrown.Message);
        Assert.Equal(Ids(1, 6), _store.IdsIn("Done"));
        Assert.Equal(Ids(7, 20), _store.IdsIn("Inbox"));

        var again = await _destination.ReceiveAsync(_store, Move);
        Assert.Equal(Ids(7, 20), again.Select(d => d.Message.Id));
        Assert.Equal([true, .. Enumerable.Repeat(false, 13)], again.Select(d => d.Message.Redelivered));
        Assert.Equal(20, _destination.Files.Count);
        Assert.Empty(_store.IdsIn("Inbox"));
    }

    [Fact]
    public async Task The_last_message_that_a_caller_took_and_acknowledged_is_filed_though_it_asked_for_no_more()
    {
        Fill(3);
        await foreach (var delivery in new MailReceiver(_store, Move with { Destination = _destination.Path }).ReceiveAsync(TestContext.Current.CancellationToken))
        {
            delivery.Acknowledge();
            if (delivery.Message.Id == "2")
            {
                break;
            }
        }

        Assert.Equal(["1", "2"], _store.IdsIn("Done"));
    }

    [Fact]
    public async Task Messages_are_filed_together_as_many_as_the_server_takes_and_never_before_the_caller_is_through_with_them()
    {
        Fill(50);
        _store.ProcessingBatch = 20;
        var seen = 0;
        await _destination.ReceiveAsync(_store, Move, m =>
        {
            Assert.True(_store.IdsIn("Done").Count <= seen++);
            return true;
        });

        Assert.Equal(["batch of 20", "batch of 20", "batch of 10"], _store.Log.Where(l => l.StartsWith("batch", StringComparison.Ordinal)));
        Assert.Equal(Ids(1, 50), _store.IdsIn("Done"));
    }

    [Fact]
    public async Task What_was_acknowledged_before_a_slow_message_does_not_wait_for_a_full_batch()
    {
        Fill(4);
        var clock = global::MailAdmin.Tenant.Base.TenantClock.Manual(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await _destination.ReceiveAsync(_store, Move, m =>
        {
            Assert.Equal(m.Id is "3" or "4" ? 2 : 0, _store.IdsIn("Done").Count);
            clock.Advance(TimeSpan.FromSeconds(m.Id == "2" ? 3 : 0));
            return true;
        }, clock);
        Assert.Equal(4, _store.IdsIn("Done").Count);
    }

    [Fact]
    public async Task Stopping_files_what_was_acknowledged_and_nothing_else()
    {
        Fill(5);
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _destination.ReceiveAsync(_store, Move, m =>
        {
            if (m.Id == "3")
            {
                stop.Cancel();
                stop.Token.ThrowIfCancellationRequested();
            }

            return true;
        }, stop: stop));

        Assert.Equal(["1", "2"], _store.IdsIn("Done"));
        Assert.Empty(_destination.Leftovers);
    }

    [Fact]
    public async Task A_copy_is_made_before_the_message_moves()
    {
        Fill(2);
        await _destination.ReceiveAsync(_store, Move with { CopyTo = "Archive" });
        Assert.Equal(["copy of 1", "copy of 2"], _store.IdsIn("Archive"));
        Assert.True(_store.Log.IndexOf("Copy 2") < _store.Log.IndexOf("Move 1"));
    }

    [Fact]
    public async Task A_copy_goes_to_an_address_when_one_is_given()
    {
        Fill(1);
        await _destination.ReceiveAsync(_store, Move with { CopyTo = "audit@contoso.com" });
        Assert.True(_store.Log.IndexOf("Forward 1 to audit@contoso.com") < _store.Log.IndexOf("Move 1"));
        Assert.DoesNotContain(_store.Log, l => l.StartsWith("create audit", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_copy_is_not_made_twice_when_the_move_after_it_failed_and_is_tried_again()
    {
        Fill(2);
        var refusals = 1;
        _store.ProcessFault = _ => refusals-- > 0 ? throw new ConnectionLostException("gone") { Endpoint = "here" } : null;
        await Assert.ThrowsAsync<ConnectionLostException>(() => _destination.ReceiveAsync(_store, Move with { CopyTo = "Archive" }));
        Assert.Equal(["copy of 1", "copy of 2"], _store.IdsIn("Archive"));
        Assert.Equal(["1", "2"], _store.IdsIn("Done"));
    }

    [Fact]
    public async Task A_copy_that_a_dead_run_has_made_is_not_made_again_also_where_there_are_no_files()
    {
        Fill(3);
        var folder = (await _store.FindFolderAsync("Inbox", TestContext.Current.CancellationToken))!;
        var archive = await _store.CreateFolderAsync("Archive", TestContext.Current.CancellationToken);
        var two = await _store.GetMessagesAsync(folder, new() { First = 2 }, TestContext.Current.CancellationToken).Take(2).ToArrayAsync(TestContext.Current.CancellationToken);
        await _store.CopyAsync(folder, two, archive, TestContext.Current.CancellationToken);

        await foreach (var delivery in new MailReceiver(_store, Move with { CopyTo = "Archive" }).ReceiveAsync(TestContext.Current.CancellationToken))
        {
            delivery.Acknowledge();
        }

        Assert.Equal(["copy of 1", "copy of 2", "copy of 3"], _store.IdsIn("Archive"));
        Assert.Equal(["1", "2", "3"], _store.IdsIn("Done"));
    }

    [Fact]
    public async Task One_of_two_messages_that_are_alike_has_its_copy_and_the_other_gets_one()
    {
        var at = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        _store.Add("1", "same"u8.ToArray(), at);
        _store.Add("1", "same"u8.ToArray(), at, "Archive");
        _store.Add("2", "same"u8.ToArray(), at);
        _store.MakeAlike();
        await foreach (var delivery in new MailReceiver(_store, Move with { CopyTo = "Archive" }).ReceiveAsync(TestContext.Current.CancellationToken))
        {
            delivery.Acknowledge();
        }

        Assert.Equal(["1", "copy of 2"], _store.IdsIn("Archive"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Damaged")]
    public async Task A_message_that_can_t_be_read_does_not_block_the_queue(string? moveFailedTo)
    {
        Fill(3);
        _store.ContentFault = m => m.Id == "2" ? new ServiceRefusedException("damaged") { Service = "Graph", Code = "ErrorCorruptData", HttpStatus = 400 } : null;

        var all = await _destination.ReceiveAsync(_store, Move with { MoveFailedTo = moveFailedTo });

        Assert.Equal([null, "damaged", null], all.Select(d => d.Error?.Message));
        Assert.Equal(["1", "3"], _store.IdsIn("Done"));
        Assert.Equal(moveFailedTo is null ? ["2"] : [], _store.IdsIn("Inbox"));
        Assert.Equal(moveFailedTo is null ? [] : ["2"], _store.IdsIn("Damaged"));
    }

    [Fact]
    public async Task A_message_that_a_busy_server_could_not_give_is_not_moved_to_MoveFailedTo()
    {
        Fill(1);
        _store.ContentFault = _ => new ServiceRefusedException("busy") { Service = "Graph", Code = "ErrorServerBusy", HttpStatus = 503 };
        await _destination.ReceiveAsync(_store, Move with { MoveFailedTo = "Damaged" });
        Assert.Equal(["1"], _store.IdsIn("Inbox"));
    }

    [Fact]
    public async Task Folders_below_are_received_too_but_not_those_that_messages_go_to()
    {
        Fill(1);
        _store.Add("a", "A: 1\r\n\r\n"u8.ToArray(), folder: "Inbox/Bills");
        _store.Add("b", "B: 1\r\n\r\n"u8.ToArray(), folder: "Inbox/Bills/2026");
        _store.Add("old", "C: 1\r\n\r\n"u8.ToArray(), folder: "Inbox/Done");

        var all = await _destination.ReceiveAsync(_store, new ReceiveOptions { AfterProcessing = AfterProcessing.Move, MoveTo = "Inbox/Done", Recurse = true });

        Assert.Equal(["1", "a", "b"], all.Select(d => d.Message.Id));
        Assert.Equal(["old", "1", "a", "b"], _store.IdsIn("Inbox/Done"));
    }

    [Fact]
    public async Task First_counts_over_all_folders()
    {
        Fill(2);
        _store.Add("a", "A: 1\r\n\r\n"u8.ToArray(), folder: "Bills");
        _store.Add("b", "B: 1\r\n\r\n"u8.ToArray(), folder: "Bills");
        var all = await _destination.ReceiveAsync(_store, Move with { Folders = ["Inbox", "Bills", "inbox"], Query = new() { First = 3 } });
        Assert.Equal(["1", "2", "a"], all.Select(d => d.Message.Id));
        Assert.Equal(["b"], _store.IdsIn("Bills"));
    }

    [Fact]
    public async Task A_refusal_of_the_last_of_so_many_is_told_too()
    {
        Fill(3);
        _store.ProcessFault = _ => new ServiceRefusedException("quota") { Service = "Graph", Code = "ErrorQuotaExceeded", HttpStatus = 507 };
        var all = await _destination.ReceiveAsync(_store, Move with { Query = new() { First = 2 } });
        Assert.Equal([("1", null), ("2", null), ("1", "quota"), ("2", "quota")], all.Select(d => (d.Message.Id, d.Error?.Message)));
    }

    private static string[] Ids(int first, int last) => [.. Enumerable.Range(first, last - first + 1).Select(i => $"{i}")];

    private void Fill(int count)
    {
        for (var i = 1; i <= count; i++)
        {
            _store.Add($"{i}", System.Text.Encoding.ASCII.GetBytes($"Subject: {i}\r\n\r\n{i}"));
        }
    }
}
