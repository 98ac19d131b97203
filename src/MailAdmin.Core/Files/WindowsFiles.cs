using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;

namespace MailAdmin.Core.Files;

/// <summary>File operations of Windows that .NET doesn't offer, or not in the required form.</summary>
internal static class WindowsFiles
{
    /// <summary>
    /// The flags for a move that is on disk before the call returns. NTFS keeps names consistent without them, but a power
    /// failure can undo the latest moves.
    /// </summary>
    /// <remarks>https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-movefileexw</remarks>
    internal static uint MoveFlags(bool overwrite)
    {
        const uint ReplaceExisting = 0x1, WriteThrough = 0x8;
        return WriteThrough | (overwrite ? ReplaceExisting : 0);
    }

    /// <summary>Returns a path in the form that Windows functions require if it's longer than 260 characters.</summary>
    /// <remarks>https://learn.microsoft.com/windows/win32/fileio/maximum-file-path-limitation</remarks>
    internal static string ExtendedPath(string fullPath) =>
        fullPath.Length < 248 || fullPath.StartsWith(@"\\?\", StringComparison.Ordinal) ? fullPath
        : fullPath.StartsWith(@"\\", StringComparison.Ordinal) ? @"\\?\UNC\" + fullPath[2..]
        : @"\\?\" + fullPath;

    /// <summary>Only this user, SYSTEM, and administrators; nothing is inherited from above.</summary>
    /// <param name="user">The user's security identifier.</param>
    /// <param name="isFolder">Whether it's a folder, whose new content inherits the permissions.</param>
    /// <remarks>https://learn.microsoft.com/windows/win32/secauthz/ace-strings</remarks>
    internal static string OwnerOnly(string user, bool isFolder)
    {
        var inherit = isFolder ? "OICI" : "";
        return $"D:P(A;{inherit};FA;;;{user})(A;{inherit};FA;;;SY)(A;{inherit};FA;;;BA)";
    }

    /// <summary>The stream that marks a file as downloaded from the Internet, for <see cref="ZoneStream"/>.</summary>
    /// <remarks>https://learn.microsoft.com/openspecs/windows_protocols/ms-fscc/6e3f7352-d11c-4d76-8c39-2516a9df36e8</remarks>
    internal const string InternetZone = "[ZoneTransfer]\r\nZoneId=3\r\n";

    /// <summary>The stream of a file that contains its zone.</summary>
    internal static string ZoneStream(string path) => $"{path}:Zone.Identifier";

    [SupportedOSPlatform("windows")]
    internal static void Move(string from, string to, bool overwrite)
    {
        var (old, given) = (ExtendedPath(Path.GetFullPath(from)), ExtendedPath(Path.GetFullPath(to)));
        if (!NativeMethods.Move(old, given, MoveFlags(overwrite)))
        {
            const int AccessDenied = 5;
            var error = Marshal.GetLastPInvokeError();
            var text = $"'{from}' can't be renamed to '{to}': {new Win32Exception(error).Message}";
            throw error == AccessDenied
                ? new UnauthorizedAccessException(text)
                : new IOException(text, unchecked((int)0x80070000) | error);
        }
    }

    [SupportedOSPlatform("windows")]
    internal static void Protect(string path)
    {
        using var identity = WindowsIdentity.GetCurrent();
        var user = identity.User!.Value;
        if (Directory.Exists(path))
        {
            var security = new DirectorySecurity();
            security.SetSecurityDescriptorSddlForm(OwnerOnly(user, isFolder: true), AccessControlSections.Access);
            new DirectoryInfo(path).SetAccessControl(security);
        }
        else
        {
            var security = new FileSecurity();
            security.SetSecurityDescriptorSddlForm(OwnerOnly(user, isFolder: false), AccessControlSections.Access);
            new FileInfo(path).SetAccessControl(security);
        }
    }

    private static class NativeMethods
    {
        [DllImport("kernel32", EntryPoint = "MoveFileExW", SetLastError = true, CharSet = CharSet.Unicode)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        [return: MarshalAs(UnmanagedType.Bool)]
        public static extern bool Move(string from, string to, uint flags);
    }
}
