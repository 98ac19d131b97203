using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MailAdmin.Core.Files;

/// <summary>A file that the system has opened for writing.</summary>
/// <param name="file">The file, without a buffer; disposed with this.</param>
internal sealed class FileOnDisk(FileStream file) : WritableFile
{
    /// <inheritdoc/>
    public override string Name => file.Name;

    /// <inheritdoc/>
    public override long Length => file.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => file.Position;
        set => file.Position = value;
    }

    /// <inheritdoc/>
    public override void BeginFlush()
    {
        const uint Write = 2;
        if (OperatingSystem.IsLinux())
        {
            _ = NativeMethods.SyncRange(file.SafeFileHandle, 0, 0, Write);
        }
    }

    /// <inheritdoc/>
    public override void FlushToDisk() => file.Flush(flushToDisk: true);

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer) => file.Write(buffer);

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => file.Seek(offset, origin);

    /// <inheritdoc/>
    public override void SetLength(long value) => file.SetLength(value);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
        }

        base.Dispose(disposing);
    }

    private static class NativeMethods
    {
        [DllImport("libc", EntryPoint = "sync_file_range")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int SyncRange(SafeFileHandle file, long offset, long count, uint flags);
    }
}
