using System.Text;
using MailAdmin.Core.Receive;

namespace MailAdmin.Tests.Receive;

/// <summary>
/// Fault 1: the process dies before or after any step that outlives it. What follows the death reaches neither disk nor server, as
/// if it had never been written; then the next run has to come to the same end, and the one after it has nothing to do.
/// </summary>
public sealed class InterruptionTests
{
    private const int Messages = 5;

    public static TheoryData<AfterProcessing, string?> Actions => new()
    {
        { AfterProcessing.None, null },
        { AfterProcessing.MarkRead, null },
        { AfterProcessing.Move, null },
        { AfterProcessing.Delete, null },
        { AfterProcessing.None, "Copies" },
        { AfterProcessing.Move, "Copies" },
    };

    private sealed class Death : Exception;

    /// <summary>Counts the steps, and ends everything at one of them.</summary>
    private sealed class Reaper(int? at)
    {
        public int Steps { get; private set; }

        public bool IsDead { get; private set; }

        public void Watch(ReceiveStep step, bool before)
        {
            if (++Steps == at)
            {
                IsDead = true;
            }

            Gate();
        }

        public void Gate()
        {
            if (IsDead)
            {
                throw new Death();
            }
        }
    }

    private sealed record EndState(string Files, string Folders, string Inbox, string Done, string Copies);

    [Theory]
    [MemberData(nameof(Actions))]
    public async Task Fault_1_killed_before_or_after_any_step_the_next_run_comes_to_the_same_end(AfterProcessing action, string? copyTo)
    {
        var undisturbed = new Reaper(null);
        var expected = await RunAsync(action, copyTo, undisturbed, killed: false);
        Assert.True(undisturbed.Steps > Messages * 8, $"Only {undisturbed.Steps} steps were watched.");
        // An odd number of turns: each run is killed before steps and after steps.
        foreach (var at in Sweep.For($"{action} {copyTo}", [.. Enumerable.Range(1, undisturbed.Steps)], turns: 3))
        {
            Assert.Equal((at, expected), (at, await RunAsync(action, copyTo, new Reaper(at), killed: true)));
        }
    }

    private static async Task<EndState> RunAsync(AfterProcessing action, string? copyTo, Reaper reaper, bool killed)
    {
        using var destination = new Destination();
        var store = new MemoryStore { ProcessingBatch = 2 };
        for (var i = 0; i < Messages; i++)
        {
            store.Add($"{i}", Encoding.ASCII.GetBytes(
                $"Subject: {i}\r\nMIME-Version: 1.0\r\nContent-Type: application/pdf; name=a{i}.pdf\r\nContent-Disposition: attachment; filename=a{i}.pdf\r\n\r\n{i}"));
        }

        var options = new ReceiveOptions
        {
            AfterProcessing = action,
            MoveTo = action == AfterProcessing.Move ? "Done" : null,
            CopyTo = copyTo,
            SaveAttachments = true,
            Query = new() { Unread = action == AfterProcessing.MarkRead ? true : null },
        };
        var handed = new List<string>();
        var run = Receive(options with { Watcher = reaper.Watch }, reaper.Gate);
        if (killed)
        {
            await Assert.ThrowsAsync<Death>(() => run);
            Assert.True(reaper.IsDead);
            var before = handed.ToArray();
            var resumed = await Receive(options, () => { });
            // What the first run handed over and this one does again, is marked.
            Assert.All(resumed.Where(d => before.Contains(d.Message.Id)), d => Assert.True(d.Message.Redelivered));
        }
        else
        {
            await run;
        }

        Assert.Equal(Messages, handed.Distinct().Count());
        var once = handed.Count;
        Assert.Empty(await Receive(options, () => { }));
        Assert.Equal(once, handed.Count);
        Assert.Empty(destination.Leftovers);
        Assert.All(Directory.GetDirectories(destination.Path).Where(d => !d.EndsWith(".mailadmin", StringComparison.Ordinal)), d => Assert.Single(Directory.GetFiles(d)));
        return new EndState(
            string.Join(',', destination.Files.Select(f => $"{f.Key}={f.Value}")),
            string.Join(',', Directory.GetDirectories(destination.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal)),
            string.Join(',', store.IdsIn("Inbox")), string.Join(',', store.IdsIn("Done").Order(StringComparer.Ordinal)),
            string.Join(',', store.IdsIn("Copies").Order(StringComparer.Ordinal)));

        async Task<List<Delivery>> Receive(ReceiveOptions how, Action gate)
        {
            store.Gate = gate;
            return await destination.ReceiveAsync(store, how, m =>
            {
                gate();
                handed.Add(m.Id);
                return true;
            });
        }
    }
}
