using MailAdmin.Core.Files;

namespace MailAdmin.Core.Receive;

/// <summary>Represents a folder on disk for messages, or for the saved state.</summary>
/// <param name="folder">The folder, which is created if it's missing.</param>
/// <param name="disk">The disk that writes.</param>
/// <param name="time">The clock.</param>
internal sealed class DiskStore(string folder, Disk disk, TimeProvider time) : IReceiveStore
{
    /// <inheritdoc/>
    public string Name => folder;

    /// <inheritdoc/>
    public Task PrepareAsync(CancellationToken cancellationToken)
    {
        FileFailure.Guard(
            () => disk.MakeFolder(folder), "DestinationNotWritable", folder, $"Can't write to '{folder}'",
            "Nothing was changed on the server. Specify another -Destination, and run the command again.");
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IFolderMemory> LockAsync(MailFolder source, CancellationToken cancellationToken)
    {
        var path = Path.Combine(disk.MakeFolder(folder), SourceName.Of(source));
        StateFolder.Require(folder, path);
        var held = SourceLock.Take(disk, path, source, time.GetUtcNow());
        try
        {
            return Task.FromResult<IFolderMemory>(FolderFiles.Open(disk, path, held));
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<RememberedFolder> LookAsync(MailFolder source, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, SourceName.Of(source));
        return Task.FromResult(
            new RememberedFolder(FolderStateFile.Read($"{path}.json"), new Ledger(disk, $"{path}.seen").Count));
    }

    /// <inheritdoc/>
    public Task RemoveLeftoversAsync(string owner, CancellationToken cancellationToken)
    {
        MessageFile.RemoveLeftovers(
            disk, folder, owner, MessageFile.SparedSince(time.GetUtcNow(), OperatingSystem.IsWindows()));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public IMessageFile Create(string name, string owner, bool hashed) =>
        MessageFile.Create(disk, Path.Combine(folder, name), owner, hashed);

    /// <inheritdoc/>
    public ValueTask FlushAsync(IReadOnlyList<IMessageFile> files, CancellationToken cancellationToken)
    {
        MessageFile.Flush([.. files.Cast<MessageFile>()]);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask FlushNamesAsync(CancellationToken cancellationToken)
    {
        disk.FlushFolder(folder);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<MailAttachment[]> SaveAttachmentsAsync(IMessageFile file, string owner, CancellationToken cancellationToken) =>
        AttachmentFiles.SaveAsync(file.FinalPath, disk, owner, cancellationToken);
}
