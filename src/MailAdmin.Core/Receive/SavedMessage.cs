using MailAdmin.Core.Files;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Core.Receive;

/// <summary>Reads a message from a file, as from a mailbox.</summary>
internal static class SavedMessage
{
    // What a message has and other files haven't.
    private static readonly string[] Fields =
    [
        "From", "To", "Cc", "Bcc", "Subject", "Date", "Message-ID", "Received", "Return-Path", "Delivered-To", "Sender",
        "Reply-To", "MIME-Version", "Content-Type",
    ];

    /// <summary>Reads one.</summary>
    /// <param name="path">The full path of the file.</param>
    /// <param name="saveAttachments">Whether the attachments are saved in a folder next to the file.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The message with its bodies, attachments, and header fields.</returns>
    /// <exception cref="InvalidRequestException">
    /// The file can't be read (MessageFileNotReadable), it holds no message (NotAMessage), or the attachments can't be saved
    /// (DestinationNotWritable).
    /// </exception>
    public static async Task<ReceivedMessage> ReadAsync(
        string path, bool saveAttachments, CancellationToken cancellationToken)
    {
        ReceivedMessage message;
        try
        {
            using var content = await MimeMessage.OpenAsync(path, cancellationToken).ConfigureAwait(false);
            if (!Array.Exists(Fields, field => content.Headers[field] is not null))
            {
                throw new InvalidRequestException("NotAMessage", $"'{path}' isn't a message because it has no header section.")
                {
                    Target = path,
                    Advice = "Specify .eml files. Outlook files (.msg) aren't supported.",
                };
            }

            var bare = new MailboxMessage
            {
                Id = "",
                Mailbox = "",
                Folder = "",
                Size = new FileInfo(path).Length,
                ReceivedAt = ReceivedAt(content) ?? content.Date,
            };
            message = new ReceivedMessage(await MessageContent.CompleteAsync(
                bare, content, MessageDetail.Body | MessageDetail.Attachments | MessageDetail.InternetHeaders, cancellationToken)
                .ConfigureAwait(false))
            {
                Path = path,
            };
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw new InvalidRequestException("MessageFileNotReadable", $"Can't read '{path}': {e.Message}", e)
            {
                Target = path,
                Advice = "Specify existing files that you have permission to read.",
            };
        }

        return saveAttachments ? message with { Attachment = await SaveAsync(message, cancellationToken).ConfigureAwait(false) }
            : message;
    }

    /// <summary>The saved ones with their files, and the pictures of the HTML, which aren't saved.</summary>
    private static async Task<MailAttachment[]> SaveAsync(ReceivedMessage message, CancellationToken cancellationToken)
    {
        try
        {
            var disk = new Disk(Durability.Full, null);
            var saved = await AttachmentFiles.SaveAsync(message.Path!, disk, "read", cancellationToken).ConfigureAwait(false);
            return [.. saved, .. message.Attachment!.Where(static a => a.IsInline)];
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw DestinationErrors.Of(message, Path.GetDirectoryName(message.Path), e);
        }
    }

    // The topmost Received field is the last server's: RFC 5321 section 4.4.
    private static DateTimeOffset? ReceivedAt(MimeMessage content) =>
        content.Headers["Received"] is { } received && received.LastIndexOf(';') is >= 0 and var at
            ? DateParser.Parse(System.Text.Encoding.UTF8.GetBytes(received[(at + 1)..]))
            : null;
}
