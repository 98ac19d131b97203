using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace MailAdmin.Benchmarks;

/// <summary>Stands between a client and a port of this machine: every octet comes as much later as on a long line, and no fewer in a second.</summary>
internal sealed class DelayProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _running;

    /// <summary>Starts one.</summary>
    /// <param name="target">The port behind it.</param>
    /// <param name="roundTrip">How much later an answer comes.</param>
    public DelayProxy(int target, TimeSpan roundTrip)
    {
        _listener.Start();
        _running = AcceptAsync(target, roundTrip / 2);
    }

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private async Task AcceptAsync(int target, TimeSpan delay)
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync(_end.Token);
            _ = CarryAsync(client, target, delay);
        }
    }

    private async Task CarryAsync(TcpClient client, int target, TimeSpan delay)
    {
        using var server = new TcpClient { NoDelay = true };
        using (client)
        {
            client.NoDelay = true;
            await server.ConnectAsync(IPAddress.Loopback, target, _end.Token);
            var both = Task.WhenAll(
                PumpAsync(client.Client, server.Client, delay), PumpAsync(server.Client, client.Client, delay));
            await both.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Reads on while what was read waits for its time: so much may be on the way that the line is long, and not narrow.</summary>
    private async Task PumpAsync(Socket from, Socket to, TimeSpan delay)
    {
        var onTheWay = Channel.CreateBounded<(long Due, byte[] Octets, int Count)>(256);
        var reading = Task.Run(async () =>
        {
            // What the proxy leaves to the garbage collector would be paid for by whoever is measured.
            var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
            while (await from.ReceiveAsync(buffer, _end.Token).AsTask().ContinueWith(static read => read.IsCompletedSuccessfully ? read.Result : 0) is > 0 and var count)
            {
                await onTheWay.Writer.WriteAsync((Stopwatch.GetTimestamp() + (long)(delay.TotalSeconds * Stopwatch.Frequency), buffer, count), _end.Token);
                buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
            }

            onTheWay.Writer.Complete();
        });
        await foreach (var (due, octets, count) in onTheWay.Reader.ReadAllAsync(_end.Token))
        {
            var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, _end.Token);
            }

            await to.SendAsync(octets.AsMemory(0, count), _end.Token);
            ArrayPool<byte>.Shared.Return(octets);
        }

        to.Shutdown(SocketShutdown.Send);
        await reading;
    }
}
