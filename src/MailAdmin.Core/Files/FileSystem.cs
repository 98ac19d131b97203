using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

// The only class that is allowed to change a file.
#pragma warning disable RS0030

namespace MailAdmin.Core.Files;

/// <summary>The file system of this machine. It has no state.</summary>
internal sealed class FileSystem : IFileSystem
{
    // On Windows, a file can't be replaced while another process reads it without FileShare.Delete.
    private const FileShare ReadShare = FileShare.ReadWrite | FileShare.Delete;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private FileSystem()
    {
    }

    /// <summary>The file system of this computer. On Windows, it retries what is refused only briefly.</summary>
    public static IFileSystem OfMachine { get; } =
        OperatingSystem.IsWindows() ? new PatientFileSystem(new FileSystem(), Thread.Sleep) : new FileSystem();

    /// <summary>Creates a file that is deleted when it's closed, for temporary content that is too large for memory.</summary>
    /// <returns>The file, which can be read too.</returns>
    /// <exception cref="IOException">The file can't be created.</exception>
    public static FileStream CreateTemporary() => new(
        Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
        Options(FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose, bufferSize: 4096));

    /// <summary>
    /// Opens a file for reading. Reads use only this method, because other ways to open a file could also write it.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="share">The access that other processes keep; everything, unless the content must not change.</param>
    /// <param name="bufferSize">Octets to read ahead; 0 for none.</param>
    /// <param name="options">The way in which the file is read.</param>
    /// <exception cref="IOException">It can't be opened.</exception>
    public static FileStream OpenRead(
        string path, FileShare share = ReadShare, int bufferSize = 0, FileOptions options = FileOptions.None) =>
        new(path, FileMode.Open, FileAccess.Read, share, bufferSize, options);

    /// <inheritdoc/>
    public WritableFile Create(string path) =>
        new FileOnDisk(new FileStream(path, Options(FileMode.CreateNew, FileAccess.Write, FileShare.None)));

    /// <inheritdoc/>
    public WritableFile OpenAppend(string path)
    {
        if (new FileInfo(path).LinkTarget is not null)
        {
            throw new IOException($"'{path}' is a link.");
        }

        var file = new FileStream(path, Options(FileMode.Append, FileAccess.Write, FileShare.ReadWrite));
        if (OperatingSystem.IsLinux())
        {
            // .NET writes at the end as it was when the file was opened, so two processes would overwrite each other.
            const int SetFlags = 4, Append = 0x400;
            _ = NativeMethods.Control(file.SafeFileHandle, SetFlags, Append);
        }

        return new FileOnDisk(file);
    }

    /// <inheritdoc/>
    public void Protect(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            WindowsFiles.Protect(path);
        }
    }

    /// <inheritdoc/>
    public void MarkOfTheWeb(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            File.WriteAllText(WindowsFiles.ZoneStream(path), WindowsFiles.InternetZone);
        }
    }

    /// <inheritdoc/>
    public void Truncate(string path, long length)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.None);
        file.SetLength(length);
        file.Flush(flushToDisk: true);
    }

    /// <inheritdoc/>
    public IDisposable Lock(string path) =>
        new FileStream(path, Options(FileMode.OpenOrCreate, FileAccess.Write, FileShare.None));

    /// <inheritdoc/>
    public void Rename(string from, string to, bool overwrite)
    {
        if (OperatingSystem.IsWindows())
        {
            WindowsFiles.Move(from, to, overwrite);
        }
        else
        {
            File.Move(from, to, overwrite);
        }
    }

    /// <inheritdoc/>
    public void RenameFolder(string from, string to)
    {
        if (OperatingSystem.IsWindows())
        {
            WindowsFiles.Move(from, to, overwrite: false);
        }
        else
        {
            Directory.Move(from, to);
        }
    }

    /// <inheritdoc/>
    public void Remove(string path) => File.Delete(path);

    /// <inheritdoc/>
    public void RemoveFolder(string path) => Directory.Delete(path, recursive: true);

    /// <inheritdoc/>
    public void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            var made = Directory.CreateDirectory(path);
            if (made.Name.StartsWith('.'))
            {
                // On other systems, the dot before its name hides it.
                made.Attributes |= FileAttributes.Hidden;
            }
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
        }
    }

    /// <inheritdoc/>
    public void FlushFolder(string path)
    {
        const int InvalidArgument = 22;
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var folder = NativeMethods.Open(path, 0);
        if (folder < 0)
        {
            throw new IOException($"'{path}' can't be opened: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
        }

        try
        {
            // A file system that has no such thing answers EINVAL.
            if (NativeMethods.Sync(folder) != 0 && Marshal.GetLastPInvokeError() is var error and not InvalidArgument)
            {
                throw new IOException($"'{path}' can't be flushed: {new Win32Exception(error).Message}");
            }
        }
        finally
        {
            _ = NativeMethods.Close(folder);
        }
    }

    private static FileStreamOptions Options(
        FileMode mode, FileAccess access, FileShare share, FileOptions options = FileOptions.None, int bufferSize = 0)
    {
        var all = new FileStreamOptions
        {
            Mode = mode,
            Access = access,
            Share = share,
            Options = options,
            BufferSize = bufferSize,
        };
        if (!OperatingSystem.IsWindows())
        {
            all.UnixCreateMode = OwnerOnly;
        }

        return all;
    }

    private static class NativeMethods
    {
        [DllImport("libc", EntryPoint = "open", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

        [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Sync(int file);

        [DllImport("libc", EntryPoint = "fcntl")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Control(SafeFileHandle file, int command, int flags);

        [DllImport("libc", EntryPoint = "close", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Close(int file);
    }
}
