using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MailAdmin.Core.Receive;

/// <summary>
/// A message on its way to disk: written under a temporary name beside its final one, flushed to the disk, renamed. The final
/// name is derived from the message's identity, so the same message never makes a second file.
/// </summary>
internal sealed class MessageFile
{
    /// <summary>What temporary files end in; a later run may remove those of a run that died.</summary>
    public const string TemporarySuffix = ".mailadmin-part";

    private MessageFile(string finalPath, FileStream stream) => (FinalPath, Stream) = (finalPath, stream);

    public string FinalPath { get; }

    public FileStream Stream { get; }

    /// <summary>Sortable by time, and unique by identity: "20260102-030405-" and 26 characters of a hash.</summary>
    public static string NameFor(MailboxMessage message)
    {
        // An immutable id counts everywhere; a UID only within its mailbox and folder.
        var identity = message.Connection?.Protocol == MailProtocol.Imap
            ? $"{message.Mailbox.ToUpperInvariant()}\n{message.Folder}\n{message.Id}" : message.Id;
        var hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(identity)))[..26].ToLowerInvariant();
        return $"{message.ReceivedAt.UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}-{hash}.eml";
    }

    public static MessageFile Create(string finalPath)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            Options = FileOptions.Asynchronous,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new MessageFile(finalPath, new FileStream($"{finalPath}.{Guid.NewGuid():N}{TemporarySuffix}", options));
    }

    /// <summary>Flushes to the disk and gives the file its final name; then it is there whatever happens.</summary>
    public void Commit()
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        File.Move(Stream.Name, FinalPath, overwrite: false);
    }

    /// <summary>Removes the temporary file.</summary>
    public void Discard()
    {
        Stream.Dispose();
        File.Delete(Stream.Name);
    }
}
