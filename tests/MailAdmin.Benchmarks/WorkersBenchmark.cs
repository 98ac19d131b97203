using System.Globalization;
using System.Text;
using Azure.Storage.Blobs;
using MailAdmin.CrashTest;
using MailAdmin.Tests.TestKit;

namespace MailAdmin.Benchmarks;

/// <summary>
/// Equal workers, each a process of its own, over one list of mailboxes and one container: what two and four of them are worth beside
/// one, and the memory of one by the number of mailboxes. A worker waits for the network nearly all the time, so that a machine with two
/// cores can tell.
/// </summary>
internal static class WorkersBenchmark
{
    private const int Many = 1000, Few = 100, Shared = 200, Each = 4;

    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(200);

    private const long HeapLimit = 48 << 20, PeakBar = 180 << 20;

    public static async Task<int> RunAsync()
    {
        if (Azurite.Missing is { } missing)
        {
            Console.Error.WriteLine(missing);
            return 2;
        }

        var root = Directory.CreateTempSubdirectory("mailadmin-workers-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(root, "empty"));
            var tenant = Path.Combine(root, "tenant.json");
            await File.WriteAllTextAsync(tenant, $$"""{ "Mailboxes": {{Many + 1}} }""");
            await using var sandbox = await SandboxServer.StartAsync(Path.Combine(root, "empty"), tenant);
            using var azurite = await Azurite.StartAsync();
            // The address of the fifth is no sign-in name, by which Graph would know it.
            string[] mailboxes = [.. sandbox.Mailboxes.Where((_, i) => i != 4)];
            var holds = await ScaleAsync(sandbox, azurite, mailboxes[..Shared]);
            return await RememberAsync(sandbox, azurite, mailboxes) && holds ? 0 : 1;
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static async Task<bool> ScaleAsync(SandboxServer sandbox, Azurite azurite, string[] mailboxes)
    {
        var speeds = new Dictionary<int, double>();
        var share = 0.0;
        foreach (var count in (int[])[1, 2, 4])
        {
            var order = new WorkOrder(sandbox.FactsOf(mailboxes[0]), mailboxes, await ContainerAsync(azurite), $"Done{count}");
            var workers = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => WorkerProcess.StartAsync(order)));
            // The first round is for the compiler.
            await DeliverAsync(sandbox, mailboxes, 1);
            await Task.WhenAll(workers.Select(w => w.RoundAsync(TimeSpan.Zero)));
            await DeliverAsync(sandbox, mailboxes, Each);
            var reports = await Task.WhenAll(workers.Select(w => w.RoundAsync(Latency)));
            Array.ForEach(workers, w => w.Dispose());
            var (messages, seconds) = (reports.Sum(r => r.Messages), reports.Max(r => r.Seconds));
            if (messages != mailboxes.Length * Each)
            {
                throw new InvalidOperationException($"{messages} messages of {mailboxes.Length * Each} came.");
            }

            speeds[count] = messages / seconds;
            share = count == 1 ? reports[0].Cpu / reports[0].Seconds : share;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{count} workers: {speeds[count]:0.0} messages a second, {speeds[count] / speeds[1] / count:0.00} of {count} times one; "
                + $"{(double)reports.Sum(r => r.Graph) / messages:0.00} requests to Graph and {(double)reports.Sum(r => r.Storage) / messages:0.00} to storage a message, "
                + $"{reports.Average(r => r.Cpu / r.Seconds):0.000} of a core each"));
        }

        var efficiency = speeds[4] / speeds[1] / 4;
        return Tell(share < 0.15, $"one worker with {Latency.TotalMilliseconds} ms latency of each request: {share:0.000} of a core (bar 0.15)")
            & Tell(efficiency >= 0.8, $"efficiency at 4 workers: {efficiency:0.00} (bar 0.8)");
    }

    private static async Task DeliverAsync(SandboxServer sandbox, string[] mailboxes, int each)
    {
        foreach (var mailbox in mailboxes)
        {
            for (var i = 0; i < each; i++)
            {
                await sandbox.DeliverAsync(mailbox, Encoding.ASCII.GetBytes(
                    $"Subject: {i}\r\nMessage-ID: <{Guid.NewGuid()}@x.example>\r\n\r\n{new string('x', 2000)}\r\n"));
            }
        }
    }

    /// <summary>A worker whose heap is limited looks at all mailboxes, and once more when there is nothing new.</summary>
    private static async Task<bool> RememberAsync(SandboxServer sandbox, Azurite azurite, string[] mailboxes)
    {
        var peaks = new List<long>();
        foreach (var count in (int[])[Few, Many])
        {
            using var worker = await WorkerProcess.StartAsync(
                new WorkOrder(sandbox.FactsOf(mailboxes[0]), mailboxes[..count], await ContainerAsync(azurite), null), HeapLimit);
            await worker.RoundAsync(TimeSpan.Zero);
            var idle = await worker.RoundAsync(TimeSpan.Zero);
            peaks.Add(idle.Peak);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{count} mailboxes, opened, and looked at once more: {idle.Seconds:0.00} s for the look, peak {idle.Peak >> 20} MB under a heap limit of {HeapLimit >> 20} MB"));
        }

        return Tell(peaks[1] <= PeakBar, $"peak with {Many} mailboxes beside {Few}: {(double)peaks[1] / peaks[0]:0.00} times (bar {PeakBar >> 20} MB)");
    }

    private static async Task<string> ContainerAsync(Azurite azurite)
    {
        var name = $"c{Guid.NewGuid():N}";
        await new BlobContainerClient(new Uri(azurite.Sign(name))).CreateAsync();
        return azurite.Sign($"{name}/in");
    }

    private static bool Tell(bool holds, FormattableString what)
    {
        Console.WriteLine($"{what.ToString(CultureInfo.InvariantCulture)}: {Pairs.Verdict(holds)}");
        return holds;
    }
}
