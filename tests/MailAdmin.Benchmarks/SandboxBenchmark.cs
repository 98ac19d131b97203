using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using MailAdmin.Core.Base;
using MailAdmin.Tenant;
using MailAdmin.Tenant.State;

namespace MailAdmin.Benchmarks;

/// <summary>
/// What a sandbox costs: a tenant of 1,000 mailboxes, and each message of a served mailbox of 20,000 beside one of a mailbox of 2,000.
/// </summary>
internal static class SandboxBenchmark
{
    private const int Small = 2000, Large = 20000, Rounds = 200, Deleted = 500;

    /// <summary>How much more a message may cost among ten times as many.</summary>
    private const double Bar = 1.5;

    private static readonly Uri Graph = new("https://graph.microsoft.com/v1.0/");

    public static async Task<int> RunAsync()
    {
        var holds = new List<bool> { Create() };
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, $$"""
            { "Mailboxes": [{ "Name": "warm", "Messages": {{Small}} }, { "Name": "small", "Messages": {{Small}} }, { "Name": "large", "Messages": {{Large}} }] }
            """);
        using var serve = Serve(file);
        try
        {
            var facts = (JsonObject)JsonNode.Parse(await serve.StandardOutput.ReadLineAsync() ?? "{}")!;
            using var certificate = X509CertificateLoader.LoadCertificateFromFile((string)facts["certificate"]!);
            var wire = SandboxWire.To(new Uri((string)facts["sandboxUri"]!), certificate);
            using var http = new HttpClient(wire.Http) { BaseAddress = Graph };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)facts["graphToken"]!);
            foreach (var (what, cost) in new (string, Func<string, int, Task<double>>)[]
            {
                ("list, pages of 100", (m, n) => ListAsync(http, $"users/{m}/mailFolders/inbox/messages?$select=subject&$top=100", n)),
                ("first round of a delta query", (m, n) => ListAsync(http, $"users/{m}/mailFolders/inbox/messages/delta?$select=subject&$top=100", n)),
                ("one change and the next round", (m, _) => SyncAsync(http, m)),
                ("delete, one at a time", (m, _) => DeleteAsync(http, m)),
                ("IMAP: flag and move, one at a time", (m, _) => FileAsync(wire, certificate, m, (string)facts["imapToken"]!)),
            })
            {
                await cost("warm@contoso.onmicrosoft.com", Small);
                var few = await cost("small@contoso.onmicrosoft.com", Small);
                var many = await cost("large@contoso.onmicrosoft.com", Large);
                holds.Add(Tell(many <= few * Bar, $"{what}: {few:0.000} ms a message among {Small}, {many:0.000} among {Large}: {many / few:0.00} times (bar {Bar})"));
            }
        }
        finally
        {
            serve.Kill();
            File.Delete(file);
        }

        return holds.TrueForAll(h => h) ? 0 : 1;
    }

    private static bool Create()
    {
        SandboxTenant.Create(new SandboxOptions());
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var watch = Stopwatch.StartNew();
        var tenant = SandboxTenant.Create(new SandboxOptions { MailboxCount = 1000 });
        var time = watch.Elapsed;
        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / 1000;
        GC.KeepAlive(tenant);
        return Tell(time < TimeSpan.FromSeconds(1), $"a tenant of 1000 mailboxes: {time.TotalMilliseconds:0} ms (bar 1000), {bytes} bytes a mailbox");
    }

    private static Process Serve(string tenant)
    {
        var output = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar).Split(Path.DirectorySeparatorChar);
        var root = string.Join(Path.DirectorySeparatorChar, output[..^5]);
        var program = Path.Combine([root, "src", "MailAdmin.Sandbox", "bin", .. output[^2..], "MailAdmin.Sandbox.dll"]);
        return Process.Start(new ProcessStartInfo("dotnet", [program, "serve", "--json", "--tenant", tenant])
        {
            RedirectStandardOutput = true,
        })!;
    }

    /// <summary>Milliseconds a message of a page in the middle of a folder that is listed whole, once its messages were read.</summary>
    private static async Task<double> ListAsync(HttpClient http, string address, int expected)
    {
        var times = new List<double>();
        for (var round = 0; round < 2; round++)
        {
            times.Clear();
            var (count, next) = (0, (string?)address);
            while (next is not null)
            {
                var watch = Stopwatch.StartNew();
                var page = await GetAsync(http, next);
                var length = ((JsonArray)page["value"]!).Count;
                times.Add(watch.Elapsed.TotalMilliseconds / Math.Max(1, length));
                count += length;
                next = (string?)page["@odata.nextLink"];
            }

            if (count != expected)
            {
                throw new InvalidOperationException($"{count} messages");
            }
        }

        return Median(times);
    }

    /// <summary>What most of them take: a machine that is busy with something else makes a few of them long.</summary>
    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

    private static async Task<double> SyncAsync(HttpClient http, string mailbox)
    {
        var ids = await IdsAsync(http, mailbox, Rounds);
        var page = await GetAsync(http, $"users/{mailbox}/mailFolders/inbox/messages/delta?$select=isRead&$top=1000");
        while (page["@odata.nextLink"] is { } next)
        {
            page = await GetAsync(http, (string)next!);
        }

        var times = new List<double>();
        foreach (var id in ids)
        {
            var watch = Stopwatch.StartNew();
            using var body = new StringContent("""{"isRead":true}""", Encoding.UTF8, "application/json");
            using var changed = await http.PatchAsync(new Uri(Graph, $"users/{mailbox}/messages/{id}"), body);
            changed.EnsureSuccessStatusCode();
            page = await GetAsync(http, (string)page["@odata.deltaLink"]!);
            if (page["value"] is not JsonArray { Count: 1 })
            {
                throw new InvalidOperationException("Not one change.");
            }

            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        return Median(times);
    }

    private static async Task<double> DeleteAsync(HttpClient http, string mailbox)
    {
        var ids = await IdsAsync(http, mailbox, Deleted);
        var times = new List<double>();
        foreach (var id in ids)
        {
            var watch = Stopwatch.StartNew();
            using var gone = await http.DeleteAsync(new Uri(Graph, $"users/{mailbox}/messages/{id}"));
            gone.EnsureSuccessStatusCode();
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        return Median(times);
    }

    private static async Task<List<string>> IdsAsync(HttpClient http, string mailbox, int count) =>
        [.. ((JsonArray)(await GetAsync(http, $"users/{mailbox}/mailFolders/inbox/messages?$select=id&$top={count}"))["value"]!).Select(m => (string)m!["id"]!)];

    private static async Task<JsonObject> GetAsync(HttpClient http, string address) =>
        (JsonObject)JsonNode.Parse(await http.GetStringAsync(new Uri(Graph, address)))!;

    private static async Task<double> FileAsync(Wire wire, X509Certificate2 certificate, string mailbox, string token)
    {
        await using var plain = await wire.OpenStream("outlook.office365.com", 993, CancellationToken.None);
        await using var stream = new SslStream(plain, false, (_, shown, _, _) => shown?.GetRawCertData().AsSpan().SequenceEqual(certificate.RawData) == true);
        await stream.AuthenticateAsClientAsync("outlook.office365.com");
        using var reader = new StreamReader(stream, Encoding.ASCII);
        await reader.ReadLineAsync();
        var number = 0;
        async Task<List<string>> Say(string command)
        {
            var tag = string.Create(CultureInfo.InvariantCulture, $"A{++number}");
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"{tag} {command}\r\n"));
            var lines = new List<string>();
            while (await reader.ReadLineAsync() is { } line)
            {
                if (line.StartsWith($"{tag} ", StringComparison.Ordinal))
                {
                    return line.StartsWith($"{tag} OK", StringComparison.Ordinal) ? lines : throw new InvalidOperationException($"{command}: {line}");
                }

                lines.Add(line);
            }

            throw new InvalidOperationException("The connection is gone.");
        }

        var answer = Convert.ToBase64String(Encoding.ASCII.GetBytes($"user={mailbox}\u0001auth=Bearer {token}\u0001\u0001"));
        await Say($"AUTHENTICATE XOAUTH2 {answer}");
        await Say("SELECT INBOX");
        var uids = (await Say("UID SEARCH ALL"))[0].Split(' ')[2..];
        var times = new List<double>();
        foreach (var uid in uids.Take(Deleted))
        {
            var watch = Stopwatch.StartNew();
            await Say($"UID STORE {uid} +FLAGS (\\Flagged)");
            await Say($"UID MOVE {uid} \"Deleted Items\"");
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        return Median(times);
    }

    private static bool Tell(bool holds, FormattableString what)
    {
        Console.WriteLine($"{what.ToString(CultureInfo.InvariantCulture)}: {(holds ? "holds" : "misses")}");
        return holds;
    }
}
