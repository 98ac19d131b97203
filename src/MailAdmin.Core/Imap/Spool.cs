namespace MailAdmin.Core.Imap;

/// <summary>A temporary file for content whose destination is not known yet; it goes when it is closed.</summary>
internal static class Spool
{
    /// <summary>Makes one that only this user can read.</summary>
    /// <returns>To be written, rewound, read and disposed.</returns>
    public static FileStream Create()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            Options = FileOptions.DeleteOnClose,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), options);
    }
}
