using System.Text;
using MailAdmin.Core.Files;
using MailAdmin.Core.Receive;

namespace MailAdmin.Tests.Receive;

/// <summary>Fault 4 and its kin: the disk is full, read-only, or gone.</summary>
public sealed class DiskFaultTests : IDisposable
{
    private static readonly ReceiveOptions Move = new() { AfterProcessing = AfterProcessing.Move, MoveTo = "Done" };

    private readonly Destination _destination = new();
    private readonly MemoryStore _store = new();

    public void Dispose() => _destination.Dispose();

    [Theory]
    [InlineData("FlushFile")]
    [InlineData("RenameFile")]
    public async Task Fault_4_a_message_that_does_not_fit_on_the_disk_is_reported_and_stays_and_the_others_come(string failing)
    {
        Fill(3);
        var all = await _destination.ReceiveAsync(_store, Move with { Watcher = FailAt(failing, 2) });

        var e = Assert.IsType<InvalidRequestException>(all[1].Error);
        Assert.Equal(("DestinationNotWritable", "2"), (e.Id, e.Target));
        Assert.Contains("Message 2 in 'Inbox'", e.Message, StringComparison.Ordinal);
        Assert.Contains("No space left", e.Message, StringComparison.Ordinal);
        Assert.Equal(["1", "3"], _store.IdsIn("Done"));
        Assert.Equal(["2"], _store.IdsIn("Inbox"));
        Assert.Equal(2, _destination.Files.Count);
        Assert.Empty(_destination.Leftovers);

        Assert.Equal(["2"], (await _destination.ReceiveAsync(_store, Move)).Select(d => d.Message.Id));
        Assert.Equal(3, _destination.Files.Count);
    }

    [Fact]
    public async Task A_disk_that_takes_nothing_ends_the_run_at_the_third_message()
    {
        Fill(10);
        var seen = new List<Delivery>();
        var e = await Assert.ThrowsAsync<InvalidRequestException>(async () =>
        {
            await foreach (var delivery in new MailReceiver(_store, Move with { Destination = _destination.Path, Watcher = (step, before) => FailAll(step, before) }).ReceiveAsync(TestContext.Current.CancellationToken))
            {
                seen.Add(delivery);
            }
        });

        Assert.Equal("DestinationNotWritable", e.Id);
        Assert.Equal(2, seen.Count);
        Assert.Equal(10, _store.IdsIn("Inbox").Count);
        Assert.Empty(_destination.Files);
        Assert.Empty(_destination.Leftovers);

        static void FailAll(ReceiveStep step, bool before)
        {
            if (step == ReceiveStep.FlushFile && before)
            {
                throw new IOException("No space left on device");
            }
        }
    }

    [Theory]
    [InlineData("FlushFolder")]
    [InlineData("CreateFile")]
    public async Task What_concerns_the_whole_destination_ends_the_run_with_the_server_as_it_was(string failing)
    {
        Fill(3);
        var e = await Assert.ThrowsAsync<InvalidRequestException>(() => _destination.ReceiveAsync(_store, Move with { Watcher = FailAt(failing, 1) }));
        Assert.Equal("DestinationNotWritable", e.Id);
        Assert.Equal(3, _store.IdsIn("Inbox").Count);
        Assert.Empty(_destination.Leftovers);
        await _destination.ReceiveAsync(_store, Move);
        Assert.Equal((3, 3), (_destination.Files.Count, _store.IdsIn("Done").Count));
    }

    [Theory]
    [InlineData("AppendLedger")]
    [InlineData("ReplaceState")]
    public async Task A_memory_that_can_t_be_written_is_told_and_brings_nothing_twice_to_the_disk(string failing)
    {
        Fill(3);
        var e = await Assert.ThrowsAsync<InvalidRequestException>(() => _destination.ReceiveAsync(_store, new ReceiveOptions { Watcher = FailAt(failing, 1) }));
        Assert.Equal("DestinationNotWritable", e.Id);
        var again = await _destination.ReceiveAsync(_store);
        Assert.All(again, d => Assert.True(d.Message.Redelivered));
        Assert.Equal(3, _destination.Files.Count);
        Assert.Empty(await _destination.ReceiveAsync(_store));
    }

    [Fact]
    public async Task The_name_of_a_file_that_a_dead_run_left_is_flushed_before_the_server_is_changed()
    {
        Fill(1);
        await _destination.ReceiveAsync(_store, Move, _ => false);
        var steps = new List<ReceiveStep>();
        var again = await _destination.ReceiveAsync(_store, Move with { Watcher = (step, before) => steps.AddRange(before ? [step] : []) });
        Assert.True(Assert.Single(again).Message.Redelivered);
        // It comes again to be compared, and what is flushed takes its place.
        Assert.Equal([ReceiveStep.CreateFile, ReceiveStep.FlushFile, ReceiveStep.RenameFile, ReceiveStep.FlushFolder, ReceiveStep.Process], steps);
    }

