using MailAdmin.Core.Files;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// Represents a folder in which attachments are saved. An existing file is never overwritten. Two names that a file system might
/// treat as the same (dup.txt and DUP.txt, composed and decomposed letters) never collide.
/// </summary>
internal sealed class AttachmentFolder
{
    private readonly AttachmentNames _names = new();
    private readonly IFileSystem _files;
    private readonly int _room;

    /// <param name="path">The folder; it must exist.</param>
    /// <param name="files">The file system; null for this computer's.</param>
    /// <param name="room">The maximum length of a name.</param>
    /// <exception cref="IOException">It doesn't exist, or can't be read.</exception>
    public AttachmentFolder(string path, IFileSystem? files = null, int room = int.MaxValue)
    {
        _room = room;
        _files = files ?? FileSystem.OfMachine;
        Path = System.IO.Path.GetFullPath(path);
        foreach (var entry in Directory.EnumerateFileSystemEntries(Path))
        {
            _names.Take(System.IO.Path.GetFileName(entry));
        }
    }

    public string Path { get; }

    /// <summary>Creates a file. On Linux and macOS, only its owner can read it.</summary>
    /// <param name="name">A safe name.</param>
    /// <returns>An empty new file that the caller writes and disposes.</returns>
    /// <exception cref="IOException">It can't be created.</exception>
    public WritableFile Create(string name)
    {
        while (true)
        {
            var path = System.IO.Path.Combine(Path, _names.Reserve(SafeFileName.Fit(name, _room)));
            try
            {
                return _files.Create(path);
            }
            catch (IOException) when (System.IO.Path.Exists(path) || new FileInfo(path).LinkTarget is not null)
            {
                // Another process created it first. Its name is in use, so the next one is tried.
            }
        }
    }
}
