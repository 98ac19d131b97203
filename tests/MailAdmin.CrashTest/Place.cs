using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using MailAdmin.Tests.TestKit;

namespace MailAdmin.CrashTest;

/// <summary>Where a campaign's messages go, for whoever looks at it past the product.</summary>
internal interface IPlace
{
    /// <summary>As -Destination names it.</summary>
    string Destination { get; }

    /// <summary>SHA-256 of each message under its final name.</summary>
    Task<List<string>> HashesAsync();

    /// <summary>How many files there are under temporary names.</summary>
    Task<int> CountTemporaryAsync();

    /// <summary>As if a run had been dead for so long that it holds no lock any more.</summary>
    Task FreeAsync();

    /// <summary>Whether it outlives its process.</summary>
    bool MayBeKilled { get; }

    /// <summary>Ends its process, and starts another on the same content.</summary>
    Task KillAsync();
}

/// <summary>A folder on disk.</summary>
internal sealed class DiskPlace(string folder) : IPlace
{
    public string Destination => folder;

    public bool MayBeKilled => false;

    public Task<List<string>> HashesAsync() => Task.FromResult<List<string>>(!Directory.Exists(folder) ? []
        : [.. Directory.EnumerateFiles(folder, "*.eml").Select(file => Mailbag.HashOf(File.ReadAllBytes(file)))]);

    public Task<int> CountTemporaryAsync() =>
        Task.FromResult(Directory.EnumerateFileSystemEntries(folder, "*.mailadmin-part*").Count());

    // The operating system takes the lock from a process that is dead.
    public Task FreeAsync() => Task.CompletedTask;

    public Task KillAsync() => throw new NotSupportedException();
}

/// <summary>Azurite with all that is put into it, also when it is started again.</summary>
/// <param name="folder">Where it keeps that.</param>
internal sealed class BlobServer(string folder) : IAsyncDisposable
{
    private Azurite? _azurite;

    public async Task<BlobPlace> MakePlaceAsync(string container)
    {
        _azurite ??= await Azurite.StartAsync(Directory.CreateDirectory(folder).FullName);
        var place = new BlobPlace(this, _azurite.Sign($"{container}/in"), new BlobContainerClient(new Uri(_azurite.Sign(container))));
        await place.MakeAsync();
        return place;
    }

    public async Task RestartAsync()
    {
        var port = _azurite!.Address.Port;
        await _azurite.KillAsync();
        _azurite = await Azurite.StartAsync(folder, port);
    }

    public ValueTask DisposeAsync()
    {
        _azurite?.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>A container.</summary>
internal sealed class BlobPlace(BlobServer server, string address, BlobContainerClient container) : IPlace
{
    private readonly Dictionary<string, string> _hashes = new(StringComparer.Ordinal);

    public string Destination => address;

    public bool MayBeKilled => true;

    public Task MakeAsync() => container.CreateAsync();

    public async Task<List<string>> HashesAsync()
    {
        var names = await container.GetBlobsAsync().Select(blob => blob.Name).Where(n => n.EndsWith(".eml", StringComparison.Ordinal)).ToListAsync();
        foreach (var name in names.Where(name => !_hashes.ContainsKey(name)))
        {
            // No blob is written over, so it is read once.
            _hashes[name] = Mailbag.HashOf((await container.GetBlobClient(name).DownloadContentAsync()).Value.Content.ToArray());
        }

        return [.. names.Select(name => _hashes[name])];
    }

    public Task<int> CountTemporaryAsync() => Task.FromResult(0);

    public async Task FreeAsync()
    {
        await foreach (var blob in container.GetBlobsAsync())
        {
            if (blob.Properties.LeaseState == Azure.Storage.Blobs.Models.LeaseState.Leased)
            {
                await container.GetBlobClient(blob.Name).GetBlobLeaseClient().BreakAsync(TimeSpan.Zero);
            }
        }
    }

    public Task KillAsync() => server.RestartAsync();
}
