using System.Collections.Concurrent;
using MailAdmin.Core.Base;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Mail.Imap;
using MailAdmin.Core.Mail.Mime;
using MailAdmin.Tests.TestKit;

namespace MailAdmin.Benchmarks;

/// <summary>
/// The product beside a bare socket and beside MailKit as it is, on the same Dovecot mailbox: 1,500 texts of 5 KB, 400 HTML messages of
/// 50 KB with an inline image, 100 messages with an attachment of 1 MB. Every run opens its own connection. MAILADMIN_BENCH_MESSAGES makes it
/// smaller, for a look at one change.
/// </summary>
internal static class ImapBenchmark
{
    private const string User = "bench@contoso.test";
    private static readonly int Messages = int.TryParse(Environment.GetEnvironmentVariable("MAILADMIN_BENCH_MESSAGES"), out var given) ? given : 2000;
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(30);
    private static readonly DirectoryInfo OnDisk = Directory.CreateTempSubdirectory("mailadmin-bench-");
    private static readonly DirectoryInfo InMemory = MemoryOr(OnDisk);
    private static DirectoryInfo s_folder = OnDisk;

    /// <summary>Runs it.</summary>
    /// <param name="pairs">How many.</param>
    /// <param name="only">What the lines that are wanted contain; null for all.</param>
    /// <returns>0 when every bar holds.</returns>
    public static async Task<int> RunAsync(int pairs, string? only)
    {
        if (!File.Exists(DovecotServer.Binary))
        {
            Console.Error.WriteLine("dovecot is not installed.");
            return 1;
        }

        await using var server = await DovecotServer.StartAsync();
        server.Deliver(User, TestMessages.Mixed(Messages, 5_000, 50_000, 1_000_000));
        using var proxy = new DelayProxy(server.TlsPort, RoundTrip);
        (string Name, DirectoryInfo Place, double Bar, Func<Task> Ours, Func<Task> Floor)[] lines =
        [
            ("files beside MailKit's GetStreams", InMemory, 1.05, () => FilesAsync(server, server.TlsPort, durable: false), () => MailKitAsync(server, oneByOne: false)),
            ("files beside MailKit's GetMessage one by one", InMemory, 0.5, () => FilesAsync(server, server.TlsPort, durable: false), () => MailKitAsync(server, oneByOne: true)),
            ("files, not flushed", InMemory, 1.15, () => FilesAsync(server, server.TlsPort, durable: false), () => FloorAsync(server, server.TlsPort, flush: false)),
            ("files, each flushed", OnDisk, 1.05, () => FilesAsync(server, server.TlsPort, durable: true), () => FloorAsync(server, server.TlsPort, flush: true)),
            ("files, not flushed, 30 ms away", InMemory, 1.25, () => FilesAsync(server, proxy.Port, durable: false), () => FloorAsync(server, proxy.Port, flush: false)),
            ("files, each flushed, 30 ms away", OnDisk, 1.15, () => FilesAsync(server, proxy.Port, durable: true), () => FloorAsync(server, proxy.Port, flush: true)),
            ("parsed objects", InMemory, 1.4, () => ObjectsAsync(server), () => DiscardAsync(server, server.TlsPort)),
            ("received objects", InMemory, 1.15, () => ReceivedObjectsAsync(server, server.TlsPort), () => DiscardAsync(server, server.TlsPort)),
            ("received objects, 30 ms away", InMemory, 1.45, () => ReceivedObjectsAsync(server, proxy.Port), () => DiscardAsync(server, proxy.Port)),
            ("summaries", InMemory, 2.6, () => SummariesAsync(server), () => BareSummariesAsync(server)),
        ];
        var holds = true;
        foreach (var (name, place, bar, ours, floor) in lines.Where(l => only is null || l.Name.Contains(only, StringComparison.Ordinal)))
        {
            s_folder = place.CreateSubdirectory(Guid.NewGuid().ToString("N"));
            holds &= await Pairs.CompareAsync(name, pairs, ours, floor, bar, () => Empty(place));
        }

        OnDisk.Delete(recursive: true);
        if (InMemory != OnDisk)
        {
            InMemory.Delete(recursive: true);
        }

        return holds ? 0 : 1;
    }

