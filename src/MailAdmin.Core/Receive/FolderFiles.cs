namespace MailAdmin.Core.Receive;

/// <summary>The memory of a mailbox folder in files: a ledger that only grows, and a small file that is replaced.</summary>
/// <param name="disk">The disk that writes.</param>
/// <param name="path">Without extension.</param>
/// <param name="held">The lock; null for a state that exists only during the run.</param>
internal sealed class FolderFiles(Disk disk, string path, SourceLock? held) : IFolderMemory
{
    private readonly Ledger _ledger = new(disk, $"{path}.seen");

    /// <inheritdoc/>
    public FolderStateFile? State => FolderStateFile.Read($"{path}.json");

    /// <inheritdoc/>
    public long Count => _ledger.Count;

    /// <summary>Opens it, and mends what a crash or a full disk left half-written.</summary>
    public static FolderFiles Open(Disk disk, string path, SourceLock? held = null)
    {
        var files = new FolderFiles(disk, path, held);
        files._ledger.DropHalfEntry();
        return files;
    }

    /// <summary>Creates a state for one run only.</summary>
    public static FolderFiles ForRun() =>
        new(new Disk(Durability.None, null), Path.Combine(Path.GetTempPath(), $"mailadmin-{Guid.NewGuid():N}"), held: null);

    /// <inheritdoc/>
    public Task ResetAsync(FolderStateFile? start, CancellationToken cancellationToken)
    {
        disk.Files.Remove($"{path}.json");
        _ledger.Remove();
        if (start is not null)
        {
            disk.Replace($"{path}.json", start.ToUtf8Bytes());
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask ReadAsync(int? latest, Action<UInt128, UInt128> take, CancellationToken cancellationToken)
    {
        foreach (var (id, content) in _ledger.Entries(latest))
        {
            take(id, content);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public Task SaveAsync(
        IReadOnlyCollection<(string Id, byte[] Content)> done, FolderStateFile? state, CancellationToken cancellationToken)
    {
        if (done.Count > 0)
        {
            _ledger.Append(done);
        }

        if (state is not null)
        {
            disk.Replace($"{path}.json", state.ToUtf8Bytes());
        }

        return Task.CompletedTask;
    }

    /// <summary>The operating system keeps it until this process ends.</summary>
    public ValueTask RequireLockAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        if (held is null)
        {
            _ledger.Remove();
        }

        held?.Dispose();
        return ValueTask.CompletedTask;
    }
}
