using System.Diagnostics;
using System.Globalization;
using System.Text;
using Azure.Storage.Blobs;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Receive;
using MailAdmin.Core.Rounds;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;
using MailAdmin.Tenant;
using MailAdmin.Tenant.State;
using MailAdmin.Tests.TestKit;

namespace MailAdmin.Benchmarks;

/// <summary>Many mailboxes over Graph, with their memory in a container: what a look at all of them costs, and what a blob costs.</summary>
internal static class ScaleBenchmark
{
    private const int Many = 1000, Few = 100, Messages = 300;

    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(100);

    public static async Task<int> RunAsync()
    {
        if (Azurite.Missing is { } missing)
        {
            Console.Error.WriteLine(missing);
            return 2;
        }

        using var azurite = await Azurite.StartAsync();
        var few = await IdleAsync(azurite, Few);
        var many = await IdleAsync(azurite, Many);
        var (disk, blob) = await CompareAsync(azurite);
        // Four batches are under way at once.
        var least = Many / 20 / 4 * Delay.TotalSeconds;
        bool[] holds =
        [
            Tell(many.Requests <= 50, $"looking at {Many} mailboxes without news: {many.Requests} requests (bar 50)"),
            Tell(many.Reads <= 1 && many.Writes == 0, $"operations of storage: {many.Reads} reads and {many.Writes} writes (bar 1 and 0)"),
            Tell(many.Seconds <= 3 * least, $"with {Delay.TotalMilliseconds:0} ms latency: {many.Seconds:0.00} s, {many.Seconds / least:0.0} times the waiting alone (bar 3)"),
            Tell(many.Octets <= 3 * few.Octets + (8 << 20), $"memory of a look at {Many} mailboxes beside {Few}: {many.Octets / 1e6:0.0} MB and {few.Octets / 1e6:0.0} MB (bar 3 times, and 8 MB)"),
            Tell(blob >= 0.2 * disk, $"{Messages} messages to a container beside a folder on disk: {blob:0} and {disk:0} a second, {blob / disk:0.00} of it (bar 0.2)"),
        ];
        return holds.All(h => h) ? 0 : 1;
    }

    private static bool Tell(bool holds, FormattableString what)
    {
        Console.WriteLine($"{what.ToString(CultureInfo.InvariantCulture)}: {(holds ? "holds" : "misses")}");
        return holds;
    }

    /// <summary>A pass over mailboxes without news, after one that has received what there was.</summary>
    private static async Task<(int Requests, int Reads, int Writes, double Seconds, long Octets)> IdleAsync(Azurite azurite, int mailboxes)
    {
        var tenant = await TenantOf(mailboxes);
        var graph = new Latency(tenant.Wire.Http);
        var connections = await ConnectAsync(tenant, graph);
        var storage = new Latency(Wire.Real.Http);
        var options = await OptionsAsync(azurite, storage);
        options = options with { StatePath = options.Destination, Destination = null };
        await RunAsync(connections, options, 8);

        graph.Clear(Delay);
        storage.Clear(TimeSpan.Zero);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var since = Stopwatch.StartNew();
        var count = await RunAsync(connections, options, 8);
        var seconds = since.Elapsed.TotalSeconds;
        if (count != 0)
        {
            throw new InvalidOperationException($"{count} messages came again.");
        }

        var requests = graph.Requests.Where(r => r.Contains("graph.microsoft.com", StringComparison.Ordinal)).ToArray();
        return (
            requests.Length, storage.Requests.Count(r => r.StartsWith("GET", StringComparison.Ordinal)),
            storage.Requests.Count(r => !r.StartsWith("GET", StringComparison.Ordinal)), seconds,
            Math.Max(0, GC.GetTotalMemory(forceFullCollection: true) - before));
    }

    private static async Task<(double Disk, double Blob)> CompareAsync(Azurite azurite)
    {
        var folder = Directory.CreateTempSubdirectory("mailadmin-scale-").FullName;
        try
        {
            // In turns, and the first of each is for the compiler.
            var (disk, blob) = (0.0, 0.0);
            for (var i = 0; i < 3; i++)
            {
                disk = Math.Max(disk, await SpeedAsync(new ReceiveOptions { Destination = Path.Combine(folder, $"{i}") }));
                blob = Math.Max(blob, await SpeedAsync(await OptionsAsync(azurite, new Latency(Wire.Real.Http))));
            }

            return (disk, blob);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<double> SpeedAsync(ReceiveOptions options)
    {
        var tenant = SandboxTenant.Create(new SandboxOptions());
        var connection = (await ConnectAsync(tenant, new Latency(tenant.Wire.Http)))[0];
        for (var i = 0; i < Messages; i++)
        {
            tenant.AddMessage(connection.Mailbox, "Many", Encoding.ASCII.GetBytes($"Subject: {i}\r\nMessage-ID: <{i}@x.example>\r\n\r\n{new string('x', 20_000)}\r\n"));
        }

        var since = Stopwatch.StartNew();
        var count = await RunAsync([connection], options with { Folders = ["Many"] }, 1);
        return count / since.Elapsed.TotalSeconds;
    }

    private static Task<SandboxTenant> TenantOf(int mailboxes) => Task.FromResult(SandboxTenant.Create(new SandboxOptions
    {
        Contents = new()
        {
            Mailboxes = [.. Enumerable.Range(0, mailboxes).Select(i => new MailboxDescription($"shared{i}"))],
        },
    }));

    private static async Task<List<MailboxConnection>> ConnectAsync(SandboxTenant tenant, HttpMessageHandler http)
    {
        var session = await Session.SignInAsync(
            new Wire(http, tenant.Wire.OpenStream, tenant.Wire.Time) { IsSandbox = true }, Cloud.Of(tenant.Environment), tenant.Domain, tenant.AdminApp.ClientId,
            new AppCredential.ClientSecret(Secret.Close(tenant.AdminApp.ClientSecret)), CancellationToken.None);
        var app = await new AppProvisioner(session).EnsureAsync(
            new AppSpecification { Name = "Invoices", Permissions = PermissionName.ParseAll(["Graph/Mail.ReadWrite"], []), TenantWide = true }, CancellationToken.None);
        return [.. tenant.Mailboxes.Take(Many).Select(m => MailboxConnections.As(app, m.Address))];
    }

    private static async Task<ReceiveOptions> OptionsAsync(Azurite azurite, Latency storage)
    {
        var name = $"c{Guid.NewGuid():N}";
        await new BlobContainerClient(new Uri(azurite.Sign(name))).CreateAsync();
        return ReceivePlaces.Over(azurite.Sign($"{name}/in"), storage);
    }

    private static async Task<int> RunAsync(IEnumerable<MailboxConnection> connections, ReceiveOptions options, int most)
    {
        var count = 0;
        using var rounds = new ReceiveRounds(connections.Select(c => (c, options)), most, null, isShared: false);
        await foreach (var (source, delivery, error) in rounds.RunAsync(rounds.ReceiveAsync, CancellationToken.None))
        {
            if ((error ?? delivery!.Error) is { } failure)
            {
                throw new InvalidOperationException($"{source.Connection.Mailbox} failed.", failure);
            }

            delivery!.Acknowledge();
            count++;
        }

        return count;
    }
}
