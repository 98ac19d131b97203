using System.Text;
using MailAdmin.Core.Receive;

namespace MailAdmin.Tests.Receive;

/// <summary>Messages that stay where they are: each comes once, whatever happens to the memory of it.</summary>
public sealed class LastCheckedTests : IDisposable
{
    private readonly Destination _destination = new();
    private readonly MemoryStore _store = new();

    public void Dispose() => _destination.Dispose();

    [Fact]
    public async Task A_second_run_brings_what_came_since_the_first()
    {
        Add("1", "2");
        Assert.Equal(["1", "2"], await RunAsync());
        Assert.Empty(await RunAsync());
        Add("3");
        Assert.Equal(["3"], await RunAsync());
    }

    [Fact]
    public async Task Files_that_were_taken_away_do_not_come_again()
    {
        Add("1", "2");
        await RunAsync();
        Array.ForEach(Directory.GetFiles(_destination.Path), File.Delete);
        Assert.Empty(await RunAsync());
    }

    [Fact]
    public async Task What_a_caller_did_not_acknowledge_comes_again_and_nothing_after_it_is_lost()
    {
        Add("1", "2", "3");
        await Assert.ThrowsAsync<InvalidOperationException>(() => _destination.ReceiveAsync(_store, null, m => m.Id == "2" ? throw new InvalidOperationException() : true));
        Assert.Equal(["2", "3"], await RunAsync());
    }

    [Fact]
    public async Task What_was_passed_by_comes_again_and_what_came_after_it_does_not()
    {
        Add("1", "2", "3");
        Assert.Equal(3, (await _destination.ReceiveAsync(_store, null, m => m.Id != "2")).Count);
        Add("4");
        Assert.Equal(["2", "4"], await RunAsync());
        Assert.Empty(await RunAsync());
    }

    [Fact]
    public async Task A_damaged_message_is_tried_again_each_time_until_it_is_gone_or_whole()
    {
        Add("1", "2", "3");
        _store.ContentFault = m => m.Id == "2" ? new ServiceRefusedException("damaged") { Service = "Graph", Code = "ErrorCorruptData", HttpStatus = 400 } : null;
        Assert.Equal(["1", "2!", "3"], await RunAsync());
        Assert.Equal(["2!"], await RunAsync());
        _store.ContentFault = _ => null;
        Assert.Equal(["2"], await RunAsync());
        Assert.Empty(await RunAsync());
        Assert.Equal(3, _destination.Files.Count);
    }

