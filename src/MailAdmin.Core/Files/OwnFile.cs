using System.ComponentModel;
using System.Runtime.InteropServices;

namespace MailAdmin.Core.Files;

/// <summary>
/// Files and folders that belong to one person: nobody else may read them, and one that is replaced is never half written.
/// </summary>
internal static class OwnFile
{
    /// <summary>Opens a file for writing, for its owner alone when it is new.</summary>
    public static FileStream Open(string path, FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.Write,
            Share = share,
            Options = FileOptions.Asynchronous,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    /// <summary>Makes a folder that nobody else may read; one that is there is left as it is.</summary>
    public static string MakeFolder(string path)
    {
        const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        return (OperatingSystem.IsWindows()
            ? Directory.CreateDirectory(path)
            : Directory.CreateDirectory(path, OwnerOnly)).FullName;
    }

    /// <summary>Hides a folder that is nobody's business, on Windows; elsewhere the dot before its name does it.</summary>
    public static void Hide(string? path)
    {
        if (path is not null && OperatingSystem.IsWindows())
        {
            File.SetAttributes(path, File.GetAttributes(path) | FileAttributes.Hidden);
        }
    }

    /// <summary>Replaces a small file as a whole, for good: it is the old one or the new one, never half of either.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> content) =>
        File.Move(WriteBeside(path, content, flush: true), path, overwrite: true);

    /// <summary>Writes what is to replace a small file, beside it.</summary>
    /// <returns>The path of the new file, to be renamed.</returns>
    public static string WriteBeside(string path, ReadOnlySpan<byte> content, bool flush)
    {
        var temporary = $"{path}.new";
        using var file = Open(temporary, FileMode.Create, FileShare.None);
        file.Write(content);
        if (flush)
        {
            file.Flush(flushToDisk: true);
        }

        return temporary;
    }

    /// <summary>Brings the names in a folder to the disk, on Unix: a file's own flush does not (fsync(2)).</summary>
    /// <exception cref="IOException">The folder can't be opened or flushed.</exception>
    public static void FlushNames(string path)
    {
        const int InvalidArgument = 22;
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

    private static class NativeMethods
    {
        [DllImport("libc", EntryPoint = "open", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

        [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Sync(int file);

        [DllImport("libc", EntryPoint = "close", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Close(int file);
    }
}
