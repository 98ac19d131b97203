using System.Text;
using MailAdmin.Core.Base;

namespace MailAdmin.Tests.TestKit;

/// <summary>Listens to the byte streams of a wire, and cuts them when a test says so.</summary>
internal sealed class StreamTap(StreamOpener inner)
{
    private readonly List<Stream> _held = [];
    private int _opened;
    private int _open;

    /// <summary>Connections that were opened.</summary>
    public int Opened => _opened;

    /// <summary>Connections that are open.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>The most connections at once that clients had opened and not closed themselves.</summary>
    public int MostHeld { get; private set; }

    /// <summary>True while nobody gets through.</summary>
    public bool IsDown { get; set; }

    /// <summary>Called with each piece: the number of the connection, whether the server sent it, and the text; false cuts the connection, and the piece is lost.</summary>
    public Func<int, bool, string, bool> Watch { get; set; } = (_, _, _) => true;

    public async ValueTask<Stream> OpenAsync(string host, int port, CancellationToken cancellationToken)
    {
        if (IsDown)
        {
            throw new IOException("Nobody is there.");
        }

        var far = await inner(host, port, cancellationToken);
        var (client, near) = InProcessStream.CreatePair();
        var number = Interlocked.Increment(ref _opened);
        Interlocked.Increment(ref _open);
        lock (_held)
        {
            _held.RemoveAll(stream => !stream.CanRead);
            _held.Add(client);
            MostHeld = Math.Max(MostHeld, _held.Count);
        }

        _ = RelayAsync(near, far, number);
        return client;
    }

    private async Task RelayAsync(Stream near, Stream far, int number)
    {
        await Task.WhenAny(CopyAsync(near, far, number, fromServer: false), CopyAsync(far, near, number, fromServer: true));
        await near.DisposeAsync();
        await far.DisposeAsync();
        Interlocked.Decrement(ref _open);
    }

    private async Task CopyAsync(Stream from, Stream to, int number, bool fromServer)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReadAsync(buffer) is > 0 and var read && Watch(number, fromServer, Encoding.Latin1.GetString(buffer, 0, read)))
            {
                await to.WriteAsync(buffer.AsMemory(0, read));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // One of the ends has gone.
        }
    }
}
