using MailAdmin.Core.Files;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Core.Receive;

/// <summary>
/// Saves the attachments of a message that is on disk into a folder beside it. The folder gets its name when every file in it is
/// complete and flushed, so one that is there is whole; what is in it already is never written over.
/// </summary>
internal static class AttachmentFiles
{
    /// <summary>Saves them.</summary>
    /// <param name="messagePath">The .eml file; the folder is named as it is without its extension.</param>
    /// <param name="owner">Who may remove what is left of it.</param>
    /// <param name="cancellationToken">Ends it; then there is no folder.</param>
    /// <returns>The attachments with the files that they are in; none makes no folder.</returns>
    /// <exception cref="IOException">A file can't be written.</exception>
    public static async Task<MailAttachment[]> SaveAsync(
        string messagePath, Disk disk, string owner, CancellationToken cancellationToken)
    {
        using var message = await MimeMessage.OpenAsync(messagePath, null, cancellationToken).ConfigureAwait(false);
        var parts = message.Attachments;
        if (parts.Count == 0)
        {
            return [];
        }

        var folder = Path.ChangeExtension(messagePath, null);
        var temporary = OwnFile.MakeFolder(MessageFile.TemporaryFor(folder, owner), flush: false, disk.Files);
        try
        {
            // In an empty folder the same message gives the same names, so a second run finds what the first has saved.
            var into = new AttachmentFolder(temporary, disk.Files);
            var saved = new MailAttachment[parts.Count];
            for (var i = 0; i < saved.Length; i++)
            {
                saved[i] = await SaveAsync(parts[i], into, folder, disk, cancellationToken).ConfigureAwait(false);
            }

            // Before the folder gets its name: one that is there is taken for whole.
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

    private static async Task<MailAttachment> SaveAsync(
        MimePart part, AttachmentFolder into, string folder, Disk disk, CancellationToken cancellationToken)
    {
        var file = into.Create(part);
        await using (file.ConfigureAwait(false))
        {
            var size = await part.DecodeToAsync(file, cancellationToken).ConfigureAwait(false);
            disk.Flush(file);
            return MessageContent.Describe(part, size) with { Path = Path.Combine(folder, Path.GetFileName(file.Name)) };
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
                // Another run brought the same message between our look and our renaming.
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
