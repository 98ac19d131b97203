using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace MailAdmin.Benchmarks;

/// <summary>
/// Stands between a client and a port of this machine: every octet comes as much later as on a long line, and no fewer in a second. It is a
/// process of its own, since a line takes neither threads nor memory from who uses it.
/// </summary>
internal sealed class DelayProxy : IDisposable
{
    private readonly Process _process;

    /// <summary>Starts one.</summary>
    /// <param name="target">The port behind it.</param>
    /// <param name="roundTrip">How much later an answer comes.</param>
    public DelayProxy(int target, TimeSpan roundTrip)
    {
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "MailAdmin.Benchmarks.dll"), "delay",
            target.ToString(CultureInfo.InvariantCulture), roundTrip.TotalMilliseconds.ToString(CultureInfo.InvariantCulture),
        ];
        _process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        Port = int.Parse(_process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>What the process does: says where it listens, and carries until its standard input ends.</summary>
    /// <param name="target">The port behind it.</param>
    /// <param name="roundTrip">In milliseconds.</param>
    /// <returns>0.</returns>
    public static async Task<int> RunAsync(string target, string roundTrip)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Console.WriteLine(((IPEndPoint)listener.LocalEndpoint).Port);
        _ = AcceptAsync(
            listener, int.Parse(target, CultureInfo.InvariantCulture), TimeSpan.FromMilliseconds(double.Parse(roundTrip, CultureInfo.InvariantCulture)) / 2);
        await Console.In.ReadToEndAsync();
        return 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static async Task AcceptAsync(TcpListener listener, int target, TimeSpan delay)
    {
        while (true)
        {
            var client = await listener.AcceptTcpClientAsync();
            _ = CarryAsync(client, target, delay);
        }
    }

    private static async Task CarryAsync(TcpClient client, int target, TimeSpan delay)
    {
        using var server = new TcpClient { NoDelay = true };
        using (client)
        {
            client.NoDelay = true;
            await server.ConnectAsync(IPAddress.Loopback, target);
            var both = Task.WhenAll(
                PumpAsync(client.Client, server.Client, delay), PumpAsync(server.Client, client.Client, delay));
            await both.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Reads on while what was read waits for its time: so much may be on the way that the line is long, and not narrow.</summary>
    private static async Task PumpAsync(Socket from, Socket to, TimeSpan delay)
    {
        var onTheWay = Channel.CreateBounded<(long Due, byte[] Octets, int Count)>(256);
        var reading = Task.Run(async () =>
        {
            var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
            while (await from.ReceiveAsync(buffer).ContinueWith(static read => read.IsCompletedSuccessfully ? read.Result : 0) is > 0 and var count)
            {
                await onTheWay.Writer.WriteAsync((Stopwatch.GetTimestamp() + (long)(delay.TotalSeconds * Stopwatch.Frequency), buffer, count));
                buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
            }

            onTheWay.Writer.Complete();
        });
        await foreach (var (due, octets, count) in onTheWay.Reader.ReadAllAsync())
        {
            var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait);
            }

            await to.SendAsync(octets.AsMemory(0, count));
            ArrayPool<byte>.Shared.Return(octets);
        }

        to.Shutdown(SocketShutdown.Send);
        await reading;
    }
}