    [Fact]
    public async Task A_message_that_was_left_and_has_gone_is_forgotten()
    {
        Add("1");
        _store.ContentFault = _ => new ServiceRefusedException("damaged") { Service = "Graph", Code = "ErrorCorruptData", HttpStatus = 400 };
        await RunAsync();
        Assert.Contains("\"1\"", await File.ReadAllTextAsync(_destination.Memory("json"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        _store.Remove("1");
        Add("2");
        _store.ContentFault = _ => null;
        Assert.Equal(["2"], await RunAsync());
        Assert.Contains("\"left\": []", await File.ReadAllTextAsync(_destination.Memory("json"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fault_6_when_all_messages_have_got_new_ids_none_is_lost_and_none_comes_twice()
    {
        Add("1", "2");
        // Alike to the last octet, and two all the same (fault 9).
        _store.Add("3", Content("2"));
        Assert.Equal(["1", "2", "3"], await RunAsync());
        _store.Rebuild(2);
        Add("4");
        Assert.Equal(["4"], await RunAsync());
        Assert.Equal(4, _destination.Files.Count);
        Assert.Empty(await RunAsync());
        Add("5");
        Assert.Equal(["5"], await RunAsync());
    }

    [Fact]
    public async Task Fault_6_a_message_like_one_that_is_known_is_not_lost_when_the_ids_change_once_more()
    {
        Add("1");
        Assert.Equal(["1"], await RunAsync());
        _store.Rebuild(2);
        Assert.Empty(await RunAsync());
        _store.Add("2", Content("1"));
        _store.Rebuild(3);
        Assert.Equal(["3-2"], await RunAsync());
        Assert.Empty(await RunAsync());
    }

    [Fact]
    public async Task Fault_6_what_is_known_under_another_id_is_not_forwarded_again()
    {
        Add("1", "2");
        var options = new ReceiveOptions { CopyTo = "audit@contoso.com" };
        Assert.Equal(["1", "2"], await RunAsync(options));
        _store.Rebuild(2);
        Add("3");
        Assert.Equal(["3"], await RunAsync(options));
        Assert.Equal(3, _store.Log.Count(l => l.StartsWith("Forward", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Fault_6_killed_at_any_step_while_the_folder_is_gone_through_again_nothing_old_comes_again()
    {
        var isDead = true;
        for (var at = 1; isDead; at++)
        {
            using var destination = new Destination();
            var store = new MemoryStore { ProcessingBatch = 2 };
            Array.ForEach(["1", "2", "3", "4", "5"], id => store.Add(id, Content(id)));
            await destination.ReceiveAsync(store);
            store.Rebuild(2);
            store.Add("6", Content("6"));
            isDead = false;
            var steps = 0;
            var handed = new List<string>();
            Func<ReceivedMessage, bool> hand = m =>
            {
                handed.Add(m.Id);
                return true;
            };
            void Die(ReceiveStep step, bool before)
            {
                isDead |= ++steps == at;
                if (isDead)
                {
                    throw new OperationCanceledException();
                }
            }

            try
            {
                await destination.ReceiveAsync(store, new ReceiveOptions { Watcher = Die }, hand);
            }
            catch (OperationCanceledException) when (isDead)
            {
                // The next run is on its own.
            }

            await destination.ReceiveAsync(store, null, hand);
            Assert.Equal($"{at}: 6", $"{at}: {string.Join(',', handed.Distinct())}");
            Assert.Empty(await destination.ReceiveAsync(store));
            Assert.Equal(6, destination.Files.Count);
        }
    }

    [Fact]
    public async Task Fault_6_the_same_without_files_by_what_the_listing_tells()
    {
        var options = new ReceiveOptions { StatePath = Path.Combine(_destination.Path, "state") };
        Add("1", "2");
        Assert.Equal(["1", "2"], await WithoutFilesAsync(options));
        _store.Rebuild(2);
        Add("3");
        Assert.Equal(["3"], await WithoutFilesAsync(options));
        Assert.Empty(await WithoutFilesAsync(options));
        Assert.Empty(_destination.Files);
    }

    [Fact]
    public async Task Fault_8_a_server_without_a_uidvalidity_gives_no_position_and_still_nothing_comes_twice()
    {
        Add("1", "2");
        _store.Rebuild(0);
        Assert.Equal(["0-1", "0-2"], await RunAsync());
        Add("3");
        Assert.Equal(["3"], await RunAsync());
        Assert.DoesNotContain("\"position\": \"", await File.ReadAllTextAsync(_destination.Memory("json"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"version\": 1, \"position\"")]
    [InlineData("null")]
    public async Task A_state_file_that_can_t_be_read_costs_time_and_nothing_else(string text)
    {
        Add("1", "2");
        await RunAsync();
        await File.WriteAllTextAsync(_destination.Memory("json"), text, TestContext.Current.CancellationToken);
        Add("3");
        Assert.Equal(["3"], await RunAsync());
        Assert.Empty(await RunAsync());
    }

    [Fact]
    public async Task A_ledger_that_a_crash_cut_off_brings_the_last_message_again_and_no_other()
    {
        Add("1", "2");
        await RunAsync();
        File.Delete(_destination.Memory("json"));
        await using (var ledger = File.OpenWrite(_destination.Memory("seen")))
        {
            ledger.SetLength(ledger.Length - 5);
        }

        Assert.Equal(["2"], await RunAsync());
    }

    [Fact]
    public async Task A_state_file_of_a_later_version_is_refused()
    {
        Add("1");
        await RunAsync();
        var text = await File.ReadAllTextAsync(_destination.Memory("json"), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_destination.Memory("json"), text.Replace("\"version\": 1", "\"version\": 2", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        Assert.Equal("StateNotReadable", (await Assert.ThrowsAsync<InvalidRequestException>(() => RunAsync())).Id);
        Assert.Equal(["1"], await RunAsync(new ReceiveOptions { Resync = true }));
    }

    [Fact]
    public async Task Resync_brings_everything_again_and_marks_what_is_there()
    {
        Add("1", "2");
        await RunAsync();
        var again = await _destination.ReceiveAsync(_store, new ReceiveOptions { Resync = true });
        Assert.Equal([("1", true), ("2", true)], again.Select(d => (d.Message.Id, d.Message.Redelivered)));
        Assert.Equal(2, _destination.Files.Count);
    }

    [Fact]
    public async Task First_goes_on_where_it_stopped()
    {
        Add("1", "2", "3", "4", "5");
        var two = new ReceiveOptions { Query = new() { First = 2 } };
        Assert.Equal(["1", "2"], await RunAsync(two));
        Assert.Equal(["3", "4"], await RunAsync(two));
        Assert.Equal(["5"], await RunAsync(two));
        Assert.Empty(await RunAsync(two));
    }

    [Fact]
    public async Task The_files_of_the_memory_are_for_their_owner_and_named_for_people()
    {
        Add("1");
        await RunAsync();
        var state = _destination.Memory("json");
        Assert.Matches("^a@b.c-Inbox-[0-9a-f]{8}.json$", Path.GetFileName(state));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(state));
        }
    }

    [Theory]
    [InlineData(AfterProcessing.Delete, true, false)]
    [InlineData(AfterProcessing.Delete, false, true)]
    [InlineData(AfterProcessing.None, true, false)]
    public void Resync_and_StatePath_are_refused_where_there_is_nothing_to_remember(AfterProcessing action, bool resync, bool statePath)
    {
        var options = new ReceiveOptions { AfterProcessing = action, Resync = resync, StatePath = statePath ? _destination.Path : null };
        Assert.Equal("NothingToRemember", Assert.Throws<InvalidRequestException>(() => new MailReceiver(_store, options)).Id);
    }

    private static byte[] Content(string id) => Encoding.ASCII.GetBytes($"Subject: {id}\r\n\r\n{id}");

    private void Add(params string[] ids) => Array.ForEach(ids, id => _store.Add(id, Content(id)));

    private async Task<IEnumerable<string>> RunAsync(ReceiveOptions? options = null) =>
        (await _destination.ReceiveAsync(_store, options)).Select(d => d.Error is null ? d.Message.Id : $"{d.Message.Id}!");

    private async Task<List<string>> WithoutFilesAsync(ReceiveOptions options)
    {
        var ids = new List<string>();
        await foreach (var delivery in new MailReceiver(_store, options).ReceiveAsync(TestContext.Current.CancellationToken))
        {
            ids.Add(delivery.Message.Id);
            delivery.Acknowledge();
        }

        return ids;
    }
}
