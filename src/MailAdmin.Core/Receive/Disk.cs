using System.Runtime.InteropServices;
using MailAdmin.Core.Files;
using Microsoft.Win32.SafeHandles;

namespace MailAdmin.Core.Receive;

/// <summary>
/// The few things that are done to the disk, in one place: as durable as asked for, and each a step that a test can interrupt.
/// </summary>
/// <param name="durability">Whether to flush.</param>
/// <param name="watcher">Called before (true) and after (false) each step; null for nobody.</param>
internal sealed class Disk(Durability durability, Action<ReceiveStep, bool>? watcher)
{
    /// <summary>Does a step.</summary>
    public void Do(ReceiveStep step, Action action)
    {
        watcher?.Invoke(step, true);
        action();
        watcher?.Invoke(step, false);
    }

    /// <summary>Does a step that takes a while.</summary>
    public async Task<T> DoAsync<T>(ReceiveStep step, Func<Task<T>> action)
    {
        watcher?.Invoke(step, true);
        var result = await action().ConfigureAwait(false);
        watcher?.Invoke(step, false);
        return result;
    }

    /// <summary>Makes a file that nobody else may read; what is there already is not touched.</summary>
    public FileStream Create(string path)
    {
        FileStream? made = null;
        Do(ReceiveStep.CreateFile, () => made = OwnFile.Open(path, FileMode.CreateNew, FileShare.None));
        return made!;
    }

    /// <summary>
    /// Has the system begin to write a file to the disk, where it takes such a hint: sync_file_range(2) of Linux.
    /// </summary>
    public void BeginFlush(FileStream file)
    {
        const uint Write = 2;
        if (durability == Durability.Full && OperatingSystem.IsLinux())
        {
            _ = NativeMethods.SyncRange(file.SafeFileHandle, 0, 0, Write);
        }
    }

    /// <summary>Brings what was written to a file to the disk.</summary>
    public void Flush(FileStream file)
    {
        if (durability == Durability.Full)
        {
            Do(ReceiveStep.FlushFile, () => file.Flush(flushToDisk: true));
        }
    }

    /// <summary>Gives a file its final name.</summary>
    /// <exception cref="IOException">The name is taken.</exception>
    public void Rename(string from, string to) => Do(ReceiveStep.RenameFile, () => File.Move(from, to, overwrite: false));

    /// <summary>Gives a folder its final name.</summary>
    /// <exception cref="IOException">The name is taken.</exception>
    public void RenameFolder(string from, string to) => Do(ReceiveStep.RenameFile, () => Directory.Move(from, to));

    /// <summary>Removes a temporary file.</summary>
    public void Remove(string path) => Do(ReceiveStep.RemoveFile, () => File.Delete(path));

    /// <summary>Writes at the end of a file, and makes it when it is missing.</summary>
    public void Append(string path, ReadOnlyMemory<byte> content) => Do(ReceiveStep.AppendLedger, () =>
    {
        using var file = OwnFile.Open(path, FileMode.Append, FileShare.Read);
        file.Write(content.Span);
        if (durability == Durability.Full)
        {
            file.Flush(flushToDisk: true);
        }
    });

    /// <summary>Replaces a small file as a whole: it is the old one or the new one, never half of either.</summary>
    public void Replace(string path, ReadOnlySpan<byte> content)
    {
        var temporary = OwnFile.WriteBeside(path, content, durability == Durability.Full);
        Do(ReceiveStep.ReplaceState, () => File.Move(temporary, path, overwrite: true));
    }

    /// <summary>
    /// Brings the names in a folder to the disk: on Unix a file's own flush does not (fsync(2)). Windows keeps a journal of them.
    /// </summary>
    public void FlushFolder(string path)
    {
        if (durability == Durability.Full && !OperatingSystem.IsWindows())
        {
            Do(ReceiveStep.FlushFolder, () => OwnFile.FlushNames(path));
        }
    }

    private static class NativeMethods
    {
        [DllImport("libc", EntryPoint = "sync_file_range")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int SyncRange(SafeFileHandle file, long offset, long count, uint flags);
    }
}
