using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MailAdmin.Core.Base;
using MailAdmin.Core.Files;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Core.Receive;

/// <summary>
/// Represents a message that is written to disk: written under a temporary name next to its final one, flushed, renamed. The
/// final name is derived from the message's identity, so the same message never creates a second file.
/// </summary>
internal sealed class MessageFile : IMessageFile
{
    /// <summary>The suffix of temporary files and folders.</summary>
    public const string TemporarySuffix = ".mailadmin-part";

    /// <summary>The time after a power failure in which the remaining files might still be required.</summary>
    private static readonly TimeSpan MostPowerLoss = TimeSpan.FromDays(30);

    /// <summary>The maximum number of other files with a message's name. More are an error.</summary>
    private const int MostNames = 100;

    private readonly Disk _disk;
    private readonly string _temporary;
    private readonly WritableFile _file;
    private bool _isCommitted;

    private MessageFile(Disk disk, string finalPath, string temporary, bool hashed)
    {
        (_disk, FinalPath, _temporary, _file) = (disk, finalPath, temporary, disk.Create(temporary));
        Sink = new MessageSink(_file, hashed);
    }

    /// <inheritdoc/>
    public string FinalPath { get; private set; }

    /// <inheritdoc/>
    public MessageSink Sink { get; }

    /// <inheritdoc/>
    public Task<MimeMessage> OpenAsync(CancellationToken cancellationToken)
    {
        Sink.Dispose();
        return MimeMessage.OpenAsync(_isCommitted ? FinalPath : _temporary, cancellationToken);
    }

    /// <summary>Sortable by time, and unique by identity: "20260102-030405-" and 26 characters of a hash.</summary>
    public static string NameFor(MailboxMessage message)
    {
        // An immutable ID counts everywhere; a UID only within its mailbox and folder.
        var identity = message.Connection?.Protocol == MailProtocol.Imap
            ? $"{message.Mailbox.ToUpperInvariant()}\n{message.Folder}\n{message.Id}" : message.Id;
        var hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(identity)))[..26].ToLowerInvariant();
        var received = message.ReceivedAt ?? default;
        return $"{received.UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}-{hash}.eml";
    }

    /// <summary>
    /// Returns the temporary name next to a final one. It contains the owner, so that only the owner removes what remains.
    /// </summary>
    public static string TemporaryFor(string finalPath, string owner) => $"{finalPath}.{owner}{TemporarySuffix}";

    /// <summary>Since when a file that a dead run has left is kept; null to keep none.</summary>
    /// <remarks>
    /// After a power failure, NTFS can restore the name that a file had before it was renamed. It's then the only copy of a
    /// message that was moved or deleted on the server. If the message is received again, it replaces the file.
    /// </remarks>
    public static DateTimeOffset? SparedSince(DateTimeOffset now, bool isWindows) => isWindows ? now - MostPowerLoss : null;

    /// <summary>Removes the temporary files of an interrupted run.</summary>
    /// <param name="disk">The disk that removes them.</param>
    /// <param name="folder">The folder that contains them.</param>
    /// <param name="owner">The owner of the files.</param>
    /// <param name="sparedSince">Files with content that were written since then are kept; null for none.</param>
    public static void RemoveLeftovers(Disk disk, string folder, string owner, DateTimeOffset? sparedSince)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(folder, $"*.{owner}{TemporarySuffix}"))
        {
            if (new FileInfo(path) is { Exists: true, Length: > 0 } file && file.LastWriteTimeUtc >= sparedSince)
            {
                VerboseLog.Write($"'{path}' is from an interrupted run. It is kept until its message is received again.");
                continue;
            }

            Try(path, () =>
            {
                if (Directory.Exists(path))
                {
                    disk.Files.RemoveFolder(path);
                }
                else
                {
                    disk.Files.Remove(path);
                }
            });
        }
    }

    /// <summary>Starts one.</summary>
    /// <param name="finalPath">Its name in the end.</param>
    /// <param name="owner">The run that can remove it.</param>
    /// <param name="hashed">Whether to compute the hash of its content (<see cref="MessageSink.Hash"/>).</param>
    public static MessageFile Create(Disk disk, string finalPath, string owner, bool hashed)
    {
        var temporary = TemporaryFor(finalPath, owner);
        if (File.Exists(temporary))
        {
            Try(temporary, () => disk.Files.Remove(temporary));
        }

        // One of a dead run that couldn't be removed, because another program holds it, keeps its name.
        for (var i = 1; File.Exists(temporary); i++)
        {
            temporary = TemporaryFor($"{finalPath}.{i.ToString(CultureInfo.InvariantCulture)}", owner);
        }

        return new MessageFile(disk, finalPath, temporary, hashed);
    }

    /// <summary>Flushes files together. <see cref="MessageSink.Failure"/> has the error of each.</summary>
    public static void Flush(IReadOnlyList<MessageFile> files)
    {
        if (files.Count > 1)
        {
            // The disk begins with all of them: the journal is then written a few times, and not for each.
            foreach (var file in files)
            {
                file._disk.BeginFlush(file._file);
            }
        }

        foreach (var file in files)
        {
            if (file.Sink.Failure is null)
            {
                file.Sink.Try(() => file._disk.Flush(file._file));
            }
        }
    }

    /// <summary>
    /// Gives a flushed file its final name; afterward, it's permanent. An existing file with that name is accepted only if it
    /// contains the same message: this flushed file replaces it. Otherwise it isn't changed, and the message gets another name.
    /// </summary>
    /// <returns>Whether the message was there already.</returns>
    /// <exception cref="IOException">It can't be done.</exception>
    public ValueTask<bool> CommitAsync(CancellationToken cancellationToken)
    {
        var isSame = Commit();
        _isCommitted = true;
        return ValueTask.FromResult(isSame);
    }

    private bool Commit()
    {
        var wanted = FinalPath;
        Sink.Dispose();
        _disk.MarkOfTheWeb(_temporary);
        for (var n = 2; ; n++)
        {
            var isSame = FileContent.Equal(_temporary, FinalPath);
            try
            {
                _disk.Rename(_temporary, FinalPath, overwrite: isSame);
                return isSame;
            }
            catch (IOException) when (isSame)
            {
                // Another process has it open. It contains the same message.
                Discard();
                return true;
            }
            catch (IOException) when (IsTaken(FinalPath) && n < MostNames)
            {
                // Another run might have created it in the meantime, with the same message.
                if (!FileContent.Equal(_temporary, FinalPath))
                {
                    FinalPath = Path.ChangeExtension(wanted, null) + $"~{n}" + Path.GetExtension(wanted);
                }
            }
        }
    }

    /// <summary>Removes the temporary file. What can't be removed now is left to the next run.</summary>
    public ValueTask DiscardAsync()
    {
        if (!_isCommitted)
        {
            Discard();
        }

        return ValueTask.CompletedTask;
    }

    private void Discard()
    {
        Sink.Dispose();
        Try(_temporary, () => _disk.Remove(_temporary));
    }

    private static bool IsTaken(string path) => Path.Exists(path) || new FileInfo(path).LinkTarget is not null;

    // Tidying up is no reason to end a run: on Windows, a virus scanner or a backup may hold the file.
    private static void Try(string path, Action remove)
    {
        try
        {
            remove();
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            VerboseLog.Write($"Can't remove '{path}' now. The next run removes it: {e.Message}");
        }
    }
}
