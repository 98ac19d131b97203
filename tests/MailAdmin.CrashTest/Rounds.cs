using System.Diagnostics;

namespace MailAdmin.CrashTest;

/// <summary>
/// All rounds, half of them over Graph and half over IMAP, in turns with every treatment of the messages; a round is one kill at a
/// random moment and what follows. A full disk follows over each protocol.
/// </summary>
internal static class Rounds
{
    /// <summary>As many kills share the mail of one campaign.</summary>
    private const int KillsPerCampaign = 10;

    public static async Task<int> RunAsync(int rounds)
    {
        var root = Directory.CreateTempSubdirectory("mailadmin-crash-").FullName;
        var total = new Tally();
        try
        {
            Directory.CreateDirectory(Path.Combine(root, "empty"));
            await using (var sandbox = await SandboxServer.StartAsync(Path.Combine(root, "empty")))
            {
                await RunAsync(sandbox, (rounds + 1) / 2, root, total);
            }

            await using (var dovecot = await Dovecot.StartAsync(root))
            {
                await RunAsync(dovecot, rounds / 2, root, total);
            }

            Console.WriteLine(total);
            return total.Holds && total.Kills == rounds ? 0 : 1;
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    /// <summary>The same over Graph with a container of Azure Blob Storage (Azurite) in place of the disk.</summary>
    public static async Task<int> RunBlobsAsync(int rounds)
    {
        var root = Directory.CreateTempSubdirectory("mailadmin-crash-").FullName;
        var total = new Tally();
        try
        {
            Directory.CreateDirectory(Path.Combine(root, "empty"));
            await using var sandbox = await SandboxServer.StartAsync(Path.Combine(root, "empty"));
            await using var blobs = new BlobServer(Path.Combine(root, "azurite"));
            await RunAsync(sandbox, rounds, root, total, blobs);
            Console.WriteLine(total);
            return total.Holds && total.Kills == rounds ? 0 : 1;
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static async Task RunAsync(IServer server, int rounds, string root, Tally total, BlobServer? blobs = null)
    {
        async Task<IPlace> PlaceAsync(int number) => blobs is null
            ? new DiskPlace(Path.Combine(root, $"{server.Name}-{number}")) : await blobs.MakePlaceAsync($"campaign{number}");


        // Each treatment gets its share, however few the rounds.
        var most = Math.Clamp(rounds / Treatment.All.Count, 1, KillsPerCampaign);
        var (number, done) = (0, 0);
        for (; done < rounds; number++)
        {
            var (kills, treatment) = (Math.Min(rounds - done, most), Treatment.All[number % Treatment.All.Count]);
            var campaign = new Campaign(server, number, treatment, await PlaceAsync(number));
            await CountAsync($"{server.Name}, {treatment}", () => campaign.KillAsync(kills, done), total);
            done += kills;
        }

        if (blobs is not null)
        {
            return;
        }

        // One treatment where few rounds are asked for, else all.
        foreach (var treatment in Treatment.All.Take(rounds < 5 * Treatment.All.Count ? 1 : Treatment.All.Count))
        {
            var (disk, reason) = await SmallDisk.MountAsync(Path.Combine(root, $"{server.Name}-small-{number}"));
            if (disk is null)
            {
                Console.WriteLine($"{server.Name}: a full disk is left out, because none can be mounted: {reason}");
                return;
            }

            await using (disk)
            {
                var campaign = new Campaign(server, number++, treatment, new DiskPlace(Path.Combine(disk.Path, "mail")));
                await CountAsync($"{server.Name}, {treatment}, full disk", () => campaign.FillAsync(disk), total);
            }
        }
    }

    private static async Task CountAsync(string name, Func<Task<Tally>> campaign, Tally total)
    {
        var since = Stopwatch.StartNew();
        var tally = await campaign();
        Console.WriteLine($"{name}, {since.Elapsed.TotalSeconds:0} s: {tally}");
        total.Add(tally);
    }
}
