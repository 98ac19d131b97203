using MailAdmin.Core.Base;
using MailAdmin.Core.Files;

namespace MailAdmin.Core.Receive;

/// <summary>What one run has of one folder on the disk: its lock, and what is remembered.</summary>
internal sealed class FolderPlace : IDisposable
{
    private readonly SourceLock? _lock;

    private FolderPlace(Disk disk, SourceLock? held, FolderState? memory) => (Disk, _lock, Memory) = (disk, held, memory);

    /// <summary>What it is all written with.</summary>
    public Disk Disk { get; }

    /// <summary>What is remembered; null when nothing is.</summary>
    public FolderState? Memory { get; }

    /// <summary>Locks the folder, and removes what a run that died has left behind.</summary>
    /// <param name="options">Where, and how durably.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="isChosen">Whether the messages were named one by one.</param>
    /// <param name="now">For the message to a second run.</param>
    /// <exception cref="InvalidRequestException">Another run is at it (DestinationInUse), or the disk can't be written to
    /// (DestinationNotWritable), or others can change what is remembered (StatePathNotSafe).</exception>
    public static FolderPlace Open(ReceiveOptions options, MailFolder folder, bool isChosen, DateTimeOffset now)
    {
        var disk = new Disk(options.Durability, options.Watcher, options.Files, marks: !options.SkipsMarks);
        if (options.StateFolder is not { } place)
        {
            return new FolderPlace(disk, null, options.Remembers ? FolderState.ForRun(folder) : null);
        }

        SourceLock? held = null;
        try
        {
            var path = Path.Combine(disk.MakeFolder(place), SourceName.Of(folder));
            StateFolder.Require(place, path);
            held = SourceLock.Take(disk, path, folder, now);
            var memory = options.Remembers
                ? FolderState.Open(
                    disk, path, folder, options.Resync, options.IsSelective, isChosen, options.LastChecked)
                : null;
            if (memory is not null)
            {
                VerboseLog.Write(RememberedFolder.Of(place, folder).Describe(folder));
            }

            if (options.Destination is { } destination)
            {
                MessageFile.RemoveLeftovers(
                    disk, destination, SourceName.Owner(folder, options.StatePath),
                    MessageFile.SparedSince(now, OperatingSystem.IsWindows()));
            }

            return new FolderPlace(disk, held, memory);
        }
        catch (Exception e)
        {
            held?.Dispose();
            if (FileFailure.Is(e))
            {
                throw DestinationErrors.Of(place, e);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Memory?.Dispose();
        _lock?.Dispose();
    }
}
