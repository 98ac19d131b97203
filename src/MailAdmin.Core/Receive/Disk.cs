using MailAdmin.Core.Base;
using MailAdmin.Core.Files;

namespace MailAdmin.Core.Receive;

/// <summary>Runs the file operations of receiving, with the specified durability. A test can interrupt each as a step.</summary>
/// <param name="durability">Whether to flush.</param>
/// <param name="watcher">Called before (true) and after (false) each step; null for none.</param>
/// <param name="files">The file system; null for this computer's.</param>
/// <param name="marks">Whether files are marked as downloaded from the Internet, if the system has such a mark.</param>
internal sealed class Disk(
    Durability durability, Action<ReceiveStep, bool>? watcher, IFileSystem? files = null, bool marks = false)
{
    private readonly bool _isDurable = durability == Durability.Full;

    /// <summary>The file system for operations without a flush.</summary>
    public IFileSystem Files { get; } = files ?? FileSystem.OfMachine;

    /// <summary>Does a step.</summary>
    public void Do(ReceiveStep step, Action action)
    {
        watcher?.Invoke(step, true);
        action();
        watcher?.Invoke(step, false);
    }

    /// <summary>Creates a file that only its owner can read. An existing file isn't changed.</summary>
    public WritableFile Create(string path)
    {
        WritableFile? made = null;
        Do(ReceiveStep.CreateFile, () => made = Files.Create(path));
        return made!;
    }

    /// <summary>
    /// Marks a file as downloaded from the Internet, so that Office opens it in Protected View and SmartScreen checks it. A disk
    /// without support for marks stores the file without one.
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

    /// <summary>Flushes the content of a file to disk.</summary>
    public void Flush(WritableFile file)
    {
        if (_isDurable)
        {
            Do(ReceiveStep.FlushFile, file.FlushToDisk);
        }
    }

    /// <summary>Gives a file its final name.</summary>
    /// <param name="overwrite">Whether an existing file with that name is replaced in the same step.</param>
    /// <exception cref="IOException">The name is taken.</exception>
    public void Rename(string from, string to, bool overwrite = false) =>
        Do(ReceiveStep.RenameFile, () => Files.Rename(from, to, overwrite));

    /// <summary>Gives a folder its final name.</summary>
    /// <exception cref="IOException">The name is taken.</exception>
    public void RenameFolder(string from, string to) => Do(ReceiveStep.RenameFile, () => Files.RenameFolder(from, to));

    /// <summary>Removes a temporary file.</summary>
    public void Remove(string path) => Do(ReceiveStep.RemoveFile, () => Files.Remove(path));

    /// <summary>Appends to a file, and creates it if it's missing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">The file to append to.</param>
    /// <param name="isFirst">
    /// Whether its name might not be on disk yet, because this run or an interrupted one created it.
    /// </param>
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
    /// Creates a missing folder. Flushes its own name to disk, too. Otherwise a power failure can remove it with all flushed
    /// files in it.
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
                // An interrupted run might have created it just before.
                Files.FlushFolder(above);
            }
            catch (IOException)
            {
                // It belongs to another user and can't be read by this one, so this user didn't create it.
            }
        }

        return full;
    }

    /// <summary>Flushes the names in a folder to disk.</summary>
    public void FlushFolder(string path)
    {
        if (_isDurable && !OperatingSystem.IsWindows())
        {
            Do(ReceiveStep.FlushFolder, () => Files.FlushFolder(path));
        }
    }
}
