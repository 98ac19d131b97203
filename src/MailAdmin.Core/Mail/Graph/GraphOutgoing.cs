using Microsoft.Graph.Models;

namespace MailAdmin.Core.Mail.Graph;

/// <summary>Converts an outgoing message to Graph's form.</summary>
/// <remarks>https://learn.microsoft.com/graph/api/resources/message</remarks>
internal static class GraphOutgoing
{
    /// <summary>The service takes requests of 4 MB; this leaves room for what isn't counted.</summary>
    private const long LargestRequest = 3_500_000;

    /// <summary>From 3 MB on a file needs an upload session.</summary>
    public const long SessionFrom = 3 * 1024 * 1024;

    /// <summary>JSON can write a character as "\uXXXX".</summary>
    private const long LongestEscape = 6;

    /// <summary>Returns whether a message fits in one request with all its attachments.</summary>
    public static bool FitsOneRequest(OutgoingMessage message) =>
        message.Attachments.All(a => a.Size < SessionFrom)
        && message.Body.Sum(c => char.IsAsciiLetterOrDigit(c) || c == ' ' ? 1L : LongestEscape)
            + message.Attachments.Sum(a => (a.Size + 2) / 3 * 4) <= LargestRequest;

    /// <summary>An attachment with its content, for one request.</summary>
    /// <exception cref="InvalidRequestException">The file can't be read, or is shorter than it was.</exception>
    public static async Task<FileAttachment> ReadAsync(OutgoingAttachment attachment, CancellationToken cancellationToken)
    {
        var bytes = new byte[attachment.Size];
        var file = attachment.Open();
        await using (file.ConfigureAwait(false))
        {
            try
            {
                await file.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
            }
            catch (IOException e)
            {
                throw OutgoingAttachment.Unreadable(attachment.Path, e.Message, e);
            }
        }

        return new FileAttachment
        {
            Name = attachment.Name,
            ContentType = attachment.ContentType,
            ContentBytes = bytes,
            IsInline = attachment.ContentId is not null,
            ContentId = attachment.ContentId,
        };
    }

    /// <summary>The message without its attachments.</summary>
    public static Message Message(OutgoingMessage message) => new()
    {
        From = message.From is null ? null : GraphMessages.Recipient(message.From),
        ToRecipients = [.. message.To.Select(GraphMessages.Recipient)],
        CcRecipients = [.. message.Cc.Select(GraphMessages.Recipient)],
        BccRecipients = [.. message.Bcc.Select(GraphMessages.Recipient)],
        ReplyTo = [.. message.ReplyTo.Select(GraphMessages.Recipient)],
        Subject = message.Subject,
        InternetMessageId = message.MessageId,
        Importance = GraphMessages.Level(message.Importance),
        Body = new ItemBody { ContentType = message.IsHtml ? BodyType.Html : BodyType.Text, Content = message.Body },
    };
}
