// Longer than 250 lines: every access to the blob depends on its lease and its version.
using System.Diagnostics;
using System.Globalization;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using MailAdmin.Core.Base;

namespace MailAdmin.Core.Receive.Blobs;

/// <summary>
/// The memory of a mailbox folder in one blob, whose lease is the folder's lock: each write carries the lease, and replaces the
/// position and the ledger in one step, so a run that lost the lease can't write any more.
/// </summary>
internal sealed class BlobMemory : IFolderMemory
{
    private const string Owner = "owner", Save = "save";

    /// <summary>So much is read at first: all of it, for thousands of messages.</summary>
    private const int Beginning = 256 * 1024;

    private readonly StorageAddress _place;
    private readonly BlockBlobClient _blob;
    private readonly MailFolder _folder;
    private readonly BlobLease _lease;
    private readonly string _owner;
    private MemoryHead _head;
    private ETag _version;
    private List<string> _older;

    private BlobMemory(
        StorageAddress place, BlockBlobClient blob, MailFolder folder, BlobLease lease, string owner, Found found,
        List<string> older)
    {
        (_place, _blob, _folder, _lease, _owner) = (place, blob, folder, lease, owner);
        (_head, _version, _older) = (found.Head, found.Version, older);
    }

    /// <inheritdoc/>
    public FolderStateFile? State => _head.State;

    /// <inheritdoc/>
    public long Count => _head.Count;

