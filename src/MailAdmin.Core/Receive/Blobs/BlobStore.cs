using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Core.Receive.Blobs;

/// <summary>
/// Represents a container of Azure Blob Storage, or a prefix in it, for messages and saved state. A blob gets its content and its
/// name in one step (Put Blob, or Put Block List), so temporary blobs aren't needed. An interrupted run leaves only invisible
/// blocks, which the service removes after a week.
/// </summary>
/// <remarks>https://learn.microsoft.com/rest/api/storageservices/put-blob, and put-block-list.</remarks>
internal sealed class BlobStore : IReceiveStore
{
    private const string Positions = "positions.json";

    private readonly StorageAddress _address;
    private readonly BlobContainerClient _container;
    private readonly StorageAccess _access;

    /// <summary>Opens one; nothing is sent before it is used.</summary>
    public BlobStore(StorageAddress address, StorageAccess access) =>
        (_address, _container, _access) = (address, access.Open(address), access);

    /// <inheritdoc/>
    public string Name => _address.Name;

    /// <summary>Checks that the container exists, and can be read.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (!_access.IsFound)
        {
            await FindAsync(Blob(".mailadmin"), cancellationToken).ConfigureAwait(false);
            _access.IsFound = true;
        }
    }

    /// <inheritdoc/>
    public async Task<IFolderMemory> LockAsync(MailFolder folder, CancellationToken cancellationToken) =>
        await BlobMemory.LockAsync(_address, Blob($"{SourceName.Of(folder)}.memory"), folder, _access.Time, cancellationToken)
            .ConfigureAwait(false);

    /// <inheritdoc/>
    public Task<RememberedFolder> LookAsync(MailFolder folder, CancellationToken cancellationToken) =>
        BlobMemory.LookAsync(_address, Blob($"{SourceName.Of(folder)}.memory"), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, string>> ReadPositionsAsync(CancellationToken cancellationToken) =>
        GuardAsync(() => BlobPositions.ReadAsync(_address, Blob(Positions), cancellationToken));

    /// <inheritdoc/>
    public Task SavePositionsAsync(IReadOnlyDictionary<string, string?> changes, CancellationToken cancellationToken) =>
        GuardAsync(async () =>
        {
            await BlobPositions.SaveAsync(_address, Blob(Positions), changes, cancellationToken).ConfigureAwait(false);
            return true;
        });

    /// <inheritdoc/>
    public Task RemoveLeftoversAsync(string owner, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public IMessageFile Create(string name, string owner, bool hashed) => new BlobMessage(_address, Blob, name, hashed);

    /// <inheritdoc/>
    public async ValueTask FlushAsync(IReadOnlyList<IMessageFile> files, CancellationToken cancellationToken)
    {
        foreach (var file in files.Cast<BlobMessage>())
        {
            await file.StageAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Does nothing, because an uploaded blob is permanent.</summary>
    public ValueTask FlushNamesAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async Task<MailAttachment[]> SaveAttachmentsAsync(
        IMessageFile file, string owner, CancellationToken cancellationToken)
    {
        using var message = await file.OpenAsync(cancellationToken).ConfigureAwait(false);
        var folder = Path.ChangeExtension(((BlobMessage)file).FinalName, null);
        var names = new AttachmentNames();
        var saved = new List<MailAttachment>();
        foreach (var attached in MailFile.AllOf(message).Where(static file => !file.IsInline))
        {
            using var content = new Spool();
            var size = await attached.CopyAsync(content, cancellationToken).ConfigureAwait(false);
            content.Flush();
            var blob = Blob($"{folder}/{names.Reserve(attached.FileName)}");
            // Existing blobs aren't changed: the same message has the same names.
            await BlobContent.PutAsync(_address, blob, content, attached.ContentType, $"{Guid.NewGuid()}", cancellationToken)
                .ConfigureAwait(false);
            saved.Add(MessageContent.Describe(attached, size) with { Path = AddressOf(blob) });
        }

        return [.. saved];
    }

    /// <summary>Returns the address of a blob for display, without a signature.</summary>
    internal static string AddressOf(BlockBlobClient blob) => blob.Uri.GetLeftPart(UriPartial.Path);

    private BlockBlobClient Blob(string name) => _container.GetBlockBlobClient(_address.Prefix + name);

    private Task<BlobProperties?> FindAsync(BlockBlobClient blob, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        try
        {
            return await BlobFailure.CallAsync(
                _address, async () => (await blob.GetPropertiesAsync(cancellationToken: cancellationToken)
                    .ConfigureAwait(false)).Value).ConfigureAwait(false);
        }
        catch (BlobFailure e) when (e.IsMissing)
        {
            return null;
        }
    });

    private async Task<T> GuardAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw DestinationErrors.Of(Name, e);
        }
    }
}