    private static ImapMailStore Open(DovecotServer server, int port) =>
        new(Wire.Real, server.Endpoint() with { Port = port }, User, (_, _) => ValueTask.FromResult(server.Token(User)));

    private static async Task FilesAsync(DovecotServer server, int port, bool durable)
    {
        await using var store = Open(server, port);
        Require(await Receiving.ToFilesAsync(store, s_folder.FullName, durable));
    }

    private static async Task FloorAsync(DovecotServer server, int port, bool flush)
    {
        using var floor = new ImapFloor(server, User, port);
        Require(await floor.FetchContentAsync(s_folder.FullName, flush));
    }

    private static async Task MailKitAsync(DovecotServer server, bool oneByOne)
    {
        using var peer = new MailKitPeer(server, User);
        Require(await peer.ToFilesAsync(s_folder.FullName, oneByOne));
    }

    private static async Task ObjectsAsync(DovecotServer server)
    {
        await using var store = Open(server, server.TlsPort);
        var inbox = (await store.FindFolderAsync("inbox", CancellationToken.None))!;
        var (count, attachments) = (0, 0);
        // The store is ahead by a few messages, on a thread of its own; a stream that was read is filled again.
        var idle = new ConcurrentStack<MemoryStream>();
        await foreach (var fetched in store.FetchAsync(inbox, new MessageQuery(), _ => idle.TryPop(out var used) ? used : new MemoryStream(), CancellationToken.None))
        {
            var octets = (MemoryStream)fetched.Content!;
            using var message = MimeMessage.Parse(octets.GetBuffer().AsMemory(0, (int)octets.Length));
            count += message is { Subject: not null, From.Count: 1, Date: not null } ? 1 : 0;
            attachments += message.Attachments.Count;
            octets.SetLength(0);
            idle.Push(octets);
        }

        Require(count);
        Require(attachments * 20 / (Messages / 2000.0));
    }

    private static async Task ReceivedObjectsAsync(DovecotServer server, int port)
    {
        await using var store = Open(server, port);
        Require(await Receiving.AsObjectsAsync(store));
    }

    private static async Task SummariesAsync(DovecotServer server)
    {
        await using var store = Open(server, server.TlsPort);
        var inbox = (await store.FindFolderAsync("inbox", CancellationToken.None))!;
        var count = 0;
        await foreach (var message in store.GetMessagesAsync(inbox, new MessageQuery(), CancellationToken.None))
        {
            count += message.From is null ? 0 : 1;
        }

        Require(count);
    }

    private static async Task DiscardAsync(DovecotServer server, int port)
    {
        using var floor = new ImapFloor(server, User, port);
        Require(await floor.FetchContentAsync(null));
    }

    private static async Task BareSummariesAsync(DovecotServer server)
    {
        using var floor = new ImapFloor(server, User, server.TlsPort);
        Require(await floor.FetchSummariesAsync());
    }

    /// <summary>
    /// A new folder: what the product remembers in the old one would leave nothing to receive. The old files are emptied and not deleted,
    /// since ext4 looks past every inode that was freed in the last minutes whenever it makes a file: half of the time would be that.
    /// </summary>
    private static void Empty(DirectoryInfo place)
    {
        foreach (var file in s_folder.EnumerateFiles("*", SearchOption.AllDirectories))
        {
            File.WriteAllBytes(file.FullName, []);
        }

        s_folder = place.CreateSubdirectory(Guid.NewGuid().ToString("N"));
    }

    /// <summary>Where nothing is flushed the disk has no say, and what it happens to be busy with shall have none.</summary>
    private static DirectoryInfo MemoryOr(DirectoryInfo disk)
    {
        const string Memory = "/dev/shm";
        const long Room = 1L << 30;
        return Directory.Exists(Memory) && new DriveInfo(Memory).AvailableFreeSpace > Room
            ? Directory.CreateDirectory(Path.Combine(Memory, disk.Name))
            : disk;
    }

    private static void Require(double count)
    {
        if (count != Messages && Messages % 2000 == 0)
        {
            throw new InvalidOperationException($"{count} messages came instead of {Messages}.");
        }
    }
}
