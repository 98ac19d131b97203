using System.Globalization;
using MailAdmin.Core.Files;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// A folder that attachments are saved into. A file that is there is never written over, and two names that any file system
/// takes for one (dup.txt and DUP.txt, composed and decomposed letters) never meet.
/// </summary>
internal sealed class AttachmentFolder
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    // The number that the next file of a name gets: ten thousand of one name are not tried one by one.
    private readonly Dictionary<string, int> _next = new(StringComparer.Ordinal);

    private readonly IFileSystem _files;
    private readonly int _room;

    /// <summary>Makes one.</summary>
    /// <param name="path">The folder; it must exist.</param>
    /// <param name="files">Makes the files; null for this machine.</param>
    /// <param name="room">Characters that a name may have at most.</param>
    /// <exception cref="IOException">It does not exist, or can't be read.</exception>
    public AttachmentFolder(string path, IFileSystem? files = null, int room = int.MaxValue)
    {
        _room = room;
        _files = files ?? FileSystem.OfMachine;
        Path = System.IO.Path.GetFullPath(path);
        foreach (var entry in Directory.EnumerateFileSystemEntries(Path))
        {
            _taken.Add(SafeFileName.Fold(System.IO.Path.GetFileName(entry)));
        }
    }

    /// <summary>Its full path.</summary>
    public string Path { get; }

    /// <summary>Creates a file; on Linux and macOS only its owner may read it.</summary>
    /// <param name="name">A safe name.</param>
    /// <returns>An empty new file that the caller writes and disposes.</returns>
    /// <exception cref="IOException">It can't be created.</exception>
    public WritableFile Create(string name)
    {
        while (true)
        {
            var path = System.IO.Path.Combine(Path, Reserve(SafeFileName.Fit(name, _room)));
            try
            {
                return _files.Create(path);
            }
            catch (IOException) when (System.IO.Path.Exists(path) || new FileInfo(path).LinkTarget is not null)
            {
                // Somebody else made it since; its name is taken now, so the next is tried.
            }
        }
    }

    private string Reserve(string name)
    {
        var stem = System.IO.Path.GetFileNameWithoutExtension(name);
        var extension = System.IO.Path.GetExtension(name);
        var candidate = name;
        var number = _next.GetValueOrDefault(SafeFileName.Fold(name), 2);
        for (; !_taken.Add(SafeFileName.Fold(candidate)); number++)
        {
            candidate = string.Create(CultureInfo.InvariantCulture, $"{stem} ({number}){extension}");
        }
        _next[SafeFileName.Fold(name)] = number;
        return candidate;
    }
}
