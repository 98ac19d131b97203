namespace MailAdmin.Core.Files;

/// <summary>
/// The one way to write a file: nobody but its owner may read it, no link is followed, one that is replaced is the old one
/// or the new one and never half of either, and what was written is on the disk when the call returns.
/// </summary>
internal static class OwnFile
{
    /// <summary>Writes a new file; one that is there isn't touched, and one that can't be written whole leaves nothing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">All of it.</param>
    /// <param name="files">Where; null for this machine.</param>
    /// <exception cref="IOException">It is there already, or can't be written.</exception>
    public static void WriteNew(string path, ReadOnlySpan<byte> content, IFileSystem? files = null)
    {
        files ??= FileSystem.OfMachine;
        Fill(files, path, content, flush: true);
        files.FlushFolder(FolderOf(path));
    }

    /// <summary>Replaces a file as a whole, or makes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">All of it.</param>
    /// <param name="flush">Whether to bring it to the disk.</param>
    /// <param name="isLocked">
    /// Whether the caller keeps others from replacing the same file. Then what a run that died left beside it is used again.
    /// </param>
    /// <param name="files">Where; null for this machine.</param>
    /// <exception cref="IOException">It can't be written; then the old one is there.</exception>
    public static void Replace(
        string path, ReadOnlySpan<byte> content, bool flush = true, bool isLocked = false, IFileSystem? files = null)
    {
        files ??= FileSystem.OfMachine;
        PutInPlace(WriteBeside(path, content, flush, isLocked, files), path, flush, files);
    }

    /// <summary>Writes what is to replace a file, beside it.</summary>
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

    /// <summary>Gives what was written beside a file the name of that file.</summary>
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

    /// <summary>Writes at the end of a file in one piece, and makes the file when it is missing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">The piece.</param>
    /// <param name="flush">Whether to bring it to the disk.</param>
    /// <param name="files">Where; null for this machine.</param>
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
    /// <param name="path">The file; the lock is a file beside it.</param>
    /// <param name="wait">Waits between two tries; null for this machine's time.</param>
    /// <param name="files">Where; null for this machine.</param>
    /// <returns>Gives it back when it is disposed.</returns>
    /// <exception cref="IOException">Others have had it for about five seconds, or it can't be made.</exception>
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
    /// Makes a folder that nobody else may read, and those above it that are missing; one that is there is left as it is.
    /// </summary>
    /// <param name="path">The folder.</param>
    /// <param name="flush">Whether to bring the names of what was made to the disk.</param>
    /// <param name="files">Where; null for this machine.</param>
    /// <returns>Its full path.</returns>
    /// <exception cref="IOException">It can't be made.</exception>
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
