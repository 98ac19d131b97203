using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Rounds;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;
using MailAdmin.CrashTest;

namespace MailAdmin.Benchmarks;

/// <summary>What a worker is told, on standard input.</summary>
/// <param name="First">How to get into the mailboxes.</param>
/// <param name="Mailboxes">The list, which all workers share.</param>
/// <param name="Destination">A container, with a signature.</param>
/// <param name="MoveTo">Where messages go; null to leave them.</param>
internal sealed record WorkOrder(MailboxFacts First, string[] Mailboxes, string Destination, string? MoveTo);

/// <summary>How a worker went.</summary>
/// <param name="Messages">So many messages.</param>
/// <param name="Seconds">From the start to the last of them.</param>
/// <param name="Cpu">Seconds of a core.</param>
/// <param name="Peak">Octets of the whole process, at most.</param>
/// <param name="Graph">Requests to Graph and to Entra.</param>
/// <param name="Storage">Requests to Azure Storage.</param>
internal sealed record WorkReport(int Messages, double Seconds, double Cpu, long Peak, int Graph, int Storage);

/// <summary>A process that receives from a list of mailboxes, as many equal ones do side by side.</summary>
internal sealed class WorkerProcess : IDisposable
{
    /// <summary>So many mailboxes are open at a time: few enough for workers to have some of their own until the end of the list.</summary>
    private const int Open = 3;

    private readonly Process _process;

    private WorkerProcess(Process process) => _process = process;

    /// <summary>Starts one, and waits until it is signed in.</summary>
    /// <param name="order">What to do.</param>
    /// <param name="heapLimit">Octets that its managed heap may hold; null for any number.</param>
    public static async Task<WorkerProcess> StartAsync(WorkOrder order, long? heapLimit = null)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "MailAdmin.Benchmarks.dll"), "work"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        if (heapLimit is { } limit)
        {
            start.Environment["DOTNET_GCHeapHardLimit"] = limit.ToString("X", CultureInfo.InvariantCulture);
        }

        var worker = new WorkerProcess(Process.Start(start)!);
        await worker._process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(order));
        await worker._process.StandardOutput.ReadLineAsync();
        return worker;
    }

    /// <summary>Lets it receive what there is.</summary>
    /// <param name="latency">Of each request.</param>
    public async Task<WorkReport> RoundAsync(TimeSpan latency)
    {
        await _process.StandardInput.WriteLineAsync(latency.TotalMilliseconds.ToString(CultureInfo.InvariantCulture));
        return JsonSerializer.Deserialize<WorkReport>(
            await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("A worker has failed."))!;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>What the process does: a round for each line, until its standard input ends.</summary>
    public static async Task<int> RunAsync()
    {
        var order = JsonSerializer.Deserialize<WorkOrder>((await Console.In.ReadLineAsync())!)!;
        var (connections, graph) = await ConnectAsync(order);
        var storage = new Latency(Wire.Real.Http);
        var options = ReceivePlaces.Over(order.Destination, storage) with
        {
            AfterProcessing = order.MoveTo is null ? AfterProcessing.None : AfterProcessing.Move,
            MoveTo = order.MoveTo,
        };
        Console.WriteLine("ready");
        while (await Console.In.ReadLineAsync() is { } latency)
        {
            graph.Clear(TimeSpan.FromMilliseconds(double.Parse(latency, CultureInfo.InvariantCulture)));
            storage.Clear(graph.Each);
            using var self = Process.GetCurrentProcess();
            var (since, before) = (Stopwatch.StartNew(), self.TotalProcessorTime);
            var (messages, last) = (0, 0.0);
            using var rounds = new ReceiveRounds(connections.Select(c => (c, options)), Open, null, isShared: true);
            await foreach (var (source, delivery, error) in rounds.RunAsync(rounds.ReceiveAsync, CancellationToken.None))
            {
                if ((delivery?.Error ?? error) is { } failure)
                {
                    if (ReceiveRounds.IsInUse(failure))
                    {
                        continue;
                    }

                    throw new InvalidOperationException($"{source.Connection.Mailbox} failed.", failure);
                }

                delivery!.Acknowledge();
                (messages, last) = (messages + 1, since.Elapsed.TotalSeconds);
            }

            last = messages == 0 ? since.Elapsed.TotalSeconds : last;
            self.Refresh();
            Console.WriteLine(JsonSerializer.Serialize(
                new WorkReport(messages, last, (self.TotalProcessorTime - before).TotalSeconds, self.PeakWorkingSet64, graph.Requests.Count, storage.Requests.Count)));
        }

        return 0;
    }

    private static async Task<(List<MailboxConnection> Mailboxes, Latency Graph)> ConnectAsync(WorkOrder order)
    {
        var facts = order.First;
        var wire = SandboxWire.To(facts.SandboxUri!, X509CertificateLoader.LoadCertificateFromFile(facts.Certificate));
        var secret = Secret.Close(facts.Secret);
        var graph = new Latency(wire.Http);
        var session = await Session.SignInAsync(
            new Wire(graph, wire.OpenStream, wire.Time) { IsSandbox = true }, Cloud.Of(MailEnvironment.Global),
            facts.Tenant, facts.ClientId, new AppCredential.ClientSecret(secret), CancellationToken.None);
        return ([.. order.Mailboxes.Select(
            m => MailboxConnections.With(facts.Tenant, facts.ClientId, m, MailProtocol.Graph, null, session, secret, null))], graph);
    }
}
