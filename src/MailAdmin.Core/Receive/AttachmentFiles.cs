using MailAdmin.Core.Files;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Core.Receive;

/// <summary>
/// Saves the attachments of a message on disk in a folder next to it. The folder gets its name after every file in it is complete
/// and flushed, so an existing folder is complete. Its files are never overwritten.
/// </summary>
internal static class AttachmentFiles
{
    /// <summary>Saves them.</summary>
    /// <param name="messagePath">The .eml file; the folder is named as it is without its extension.</param>
    /// <param name="owner">The run that can remove an incomplete one.</param>
    /// <param name="cancellationToken">Cancels the operation. Then the folder isn't created.</param>
    /// <returns>The attachments with their files. Without attachments, no folder is created.</returns>
    /// <exception cref="IOException">A file can't be written.</exception>
    public static async Task<MailAttachment[]> SaveAsync(
        string messagePath, Disk disk, string owner, CancellationToken cancellationToken)
    {
        using var message = await MimeMessage.OpenAsync(messagePath, cancellationToken).ConfigureAwait(false);
        var files = MailFile.AllOf(message).Where(static file => !file.IsInline).ToList();
        if (files.Count == 0)
        {
            return [];
        }

        var folder = FolderFor(messagePath);
        var temporary = OwnFile.MakeFolder(MessageFile.TemporaryFor(folder, owner), flush: false, disk.Files);
        try
        {
            // In an empty folder the same message gives the same names, so a second run finds what the first has saved.
            var into = new AttachmentFolder(temporary, disk.Files, SafeFileName.RoomIn(folder, OperatingSystem.IsWindows()));
            var saved = new MailAttachment[files.Count];
            for (var i = 0; i < saved.Length; i++)
            {
                saved[i] = await SaveAsync(files[i], into, folder, disk, cancellationToken).ConfigureAwait(false);
            }

            // Before the folder gets its name, because an existing folder counts as complete.
            disk.FlushFolder(temporary);
            Commit(temporary, folder, disk);
            return saved;
        }
        finally
        {
            if (Directory.Exists(temporary))
            {
                disk.Files.RemoveFolder(temporary);
            }
        }
    }

    /// <summary>
    /// Returns the folder for a message's file. A file without an extension can't have a folder with the same name.
    /// </summary>
    private static string FolderFor(string messagePath) =>
        Path.HasExtension(messagePath) ? Path.ChangeExtension(messagePath, null) : messagePath + ".attachments";

    private static async Task<MailAttachment> SaveAsync(
        MailFile attached, AttachmentFolder into, string folder, Disk disk, CancellationToken cancellationToken)
    {
        var file = into.Create(attached.FileName);
        await using (file.ConfigureAwait(false))
        {
            var size = await attached.CopyAsync(file, cancellationToken).ConfigureAwait(false);
            disk.Flush(file);
            disk.MarkOfTheWeb(file.Name);
            return MessageContent.Describe(attached, size) with { Path = Path.Combine(folder, Path.GetFileName(file.Name)) };
        }
    }

    private static void Commit(string temporary, string folder, Disk disk)
    {
        if (!Directory.Exists(folder))
        {
            try
            {
                disk.RenameFolder(temporary, folder);
                return;
            }
            catch (IOException) when (Directory.Exists(folder))
            {
                // Another run received the same message between the check and the rename.
            }
        }

        foreach (var file in Directory.EnumerateFiles(temporary))
        {
            var target = Path.Combine(folder, Path.GetFileName(file));
            if (!File.Exists(target))
            {
                disk.Rename(file, target);
            }
        }

        disk.FlushFolder(folder);
    }
}
