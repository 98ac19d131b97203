using MailAdmin.Core.Base;
using MailAdmin.Core.Files;

namespace MailAdmin.Core.Receive;

/// <summary>
/// The few things that are done to the disk, in one place: as durable as asked for, and each a step that a test can interrupt.
/// </summary>
/// <param name="durability">Whether to flush.</param>
/// <param name="watcher">Called before (true) and after (false) each step; null for nobody.</param>
/// <param name="files">What changes files; null for this machine.</param>
/// <param name="marks">Whether files are marked as coming from the Internet, where the system has such a mark.</param>
internal sealed class Disk(
    Durability durability, Action<ReceiveStep, bool>? watcher, IFileSystem? files = null, bool marks = false)
{
    private readonly bool _isDurable = durability == Durability.Full;

    /// <summary>What changes files where no flush is to be thought of.</summary>
    public IFileSystem Files { get; } = files ?? FileSystem.OfMachine;

    /// <summary>Does a step.</summary>
    public void Do(ReceiveStep step, Action action)
    {
        watcher?.Invoke(step, true);
        action();
        watcher?.Invoke(step, false);
    }

    /// <summary>Makes a file that nobody else may read; what is there already isn't touched.</summary>
    public WritableFile Create(string path)
    {
        WritableFile? made = null;
        Do(ReceiveStep.CreateFile, () => made = Files.Create(path));
        return made!;
    }

    /// <summary>
    /// Marks a file as coming from the Internet, so that Office opens it in Protected View and SmartScreen looks at it. A disk
    /// that keeps no marks takes the file without.
    /// </summary>
    public void MarkOfTheWeb(string path)
    {
        if (!marks)
        {
            return;
        }

        try
        {
            Files.MarkOfTheWeb(path);
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            VerboseLog.Write($"Can't mark '{path}' as coming from the Internet: {e.Message}");
        }
    }

    /// <summary>Has the system begin to write a file to the disk.</summary>
    public void BeginFlush(WritableFile file)
    {
        if (_isDurable)
        {
            file.BeginFlush();
        }
    }

    /// <summary>Brings what was written to a file to the disk.</summary>
    public void Flush(WritableFile file)
    {
        if (_isDurable)
        {
            Do(ReceiveStep.FlushFile, file.FlushToDisk);
        }
    }

    /// <summary>Gives a file its final name.</summary>
    /// <param name="overwrite">Whether a file of that name goes in the same step.</param>
    /// <exception cref="IOException">The name is taken.</exception>
    public void Rename(string from, string to, bool overwrite = false) =>
        Do(ReceiveStep.RenameFile, () => Files.Rename(from, to, overwrite));

    /// <summary>Gives a folder its final name.</summary>
    /// <exception cref="IOException">The name is taken.</exception>
    public void RenameFolder(string from, string to) => Do(ReceiveStep.RenameFile, () => Files.RenameFolder(from, to));

    /// <summary>Removes a temporary file.</summary>
    public void Remove(string path) => Do(ReceiveStep.RemoveFile, () => Files.Remove(path));

    /// <summary>Writes at the end of a file, and makes it when it is missing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">What comes to its end.</param>
    /// <param name="isFirst">Whether its name may not be on the disk yet: this run has made it, or one that died.</param>
    public void Append(string path, ReadOnlyMemory<byte> content, bool isFirst) => Do(ReceiveStep.AppendLedger, () =>
    {
        OwnFile.Append(path, content.Span, _isDurable, Files);
        if (isFirst && _isDurable)
        {
            Files.FlushFolder(Path.GetDirectoryName(path)!);
        }
    });

    /// <summary>Replaces a small file as a whole: it is the old one or the new one, never half of either.</summary>
    public void Replace(string path, ReadOnlySpan<byte> content)
    {
        var temporary = OwnFile.WriteBeside(path, content, _isDurable, isLocked: true, Files);
        Do(ReceiveStep.ReplaceState, () => OwnFile.PutInPlace(temporary, path, _isDurable, Files));
    }

    /// <summary>
    /// Makes a folder where there is none. Its own name is brought to the disk, too: else a power failure takes it away with all
    /// that is in it, however well that was flushed.
    /// </summary>
    /// <returns>Its full path.</returns>
    public string MakeFolder(string path)
    {
        var isThere = Directory.Exists(path);
        var full = OwnFile.MakeFolder(path, _isDurable, Files);
        if (isThere && _isDurable && Path.GetDirectoryName(full) is { } above)
        {
            try
            {
                // A run that died may have made it just before.
                Files.FlushFolder(above);
            }
            catch (IOException)
            {
                // It belongs to somebody else, who keeps this user from reading it: then this user hasn't made it.
            }
        }

        return full;
    }

    /// <summary>Brings the names in a folder to the disk.</summary>
    public void FlushFolder(string path)
    {
        if (_isDurable && !OperatingSystem.IsWindows())
        {
            Do(ReceiveStep.FlushFolder, () => Files.FlushFolder(path));
        }
    }
}