    [FactOn(TestSystem.Linux)]
    public void A_sink_on_a_full_disk_keeps_the_failure_to_itself()
    {
        using var sink = new MessageSink(new FileOnDisk(new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0)), hashed: false);
        sink.Write("Subject: x"u8);
        sink.Write("more"u8);
        Assert.IsAssignableFrom<IOException>(sink.Failure);
    }

    [Fact]
    public async Task A_destination_that_may_not_be_written_to_is_refused_before_the_server_is_changed()
    {
        if (OperatingSystem.IsWindows() || Environment.UserName == "root")
        {
            // For root nothing is read-only: then a file stands where the folder should be.
            Directory.CreateDirectory(_destination.Path);
            await File.WriteAllTextAsync(Path.Combine(_destination.Path, ".mailadmin"), "", TestContext.Current.CancellationToken);
        }
        else
        {
            Directory.CreateDirectory(_destination.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        Fill(1);
        Assert.Equal("DestinationNotWritable", (await Assert.ThrowsAsync<InvalidRequestException>(() => _destination.ReceiveAsync(_store, Move))).Id);
        Assert.Equal(["1"], _store.IdsIn("Inbox"));
    }

    [Fact]
    public async Task Fault_18_a_second_run_on_the_same_folder_and_destination_is_refused_and_told_by_whom()
    {
        Fill(2);
        await foreach (var delivery in new MailReceiver(_store, Move with { Destination = _destination.Path }).ReceiveAsync(TestContext.Current.CancellationToken))
        {
            var e = await Assert.ThrowsAsync<InvalidRequestException>(() => _destination.ReceiveAsync(_store, Move));
            Assert.Equal("DestinationInUse", e.Id);
            Assert.Contains($"process {Environment.ProcessId} ", e.Message, StringComparison.Ordinal);
            delivery.Acknowledge();
        }

        // The lock's file stays behind, as after a crash, and locks nobody out.
        Assert.True(File.Exists(_destination.Memory("lock")));
        Assert.Empty(await _destination.ReceiveAsync(_store, Move));
    }

    [Fact]
    public async Task Only_leftovers_of_the_same_folder_are_removed()
    {
        Fill(1);
        await _destination.ReceiveAsync(_store, Move);
        var owner = Path.GetFileNameWithoutExtension(_destination.Memory("lock"))[^8..];
        var (ours, others) = (Path.Combine(_destination.Path, $"x.eml.{owner}.mailadmin-part"), Path.Combine(_destination.Path, "x.eml.0badcafe.mailadmin-part"));
        await File.WriteAllTextAsync(ours, "", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(others, "", TestContext.Current.CancellationToken);
        Directory.CreateDirectory(Path.Combine(_destination.Path, $"y.{owner}.mailadmin-part"));

        await _destination.ReceiveAsync(_store, Move);

        Assert.Equal([others], _destination.Leftovers);
    }

    [Fact]
    public async Task Without_durability_nothing_is_flushed()
    {
        Fill(2);
        var steps = new List<ReceiveStep>();
        await _destination.ReceiveAsync(_store, Move with { Durability = Durability.None, Watcher = (step, _) => steps.Add(step) });
        Assert.DoesNotContain(ReceiveStep.FlushFile, steps);
        Assert.DoesNotContain(ReceiveStep.FlushFolder, steps);
        Assert.Equal(["1", "2"], _store.IdsIn("Done"));
    }

    [Fact]
    public async Task Files_and_their_names_are_flushed_before_the_server_is_changed()
    {
        Fill(2);
        var steps = new List<ReceiveStep>();
        await _destination.ReceiveAsync(_store, Move with { Watcher = (step, before) => steps.AddRange(before ? [step] : []) });
        ReceiveStep[] files = [ReceiveStep.FlushFile, ReceiveStep.FlushFile, ReceiveStep.RenameFile, ReceiveStep.RenameFile];
        var names = OperatingSystem.IsWindows() ? [] : new[] { ReceiveStep.FlushFolder };
        Assert.Equal([.. files, .. names, ReceiveStep.Process], steps.Where(s => s != ReceiveStep.CreateFile));
    }

    private static Action<ReceiveStep, bool> FailAt(string failing, int at)
    {
        var count = 0;
        return (step, before) =>
        {
            if (before && step.ToString() == failing && ++count == at)
            {
                throw new IOException("No space left on device");
            }
        };
    }

    private void Fill(int count)
    {
        for (var i = 1; i <= count; i++)
        {
            _store.Add($"{i}", Encoding.ASCII.GetBytes($"Subject: {i}\r\n\r\n{i}"));
        }
    }
}
