using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using MailAdmin.Core.Base;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Receive;
using MailAdmin.Core.Receive.Blobs;

namespace MailAdmin.Tests.Receive.Blobs;

/// <summary>A container that mail is received to, and the receiving itself.</summary>
internal sealed class Container
{
    private readonly Azurite _azurite;
    private readonly string _name = $"c{Guid.NewGuid():N}";

    private Container(Azurite azurite)
    {
        _azurite = azurite;
        Admin = new BlobContainerClient(new Uri(azurite.Sign(_name)));
    }

    /// <summary>The container for whoever looks into it past the product.</summary>
    public BlobContainerClient Admin { get; }

    /// <summary>With a signature.</summary>
    public StorageAddress Address => StorageAddress.Parse(_azurite.Sign($"{_name}/in"));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<Container> MakeAsync(AzuriteFixture fixture)
    {
        var container = new Container(fixture.Azurite);
        await container.Admin.CreateAsync(cancellationToken: Cancel);
        return container;
    }

    /// <summary>The names of all blobs, without the prefix.</summary>
    public async Task<List<string>> NamesAsync() =>
        await Admin.GetBlobsAsync(cancellationToken: Cancel).Select(b => b.Name["in/".Length..]).Order(StringComparer.Ordinal).ToListAsync(Cancel);

    /// <summary>The names of the messages.</summary>
    public async Task<List<string>> MessagesAsync() =>
        [.. (await NamesAsync()).Where(n => n.EndsWith(".eml", StringComparison.Ordinal) && !n.Contains('/', StringComparison.Ordinal))];

    public async Task<byte[]> ReadAsync(string name) =>
        (await Admin.GetBlobClient($"in/{name}").DownloadContentAsync(Cancel)).Value.Content.ToArray();

    public Task WriteAsync(string name, string content) =>
        Admin.GetBlobClient($"in/{name}").UploadAsync(BinaryData.FromString(content), overwrite: true, Cancel);

    /// <summary>As if 60 seconds had passed since a run died: all leases are free.</summary>
    public async Task EndLeasesAsync()
    {
        foreach (var name in (await NamesAsync()).Where(n => n.EndsWith(".memory", StringComparison.Ordinal)))
        {
            try
            {
                await Admin.GetBlobClient($"in/{name}").GetBlobLeaseClient().BreakAsync(TimeSpan.Zero, cancellationToken: Cancel);
            }
            catch (Azure.RequestFailedException e) when (e.ErrorCode == "LeaseNotPresentWithLeaseOperation")
            {
                // It was given back.
            }
        }
    }

    /// <summary>Receives all there is.</summary>
    /// <param name="each">Called with each message before it is acknowledged; false does not acknowledge it.</param>
    /// <param name="http">Carries the requests to Azurite; null for the network.</param>
    public async Task<List<Delivery>> ReceiveAsync(
        IMailStore store, ReceiveOptions? options = null, Func<ReceivedMessage, bool>? each = null, HttpMessageHandler? http = null,
        TimeProvider? time = null)
    {
        var all = new List<Delivery>();
        var receiver = new MailReceiver(store, In(options ?? new ReceiveOptions(), http, time), time);
        await foreach (var delivery in receiver.ReceiveAsync(Cancel))
        {
            all.Add(delivery);
            if (delivery.Error is null && (each?.Invoke(delivery.Message) ?? true))
            {
                delivery.Acknowledge();
            }
        }

        return all;
    }

    /// <summary>Options with this place for messages and memory.</summary>
    public ReceiveOptions In(ReceiveOptions options, HttpMessageHandler? http = null, TimeProvider? time = null)
    {
        var (address, access) = (Address, new StorageAccess(http ?? Wire.Real.Http, time ?? TimeProvider.System, null));
        return options with
        {
            Destination = options.Destination ?? address.Name,
            OpenStore = name => address.Below(name) is { } below ? new BlobStore(below, access) : null,
        };
    }
}