    /// <summary>Acquires the lock of a folder, and reads the head of its saved state.</summary>
    /// <exception cref="InvalidRequestException">Another run has it (DestinationInUse).</exception>
    public static async Task<BlobMemory> LockAsync(
        StorageAddress place, BlockBlobClient blob, MailFolder folder, TimeProvider time, CancellationToken cancellationToken)
    {
        var lease = await AcquireAsync(place, blob, folder, time, cancellationToken).ConfigureAwait(false);
        try
        {
            var owner = string.Create(
                CultureInfo.InvariantCulture,
                $"process {Environment.ProcessId} ({Process.GetCurrentProcess().ProcessName}) on {Environment.MachineName} "
                    + $"since {time.GetUtcNow():yyyy-MM-dd HH:mm:ss} UTC");
            // For the second run's error.
            await CallAsync(() => blob.SetMetadataAsync(Marked(owner, ""), Held(lease), cancellationToken)).ConfigureAwait(false);
            var found = (await FindAsync(place, blob, cancellationToken).ConfigureAwait(false))!.Value;
            List<string> older = [];
            if (found.Head.Older > 0)
            {
                var blocks = await CallAsync(() => blob.GetBlockListAsync(
                    BlockListTypes.Committed, conditions: Held(lease), cancellationToken: cancellationToken))
                    .ConfigureAwait(false);
                older = [.. blocks.Value.CommittedBlocks.Skip(1).Select(static block => block.Name)];
            }

            return new BlobMemory(place, blob, folder, lease, owner, found, older);
        }
        catch (BlobFailure e) when (e.IsLeaseRefused)
        {
            lease.Lose();
            await lease.DisposeAsync().ConfigureAwait(false);
            throw await InUseAsync(place, blob, folder, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await lease.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        Task<T> CallAsync<T>(Func<Task<T>> call) => BlobFailure.CallAsync(place, call);
    }

    /// <summary>Returns the saved state without its lock.</summary>
    public static async Task<RememberedFolder> LookAsync(
        StorageAddress place, BlockBlobClient blob, CancellationToken cancellationToken)
    {
        var found = await FindAsync(place, blob, cancellationToken).ConfigureAwait(false);
        return new RememberedFolder(found?.Head.State, found?.Head.Count ?? 0);
    }

    /// <inheritdoc/>
    public Task ResetAsync(FolderStateFile? start, CancellationToken cancellationToken) =>
        PutAsync(new MemoryHead(start, [], 0), [], null, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask ReadAsync(int? latest, Action<UInt128, UInt128> take, CancellationToken cancellationToken)
    {
        var older = Math.Min(_head.Older, Math.Max(0, (latest ?? long.MaxValue) - _head.Recent.Length));
        if (older > 0)
        {
            var start = _head.Length + ((_head.Older - older) * MemoryHead.Entry);
            var options = new BlobDownloadOptions
            {
                Range = new HttpRange(start, older * MemoryHead.Entry),
                Conditions = new() { IfMatch = _version },
            };
            using var part = await BlobFailure.CallAsync(
                _place, async () => (await _blob.DownloadStreamingAsync(options, cancellationToken)
                    .ConfigureAwait(false)).Value).ConfigureAwait(false);
            var entry = new byte[MemoryHead.Entry];
            while (await part.Content.ReadAtLeastAsync(
                entry, entry.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) == entry.Length)
            {
                var (id, content) = MemoryHead.Read(entry);
                take(id, content);
            }
        }

        var skip = (int)Math.Max(0, _head.Recent.Length - (latest ?? long.MaxValue));
        foreach (var (id, content) in _head.Recent.Skip(skip))
        {
            take(id, content);
        }
    }

    /// <inheritdoc/>
    public async Task SaveAsync(
        IReadOnlyCollection<(string Id, byte[] Content)> done, FolderStateFile? state, CancellationToken cancellationToken)
    {
        var head = _head.With(done, state);
        var settled = head.Recent.Length > MemoryHead.MostRecent ? head.RecentOctets() : null;
        head = settled is null ? head : head.Settle();
        await PutAsync(head, _older, settled, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask RequireLockAsync(CancellationToken cancellationToken)
    {
        if (!await _lease.IsHeldAsync(cancellationToken).ConfigureAwait(false))
        {
            throw await InUseAsync(_place, _blob, _folder, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _lease.DisposeAsync();

    private static async Task<BlobLease> AcquireAsync(
        StorageAddress place, BlockBlobClient blob, MailFolder folder, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var isMade = false; ; isMade = true)
        {
            try
            {
                return await BlobLease.AcquireAsync(place, blob, time, cancellationToken).ConfigureAwait(false);
            }
            catch (BlobFailure e) when (e.IsMissing && !isMade)
            {
                // The first run creates it. If another run has created it in the meantime, that one is used.
                await MakeAsync(place, blob, cancellationToken).ConfigureAwait(false);
            }
            catch (BlobFailure e) when (e.IsLeaseRefused)
            {
                throw await InUseAsync(place, blob, folder, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static async Task MakeAsync(StorageAddress place, BlockBlobClient blob, CancellationToken cancellationToken)
    {
        try
        {
            var options = new BlobUploadOptions { Conditions = new() { IfNoneMatch = ETag.All } };
            var octets = new MemoryStream(new MemoryHead(null, [], 0).ToOctets());
            await BlobFailure.CallAsync(place, () => blob.UploadAsync(octets, options, cancellationToken)).ConfigureAwait(false);
        }
        catch (BlobFailure e) when (e.IsConflict || e.IsLeaseRefused)
        {
            VerboseLog.Write($"Another run created '{BlobStore.AddressOf(blob)}'.");
        }
    }

    private static async Task<Found?> FindAsync(StorageAddress place, BlockBlobClient blob, CancellationToken cancellationToken)
    {
        try
        {
            var (octets, whole, version) = await ReadAsync(place, blob, Beginning, cancellationToken).ConfigureAwait(false);
            if (MemoryHead.LengthOf(octets) is var length && length > octets.Length && length <= whole)
            {
                // Thousands of failed messages must be received again.
                (octets, whole, version) = await ReadAsync(place, blob, length, cancellationToken).ConfigureAwait(false);
            }

            return new Found(MemoryHead.Parse(octets, whole, BlobStore.AddressOf(blob)), version);
        }
        catch (BlobFailure e) when (e.IsMissing)
        {
            return null;
        }
    }

    private static Task<(byte[] Octets, long Whole, ETag Version)> ReadAsync(
        StorageAddress place, BlockBlobClient blob, long length, CancellationToken cancellationToken) =>
        BlobFailure.CallAsync(place, async () =>
        {
            var options = new BlobDownloadOptions { Range = new HttpRange(0, length) };
            using var part = (await blob.DownloadStreamingAsync(options, cancellationToken).ConfigureAwait(false)).Value;
            using var octets = new MemoryStream();
            await part.Content.CopyToAsync(octets, cancellationToken).ConfigureAwait(false);
            // "bytes 0-99/12345"
            var range = part.Details.ContentRange;
            return (octets.ToArray(),
                long.Parse(range[(range.IndexOf('/', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture),
                part.Details.ETag);
        });

    /// <summary>Replaces all of it in one step.</summary>
    /// <param name="head">The position, and the latest entries.</param>
    /// <param name="older">The blocks of older entries to keep.</param>
    /// <param name="settled">Entries that become a separate block; null for none.</param>
    private async Task PutAsync(MemoryHead head, List<string> older, byte[]? settled, CancellationToken cancellationToken)
    {
        var octets = head.ToOctets();
        var save = $"{Guid.NewGuid()}";
        var conditions = Held(_lease);
        conditions.IfMatch = _version;
        try
        {
            if (older.Count == 0 && settled is null)
            {
                var options = new BlobUploadOptions { Conditions = conditions, Metadata = Marked(_owner, save) };
                _version = await CallAsync(async () => (await _blob.UploadAsync(
                    new MemoryStream(octets), options, cancellationToken).ConfigureAwait(false)).Value.ETag)
                    .ConfigureAwait(false);
            }
            else
            {
                List<string> blocks = [await StageAsync(octets, cancellationToken).ConfigureAwait(false), .. older];
                if (settled is not null)
                {
                    blocks.Add(await StageAsync(settled, cancellationToken).ConfigureAwait(false));
                }

                var options = new CommitBlockListOptions { Conditions = conditions, Metadata = Marked(_owner, save) };
                _version = await CallAsync(async () => (await _blob.CommitBlockListAsync(
                    blocks, options, cancellationToken).ConfigureAwait(false)).Value.ETag).ConfigureAwait(false);
                older = blocks[1..];
            }
        }
        catch (BlobFailure e) when (e.IsConflict || e.IsLeaseRefused || e.IsMissing || e.Code == "InvalidBlockList")
        {
            await RequireSavedAsync(save, cancellationToken).ConfigureAwait(false);
        }

        (_head, _older) = (head with { Length = octets.Length }, older);
    }

    /// <summary>After a refusal: whether this write was done, and only its answer was lost.</summary>
    /// <exception cref="InvalidRequestException">Another run has the folder (DestinationInUse).</exception>
    private async Task RequireSavedAsync(string save, CancellationToken cancellationToken)
    {
        var there = await PropertiesAsync(_place, _blob, cancellationToken).ConfigureAwait(false);
        if (there?.Metadata.TryGetValue(Save, out var by) == true && by == save)
        {
            _version = there.ETag;
            return;
        }

        _lease.Lose();
        throw await InUseAsync(_place, _blob, _folder, cancellationToken).ConfigureAwait(false);
    }

    private async Task<string> StageAsync(byte[] octets, CancellationToken cancellationToken)
    {
        var name = Convert.ToBase64String(Guid.NewGuid().ToByteArray());
        await CallAsync(() => _blob.StageBlockAsync(
            name, new MemoryStream(octets), new() { Conditions = Held(_lease) }, cancellationToken)).ConfigureAwait(false);
        return name;
    }

    private Task<T> CallAsync<T>(Func<Task<T>> call) => BlobFailure.CallAsync(_place, call);

    private static BlobRequestConditions Held(BlobLease lease) => new() { LeaseId = lease.Id };

    // A header takes nothing but ASCII.
    private static Dictionary<string, string> Marked(string owner, string save) =>
        new() { [Owner] = Uri.EscapeDataString(owner), [Save] = save };

    private static async Task<InvalidRequestException> InUseAsync(
        StorageAddress place, BlockBlobClient blob, MailFolder folder, CancellationToken cancellationToken)
    {
        var there = await PropertiesAsync(place, blob, cancellationToken).ConfigureAwait(false);
        var owner = there?.Metadata.TryGetValue(Owner, out var by) == true ? Uri.UnescapeDataString(by) : "another process";
        return new InvalidRequestException(
            "DestinationInUse",
            $"{folder.Mailbox}, folder {folder.Path}, is being received to '{place.Name}' by {owner}.")
        {
            Target = folder.Mailbox,
            Advice = "Wait until that run ends, or skip such mailboxes with -SkipInUse. The lease of an interrupted "
                + "run expires after 60 seconds.",
        };
    }

    private static async Task<BlobProperties?> PropertiesAsync(
        StorageAddress place, BlockBlobClient blob, CancellationToken cancellationToken)
    {
        try
        {
            return await BlobFailure.CallAsync(
                place, async () => (await blob.GetPropertiesAsync(cancellationToken: cancellationToken)
                    .ConfigureAwait(false)).Value).ConfigureAwait(false);
        }
        catch (BlobFailure e) when (e.IsMissing)
        {
            return null;
        }
    }

    private readonly record struct Found(MemoryHead Head, ETag Version);
}
