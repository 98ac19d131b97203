using System.Diagnostics;
using System.Text.Json;
using MailAdmin.Core.Receive;
using MailAdmin.Core.Rounds;

namespace MailAdmin.CrashTest;

/// <summary>
/// A worker stands still for 90 seconds in the middle of its mailboxes, and another run takes them over. When it goes on, it is
/// refused before it changes anything on the server: the other run leaves all messages where they are, so that whatever is moved
/// after that was moved by the one that had lost its mailboxes.
/// </summary>
internal static class Standstill
{
    private const int Mailboxes = 10, Each = 60, Enough = 150;

    private static readonly TimeSpan Still = TimeSpan.FromSeconds(90), Patience = TimeSpan.FromMinutes(3);

    public static async Task<int> RunAsync()
    {
        var root = Directory.CreateTempSubdirectory("mailadmin-standstill-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(root, "empty"));
            var tenant = Path.Combine(root, "tenant.json");
            await File.WriteAllTextAsync(tenant, $$"""{ "Mailboxes": {{Mailboxes + 1}} }""");
            await using var sandbox = await SandboxServer.StartAsync(Path.Combine(root, "empty"), tenant);
            await using var blobs = new BlobServer(Path.Combine(root, "azurite"));
            return await RunAsync(sandbox, await blobs.MakePlaceAsync("standstill"));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static async Task<int> RunAsync(SandboxServer sandbox, BlobPlace place)
    {
        string[] mailboxes = [.. sandbox.Mailboxes.Where((_, i) => i != 4)];
        var sent = await Workers.DeliverAsync(sandbox, mailboxes, Each);
        var work = JsonSerializer.Serialize(new Workers.Work(sandbox.FactsOf(mailboxes[0]), mailboxes, place.Destination));
        var lines = new List<string>();
        using var stopped = Workers.Start(work, lines);
        await UntilAsync(() => Count(lines, "new ") >= Enough);
        Workers.Signal(stopped, "-STOP");
        var since = Stopwatch.StartNew();
        Console.WriteLine($"{Count(lines, "new ")} messages handed over, and stopped");
        var begun = Said(lines, "new ").Select(line => line.Split(' ')[1]).Distinct().ToArray();

        // Another run has them as soon as the leases are over, and keeps what it gets in hand.
        var held = await TakeOverAsync(sandbox, place, mailboxes);
        var before = await MovedAsync(sandbox, mailboxes);
        Console.WriteLine($"{held.Count} mailboxes taken over after {since.Elapsed.TotalSeconds:0} s, {before.Count} messages filed so far");
        await Task.Delay(Still > since.Elapsed ? Still - since.Elapsed : TimeSpan.Zero);
        var told = Count(lines, "new ");
        Workers.Signal(stopped, "-CONT");
        // It meets all of them again, round after round, and has none.
        Console.WriteLine($"continued after {since.Elapsed.TotalSeconds:0} s");
        await UntilAsync(() => Said(lines, "inuse ").Distinct().Count() >= held.Count || stopped.HasExited);
        await Task.Delay(TimeSpan.FromSeconds(5));
        var after = await MovedAsync(sandbox, mailboxes);
        var (filed, more) = (after.Except(before).Count(), Count(lines, "new ") - told);
        stopped.Kill();
        await stopped.WaitForExitAsync();
        foreach (var delivery in held)
        {
            await delivery.DisposeAsync();
        }

        using var last = Workers.Start(work, []);
        await last.WaitForExitAsync();
        List<string> files = await place.HashesAsync(), moved = await MovedAsync(sandbox, mailboxes);
        var lost = sent.Except(files).Count() + sent.Except(moved).Count();
        var duplicated = files.Count - files.Distinct().Count() + moved.Count - moved.Distinct().Count();
        Console.WriteLine(
            $"a worker with {begun.Length} mailboxes begun stood still for {Still.TotalSeconds:0} s; {held.Count} mailboxes were taken over: "
            + $"{filed} messages filed after that, {more} handed over; {sent.Count} messages sent, {files.Count} in the container, {lost} lost, {duplicated} duplicated");
        return (filed, lost, duplicated, last.ExitCode) == (0, 0, 0, 0) && files.Count == sent.Count && held.Count > 0 ? 0 : 1;
    }

    /// <summary>Locks each mailbox that has messages left, and takes the first of them without acknowledging it.</summary>
    private static async Task<List<IAsyncEnumerator<Delivery>>> TakeOverAsync(SandboxServer sandbox, BlobPlace place, string[] mailboxes)
    {
        var options = new ReceiveOptions { AfterProcessing = AfterProcessing.Move, MoveTo = "Processed" };
        var places = new ReceivePlaces(place.Destination, null, path => path);
        var held = new List<IAsyncEnumerator<Delivery>>();
        foreach (var connection in await sandbox.FactsOf(mailboxes[0]).ConnectAsync(mailboxes))
        {
            for (var since = Stopwatch.StartNew(); ;)
            {
                var deliveries = new MailReceiver(Core.Connections.MailboxAccess.Open(connection), places.In(options, connection))
                    .ReceiveAsync(CancellationToken.None).GetAsyncEnumerator();
                try
                {
                    if (await deliveries.MoveNextAsync())
                    {
                        held.Add(deliveries);
                    }

                    break;
                }
                catch (InvalidRequestException e) when (ReceiveRounds.IsInUse(e) && since.Elapsed < Patience)
                {
                    await deliveries.DisposeAsync();
                    await Task.Delay(500);
                }
            }
        }

        return held;
    }

    private static async Task<List<string>> MovedAsync(SandboxServer sandbox, string[] mailboxes)
    {
        var moved = new List<string>();
        foreach (var mailbox in mailboxes)
        {
            moved.AddRange((await sandbox.GetMessagesAsync(mailbox, "Processed")).Select(m => m.Hash));
        }

        return moved;
    }

    private static List<string> Said(List<string> lines, string what)
    {
        lock (lines)
        {
            return lines.FindAll(line => line.StartsWith(what, StringComparison.Ordinal));
        }
    }

    private static int Count(List<string> lines, string what) => Said(lines, what).Count;

    private static async Task UntilAsync(Func<bool> happened)
    {
        for (var since = Stopwatch.StartNew(); !happened();)
        {
            if (since.Elapsed > Patience)
            {
                throw new TimeoutException("The worker doesn't go on.");
            }

            await Task.Delay(50);
        }
    }
}
