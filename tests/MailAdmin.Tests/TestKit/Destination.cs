using MailAdmin.Core.Mail;
using MailAdmin.Core.Receive;

namespace MailAdmin.Tests.TestKit;

/// <summary>A folder on disk that mail is received to, gone after the test, and the receiving itself.</summary>
internal sealed class Destination : IDisposable
{
    private readonly TempFolder _folder = new(isMade: false);

    /// <param name="path">Where; null for a place of its own.</param>
    public Destination(string? path = null) => Path = path ?? _folder.Path;

    public string Path { get; }

    /// <summary>The .eml files: name and content.</summary>
    public SortedDictionary<string, string> Files => new(
        Existing(Directory.GetFiles).ToDictionary(f => System.IO.Path.GetFileName(f)!, f => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(f)))),
        StringComparer.Ordinal);

    /// <summary>What is left of messages on their way, anywhere.</summary>
    public string[] Leftovers => Existing(p => Directory.GetFileSystemEntries(p, "*mailadmin-part*", SearchOption.AllDirectories));

    /// <summary>What is remembered, beside the destination.</summary>
    public string Memory(string extension) => Directory.GetFiles(System.IO.Path.Combine(Path, ".mailadmin"), $"*.{extension}").Single();

    /// <summary>Receives all there is.</summary>
    /// <param name="store">From where.</param>
    /// <param name="options">How; the destination is this one.</param>
    /// <param name="each">Called with each message before it is acknowledged; false does not acknowledge it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Stops it.</param>
    public async Task<List<Delivery>> ReceiveAsync(
        IMailStore store, ReceiveOptions? options = null, Func<ReceivedMessage, bool>? each = null, TimeProvider? time = null, CancellationTokenSource? stop = null)
    {
        var all = new List<Delivery>();
        var receiver = new MailReceiver(store, (options ?? new ReceiveOptions()) with { Destination = Path }, time);
        await foreach (var delivery in receiver.ReceiveAsync(stop?.Token ?? TestContext.Current.CancellationToken))
        {
            all.Add(delivery);
            if (delivery.Error is null && (each?.Invoke(delivery.Message) ?? true))
            {
                delivery.Acknowledge();
            }
        }

        return all;
    }

    public void Dispose()
    {
        _folder.Dispose();
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }

    private string[] Existing(Func<string, string[]> find) => Directory.Exists(Path) ? find(Path) : [];
}
