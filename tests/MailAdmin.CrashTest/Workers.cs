using System.Diagnostics;
using System.Text.Json;
using MailAdmin.Core.Receive;
using MailAdmin.Core.Rounds;

namespace MailAdmin.CrashTest;

/// <summary>
/// Four equal workers over 200 mailboxes, with their messages and memory in one container: some are killed and replaced, one stands
/// still for 90 seconds. Nothing but the leases tells them from one another.
/// </summary>
internal static class Workers
{
    private const int Count = 4, Mailboxes = 200, Each = 5;

    private static readonly TimeSpan Still = TimeSpan.FromSeconds(90);

    /// <summary>What a worker is told, on standard input.</summary>
    internal sealed record Work(MailboxFacts First, string[] Mailboxes, string Destination);

    public static async Task<int> RunAsync(int kills)
    {
        var root = Directory.CreateTempSubdirectory("mailadmin-workers-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(root, "empty"));
            var tenant = Path.Combine(root, "tenant.json");
            await File.WriteAllTextAsync(tenant, $$"""{ "Mailboxes": {{Mailboxes + 1}} }""");
            await using var sandbox = await SandboxServer.StartAsync(Path.Combine(root, "empty"), tenant);
            await using var blobs = new BlobServer(Path.Combine(root, "azurite"));
            var place = await blobs.MakePlaceAsync("workers");
            return await RunAsync(sandbox, place, kills);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    /// <summary>One worker: receives round after round until nothing is left that it may have.</summary>
    public static async Task<int> WorkAsync()
    {
        var work = JsonSerializer.Deserialize<Work>(await Console.In.ReadToEndAsync())!;
        var connections = await work.First.ConnectAsync(work.Mailboxes);
        var places = new ReceivePlaces(work.Destination, null, path => path);
        var options = new ReceiveOptions { AfterProcessing = AfterProcessing.Move, MoveTo = "Processed" };
        for (var isDone = false; !isDone;)
        {
            isDone = true;
            using var rounds = new ReceiveRounds(connections.Select(c => (c, places.In(options, c))), 5, null, isShared: true);
            await foreach (var (source, delivery, error) in rounds.RunAsync(rounds.ReceiveAsync, CancellationToken.None))
            {
                isDone = false;
                if (delivery is { Error: null })
                {
                    Console.WriteLine($"{(delivery.Message.Redelivered ? "again" : "new")} {source.Connection.Mailbox} {delivery.Message.Id}");
                    delivery.Acknowledge();
                }
                else if (!ReceiveRounds.IsInUse(error))
                {
                    await Console.Error.WriteLineAsync($"{error ?? delivery!.Error}");
                    return 1;
                }
                else
                {
                    Console.WriteLine($"inuse {source.Connection.Mailbox}");
                }
            }

            await Task.Delay(200);
        }

        return 0;
    }

    private static async Task<int> RunAsync(SandboxServer sandbox, BlobPlace place, int kills)
    {
        // The address of the fifth is no sign-in name, by which Graph would know it.
        string[] mailboxes = [.. sandbox.Mailboxes.Where((_, i) => i != 4)];
        var sent = await DeliverAsync(sandbox, mailboxes, Each);
        var since = Stopwatch.StartNew();
        var work = JsonSerializer.Serialize(new Work(sandbox.FactsOf(mailboxes[0]), mailboxes, place.Destination));
        var lines = new List<string>();
        var running = Enumerable.Range(0, Count).Select(_ => Start(work, lines)).ToList();
        var (killed, stopped) = (0, (Process?)null);
        while (running.Exists(p => !p.HasExited))
        {
            await Task.Delay(TimeSpan.FromSeconds(1 + Random.Shared.NextDouble()));
            if (killed < kills && running.FindAll(p => !p.HasExited && p != stopped) is { Count: > 0 } alive)
            {
                var victim = alive[Random.Shared.Next(alive.Count)];
                victim.Kill();
                running.Remove(victim);
                running.Add(Start(work, lines));
                killed++;
            }

            if (killed == kills / 2 && stopped is null && running.Find(p => !p.HasExited) is { } one)
            {
                stopped = one;
                Signal(one, "-STOP");
                _ = Task.Delay(Still).ContinueWith(_ => Signal(one, "-CONT"), TaskScheduler.Default);
            }
        }

        var failed = running.Count(p => p.ExitCode != 0);
        List<string> blobs = await place.HashesAsync(), inbox = [], moved = [];
        foreach (var mailbox in mailboxes)
        {
            inbox.AddRange((await sandbox.GetMessagesAsync(mailbox, "Inbox")).Select(m => m.Hash));
            moved.AddRange((await sandbox.GetMessagesAsync(mailbox, "Processed")).Select(m => m.Hash));
        }

        int lost = sent.Except(blobs).Count() + sent.Except(moved).Count(), repeated;
        lock (lines)
        {
            repeated = lines.Where(l => l.StartsWith("new ", StringComparison.Ordinal)).GroupBy(l => l).Count(g => g.Count() > 1);
        }

        var duplicated = blobs.Count - blobs.Distinct().Count() + moved.Count - moved.Distinct().Count();
        Console.WriteLine(
            $"{Count} workers, {mailboxes.Length} mailboxes, {killed} kills, one stopped for {Still.TotalSeconds:0} s, "
            + $"{since.Elapsed.TotalSeconds:0} s: {sent.Count} messages sent, {blobs.Count} in the container; {lost} lost, "
            + $"{duplicated} duplicated, {repeated} new twice, {inbox.Count} left, {failed} workers failed");
        return (lost, duplicated, repeated, inbox.Count, failed) == (0, 0, 0, 0, 0) && blobs.Count == sent.Count ? 0 : 1;
    }

    /// <summary>Puts messages into each mailbox.</summary>
    /// <returns>Their hashes.</returns>
    internal static async Task<HashSet<string>> DeliverAsync(SandboxServer sandbox, string[] mailboxes, int each)
    {
        var sent = new HashSet<string>(StringComparer.Ordinal);
        foreach (var mailbox in mailboxes)
        {
            for (var i = 0; i < each; i++)
            {
                var message = Mailbag.NewMessage();
                sent.Add(Mailbag.HashOf(message));
                await sandbox.DeliverAsync(mailbox, message);
            }
        }

        return sent;
    }

    /// <summary>Starts a worker.</summary>
    /// <param name="work">What it is told.</param>
    /// <param name="lines">Takes what it says.</param>
    internal static Process Start(string work, List<string> lines)
    {
        var process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [typeof(Workers).Assembly.Location, "work"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            },
        };
        process.OutputDataReceived += (_, line) =>
        {
            lock (lines)
            {
                lines.Add(line.Data ?? "");
            }
        };
        process.Start();
        process.BeginOutputReadLine();
        process.StandardInput.Write(work);
        process.StandardInput.Close();
        return process;
    }

    internal static void Signal(Process process, string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{process.Id}"]);
        kill.WaitForExit();
    }
}
