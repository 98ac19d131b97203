using System.Runtime.InteropServices;

namespace MailAdmin.Core.Files;

/// <summary>Represents who can change a file or folder, by its owner and mode on Unix.</summary>
/// <param name="IsLink">It is a symbolic link.</param>
/// <param name="IsForeign">It belongs neither to this user nor to root. Known on Linux only.</param>
/// <param name="IsOpenToAll">Every user can write to it.</param>
internal sealed record FileOwner(bool IsLink, bool IsForeign, bool IsOpenToAll)
{
    /// <summary>Reads the owner of a file or folder. A link isn't followed.</summary>
    /// <param name="path">The file or folder.</param>
    /// <returns>Null if it doesn't exist, and on Windows, which uses inherited access lists.</returns>
    public static FileOwner? Of(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        var info = new FileInfo(path);
        if (info.LinkTarget is not null)
        {
            return new FileOwner(true, false, false);
        }

        return !Path.Exists(path) ? null
            : new FileOwner(false, IsOfAnother(path), File.GetUnixFileMode(path).HasFlag(UnixFileMode.OtherWrite));
    }

    /// <remarks>statx(2), whose structure is the same on every architecture.</remarks>
    private static bool IsOfAnother(string path)
    {
        const int WorkingFolder = -100, NoFollow = 0x100, WantUid = 0x8, UidAt = 20, Size = 256;
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        var facts = new byte[Size];
        if (NativeMethods.Look(WorkingFolder, path, NoFollow, WantUid, facts) != 0)
        {
            return false;
        }

        var owner = BitConverter.ToUInt32(facts, UidAt);
        return owner != 0 && owner != NativeMethods.UserId();
    }

    private static class NativeMethods
    {
        [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Look(
            int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint wanted, byte[] facts);

        [DllImport("libc", EntryPoint = "geteuid")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern uint UserId();
    }
}
