using MailAdmin.Core.Files;
using MailAdmin.Core.Receive;

namespace MailAdmin.Tests.Receive.PowerCut;

/// <summary>
/// The power fails after any step, and the disk has of what was not flushed any part. Then the next run, on what the disk has,
/// comes to the same end: nothing is lost, nothing was filed that is not on the disk, and nothing is there twice.
/// </summary>
public sealed class PowerCutTests
{
    public static TheoryData<string> Scenarios => [.. Scenario.All.Select(s => s.Name)];

    public static TheoryData<string, string> Mutants => new()
    {
        { "file flush swallowed", "Move" }, { "file flush swallowed", "None" }, { "file flush swallowed", "Attachments" },
        { "folder flush swallowed", "Move" }, { "folder flush swallowed", "Delete" }, { "folder flush swallowed", "MarkRead" },
        { "folder flush swallowed", "CopyTo" }, { "folder flush swallowed", "None" },
        { "flush of the attachments' folder swallowed", "Attachments" },
        { "flush of the memory's folder swallowed", "None" },
        { "flush of the destination's own name swallowed", "Move" },
        { "ledger append swallowed", "None" },
        { "filing before flushing", "Move" }, { "filing before flushing", "Purge" },
        { "rename late", "Move" },
        { "temporary names left out", "Move" }, { "temporary names left out", "TwoFolders" },
    };

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Whatever_a_power_cut_leaves_the_next_run_comes_to_the_same_end(string scenario)
    {
        var (found, states) = await FindAsync(scenario, files => files);
        Assert.Null(found);
        Assert.True(states > 50, $"Only {states} states of disk and server were tried.");
    }

    [Theory]
    [MemberData(nameof(Mutants))]
    public async Task The_model_finds(string mutant, string scenario)
    {
        var (found, _) = await FindAsync(scenario, files => mutant switch
        {
            "file flush swallowed" => new FileFlushSwallowed(files),
            "folder flush swallowed" => new FolderFlushSwallowed(files, null),
            "flush of the attachments' folder swallowed" => new FolderFlushSwallowed(files, ".mailadmin-part"),
            "flush of the memory's folder swallowed" => new FolderFlushSwallowed(files, ".mailadmin"),
            "flush of the destination's own name swallowed" => new FolderFlushSwallowed(files, "power"),
            "ledger append swallowed" => new LedgerAppendSwallowed(files),
            "filing before flushing" => new FilingBeforeFlushing(files),
            "rename late" => new RenameLate(files),
            "temporary names left out" => new TemporaryNamesLeftOut(files),
            _ => throw new ArgumentOutOfRangeException(nameof(mutant)),
        });
        Assert.NotNull(found);
        TestContext.Current.TestOutputHelper?.WriteLine(found);
    }

    /// <summary>
    /// The run that is cut takes over from one that was killed: what that one has written lies in the cache, and looks as if it
    /// were on the disk.
    /// </summary>
    [Theory]
    [InlineData("Move")]
    [InlineData("None")]
    [InlineData("Attachments")]
    [InlineData("CopyTo")]
    public async Task So_it_does_where_the_run_before_was_killed(string scenario)
    {
        foreach (var killedAfter in Sweep.For(scenario, [1, 5, 9, 13, 17, 21, 25], turns: 7))
        {
            Assert.Equal((killedAfter, null), (killedAfter, (await FindAsync(scenario, files => files, killedAfter)).Found));
        }
    }

