namespace MailAdmin.Core.Files;

/// <summary>
/// Writes files; the only class that does. Only the owner can read a file, and links aren't followed. A replaced file is always
/// the old one or the new one, never a part. The content is on disk when the call returns.
/// </summary>
internal static class OwnFile
{
    /// <summary>Writes a new file. An existing file isn't changed, and a failed write leaves no file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">All of it.</param>
    /// <param name="files">The file system; null for this computer's.</param>
    /// <exception cref="IOException">The file exists, or can't be written.</exception>
    public static void WriteNew(string path, ReadOnlySpan<byte> content, IFileSystem? files = null)
    {
        files ??= FileSystem.OfMachine;
        Fill(files, path, content, flush: true);
        files.FlushFolder(FolderOf(path));
    }

    /// <summary>Replaces a file as a whole, or creates it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">All of it.</param>
    /// <param name="flush">Whether to flush it to disk.</param>
    /// <param name="isLocked">
    /// Whether the caller prevents others from replacing the same file. Then the temporary file of an interrupted run is reused.
    /// </param>
    /// <param name="files">The file system; null for this computer's.</param>
    /// <exception cref="IOException">The file can't be written. The old file isn't changed.</exception>
    public static void Replace(
        string path, ReadOnlySpan<byte> content, bool flush = true, bool isLocked = false, IFileSystem? files = null)
    {
        files ??= FileSystem.OfMachine;
        PutInPlace(WriteBeside(path, content, flush, isLocked, files), path, flush, files);
    }

    /// <summary>Writes the replacement of a file, next to it.</summary>
    /// <returns>The path of the new file, for <see cref="PutInPlace"/>.</returns>
    public static string WriteBeside(string path, ReadOnlySpan<byte> content, bool flush, bool isLocked, IFileSystem files)
    {
        var temporary = isLocked ? $"{path}.new" : $"{path}.{Guid.NewGuid():N}.new";
        if (isLocked)
        {
            files.Remove(temporary);
        }

        Fill(files, temporary, content, flush);
        return temporary;
    }

    /// <summary>Renames the replacement to the name of the file.</summary>
    public static void PutInPlace(string temporary, string path, bool flush, IFileSystem files)
    {
        try
        {
            files.Rename(temporary, path, overwrite: true);
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            files.Remove(temporary);
            throw;
        }

        if (flush)
        {
            files.FlushFolder(FolderOf(path));
        }
    }

    /// <summary>Appends to a file in one write, and creates it if it's missing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">The piece.</param>
    /// <param name="flush">Whether to flush it to disk.</param>
    /// <param name="files">The file system; null for this computer's.</param>
    /// <exception cref="IOException">It can't be written.</exception>
    public static void Append(string path, ReadOnlySpan<byte> content, bool flush, IFileSystem? files = null)
    {
        using var file = (files ?? FileSystem.OfMachine).OpenAppend(path);
        file.Write(content);
        if (flush)
        {
            file.FlushToDisk();
        }
    }

    /// <summary>Takes the lock of a file to which several processes write, one after the other.</summary>
    /// <param name="path">The file; the lock is a file next to it.</param>
    /// <param name="wait">Waits between two tries; null for this machine's time.</param>
    /// <param name="files">The file system; null for this computer's.</param>
    /// <returns>The lock, which is released when it's disposed.</returns>
    /// <exception cref="IOException">Another process holds it for about five seconds, or it can't be created.</exception>
    public static IDisposable TakeTurn(string path, Action<TimeSpan>? wait = null, IFileSystem? files = null)
    {
        // A turn takes milliseconds, so a thread may wait for it.
#pragma warning disable RS0030
        wait ??= Thread.Sleep;
#pragma warning restore RS0030
        const int Tries = 250;
        for (var i = 1; ; i++)
        {
            try
            {
                return (files ?? FileSystem.OfMachine).Lock($"{path}.lock");
            }
            catch (IOException) when (i < Tries && File.Exists($"{path}.lock"))
            {
                wait(TimeSpan.FromMilliseconds(20));
            }
        }
    }

    /// <summary>
    /// Creates a folder that only its owner can read, and its missing parents. An existing folder isn't changed.
    /// </summary>
    /// <param name="path">The folder.</param>
    /// <param name="flush">Whether to flush the names of the new folders to disk.</param>
    /// <param name="files">The file system; null for this computer's.</param>
    /// <returns>Its full path.</returns>
    /// <exception cref="IOException">The folder can't be created.</exception>
    public static string MakeFolder(string path, bool flush = true, IFileSystem? files = null)
    {
        files ??= FileSystem.OfMachine;
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var missing = new Stack<string>();
        for (var folder = full; folder is not null && !Directory.Exists(folder); folder = Path.GetDirectoryName(folder))
        {
            missing.Push(folder);
        }

        foreach (var folder in missing)
        {
            files.MakeFolder(folder);
            if (flush)
            {
                files.FlushFolder(FolderOf(folder));
            }
        }

        return full;
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path))!;

    private static void Fill(IFileSystem files, string path, ReadOnlySpan<byte> content, bool flush)
    {
        var file = files.Create(path);
        try
        {
            using (file)
            {
                // Before anything is in it.
                files.Protect(path);
                file.Write(content);
                if (flush)
                {
                    file.FlushToDisk();
                }
            }
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            files.Remove(path);
            throw;
        }
    }
}
