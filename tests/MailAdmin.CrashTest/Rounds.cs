using System.Diagnostics;

namespace MailAdmin.CrashTest;

/// <summary>All rounds, half of them over Graph and half over IMAP; a round is one kill at a random moment and what follows.</summary>
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

    private static async Task RunAsync(IServer server, int rounds, string root, Tally total)
    {
        for (var number = 0; rounds > 0; number++)
        {
            var kills = Math.Min(rounds, KillsPerCampaign);
            var since = Stopwatch.StartNew();
            var tally = await new Campaign(server, number, root).RunAsync(kills);
            Console.WriteLine($"{server.Name}, {since.Elapsed.TotalSeconds:0} s: {tally}");
            total.Add(tally);
            rounds -= kills;
        }
    }
}