    /// <summary>Goes through all cuts of a run, until something is wrong.</summary>
    /// <returns>What is wrong, and how many states were tried.</returns>
    private static async Task<(string? Found, int States)> FindAsync(
        string name, Func<IFileSystem, IFileSystem> mutate, int killedAfter = 0)
    {
        var scenario = Scenario.All.Single(s => s.Name == name);
        using var place = new CutPlace();
        var servers = new List<MemoryStore>();
        var server = NewServer(scenario);
        var subjects = Filed(server, _ => true).ToArray();
        var isDead = false;
        FileLog log = null!;
        log = new FileLog(place.Root, () =>
        {
            servers.Add(server.Copy());
            isDead = log.Changes.Count == killedAfter;
            Gate();
        }) { Gate = Gate };
        server.Gate = Gate;
        var files = mutate(log);
        var options = scenario.Options with
        {
            Files = files,
            Watcher = (step, before) =>
            {
                if (!before && step is ReceiveStep.Process or ReceiveStep.Copy)
                {
                    log.Mark();
                    (files as FilesMutant)?.AfterFiling();
                }
            },
        };
        if (killedAfter > 0)
        {
            await Assert.ThrowsAsync<Death>(() => place.Destination.ReceiveAsync(server, options));
            isDead = false;
        }

        await place.Destination.ReceiveAsync(server, options);
        (files as FilesMutant)?.AfterFiling();
        log.Mark();
        var end = StateOf(server);

        var tried = new HashSet<string>(StringComparer.Ordinal);
        for (var cut = 0; cut <= log.Changes.Count; cut++)
        {
            var before = cut == 0 ? NewServer(scenario) : servers[cut - 1];
            foreach (var disk in DiskAfterCut.After(log, cut))
            {
                if (tried.Add($"{StateOf(before)} {disk.Fingerprint}")
                    && await TryAsync(scenario, disk, before.Copy(), subjects, end) is { } wrong)
                {
                    return ($"after {cut} of {log.Changes.Count} changes: {wrong}", tried.Count);
                }
            }
        }

        return (null, tried.Count);

        void Gate()
        {
            if (isDead)
            {
                throw new Death();
            }
        }
    }

    private static async Task<string?> TryAsync(
        Scenario scenario, DiskAfterCut disk, MemoryStore server, IReadOnlyCollection<string> subjects, string end)
    {
        // What is marked as read with a filter on it is filed; with None the ledger says so, and the end tells.
        if (scenario.FiledTooEarly(disk.Files, Filed(server, m => m.IsRead == true || m.Folder is not ("Inbox" or "Second"), subjects))
            is { } early)
        {
            return early;
        }

        using var place = new CutPlace();
        disk.Lay(place.Root);
        var options = scenario.Options with { Files = new Unflushed() };
        await place.Destination.ReceiveAsync(server, options);
        if (scenario.NotWhole(place.Destination, subjects) is { } wrong)
        {
            return wrong;
        }

        if (StateOf(server) != end)
        {
            return $"on the server {StateOf(server)} and not {end}";
        }

        var again = await place.Destination.ReceiveAsync(server, options);
        if (again.Count == 0 && scenario.Options.AfterProcessing == AfterProcessing.None)
        {
            // A position may go; the ledger tells what was dealt with.
            File.Delete(place.Destination.Memory("json"));
            again = await place.Destination.ReceiveAsync(server, options);
        }

        return again.Count > 0 ? $"{again[0].Message.Id} is received once more" : scenario.NotWhole(place.Destination, subjects);
    }

    private sealed class Death : Exception;

    private static MemoryStore NewServer(Scenario scenario)
    {
        var server = new MemoryStore { ProcessingBatch = 2 };
        for (var i = 1; i <= Scenario.Messages; i++)
        {
            server.Add($"m{i}", Scenario.Message($"m{i}"));
        }

        if (scenario.Options.Folders.Contains("Second"))
        {
            server.Add("n1", Scenario.Message("n1"), folder: "Second");
        }

        return server;
    }

    private static IEnumerable<string> Filed(MemoryStore server, Func<MailboxMessage, bool> filed, IReadOnlyCollection<string>? all = null)
    {
        var there = new[] { "Inbox", "Second", "Done", "Copies" }.SelectMany(server.In).ToArray();
        var seen = there.Where(filed).Select(m => m.Id.Split(' ')[^1]);
        return all is null ? seen : seen.Concat(all.Except(there.Select(m => m.Id.Split(' ')[^1]))).Distinct();
    }

    private static string StateOf(MemoryStore server) => string.Join(
        "; ", new[] { "Inbox", "Second", "Done", "Copies" }.Select(
            f => $"{f}: {string.Join(',', server.In(f).Select(m => $"{m.Id}{(m.IsRead == true ? " read" : "")}").Order(StringComparer.Ordinal))}"));
}
