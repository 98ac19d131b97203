namespace MailAdmin.Core.Mail.Mime;

/// <summary>Reads the properties that a listing doesn't have from the message itself.</summary>
internal static class MessageContent
{
    /// <summary>Adds the requested properties. The message itself takes precedence over the listing.</summary>
    /// <param name="listed">The message as listed.</param>
    /// <param name="content">The message, or its header section if no more was requested.</param>
    /// <param name="detail">The properties to add.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The same message with more.</returns>
    /// <exception cref="IOException">The content can't be read.</exception>
    public static async Task<MailboxMessage> CompleteAsync(
        MailboxMessage listed, MimeMessage content, MessageDetail detail, CancellationToken cancellationToken)
    {
        var complete = Told(listed, content);
        if (detail.HasFlag(MessageDetail.InternetHeaders))
        {
            complete = complete with
            {
                InternetHeader = [.. content.Headers],
            };
        }

        if ((detail & ~MessageDetail.InternetHeaders) == 0)
        {
            return complete;
        }

        complete = complete with
        {
            Kind = MessageKinds.Of(content),
            DeliveryStatus = MessageKinds.DeliveryStatus(content),
            HasAttachments = content.Attachments.Count > 0,
        };
        if (detail.HasFlag(MessageDetail.Body))
        {
            var (text, html) = (content.TextBody, content.HtmlBody);
            complete = complete with
            {
                TextBody = text ?? (html is null ? "" : HtmlText.ToText(html)),
                HtmlBody = html ?? (string.IsNullOrEmpty(text) ? "" : HtmlText.FromText(text)),
            };
        }

        return !detail.HasFlag(MessageDetail.Attachments) ? complete
            : complete with { Attachment = await DescribeAsync(content, cancellationToken).ConfigureAwait(false) };
    }

    /// <summary>Returns the displayed properties of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="size">Its size, decoded.</param>
    public static MailAttachment Describe(MailFile file, long size) => new()
    {
        Name = file.Name,
        Kind = file.IsMessage ? MailAttachmentKind.Item : MailAttachmentKind.File,
        ContentType = file.ContentType,
        Size = size,
        IsInline = file.IsInline,
        ContentId = file.ContentId,
    };

    private static async Task<MailAttachment[]> DescribeAsync(MimeMessage content, CancellationToken cancellationToken)
    {
        var described = new List<MailAttachment>();
        foreach (var file in MailFile.AllOf(content))
        {
            described.Add(Describe(file, await file.CopyAsync(Stream.Null, cancellationToken).ConfigureAwait(false)));
        }

        return [.. described];
    }

    /// <summary>
    /// Replaces listed properties with those of the message itself: a server might not be able to read a header that can be read
    /// here.
    /// </summary>
    /// <param name="listed">The message as listed.</param>
    /// <param name="content">The message, or its header section.</param>
    public static MailboxMessage Told(MailboxMessage listed, MimeMessage content)
    {
        if (content.Headers.Count == 0)
        {
            return listed;
        }

        var from = content.From is [var first, ..] ? first : null;
        return listed with
        {
            Subject = content.Subject ?? "",
            From = from,
            Sender = content.Sender is { } sender && sender.Address != from?.Address ? sender : null,
            To = [.. content.To],
            Cc = [.. content.Cc],
            // A copy in Sent Items might not contain the Bcc recipients.
            Bcc = content.Bcc is { Count: > 0 } bcc ? [.. bcc] : listed.Bcc,
            ReplyTo = [.. content.ReplyTo],
            SentAt = content.Date,
            InternetMessageId = content.MessageId ?? listed.InternetMessageId,
            Importance = Importance(content),
        };
    }

    // RFC 2156 section 5.3.6, and what mailers wrote before it.
    private static MailImportance Importance(MimeMessage content) =>
        (content.Headers["Importance"] ?? content.Headers["X-Priority"] ?? "").Trim().ToLowerInvariant() switch
        {
            "high" or ['1', ..] or ['2', ..] => MailImportance.High,
            "low" or ['4', ..] or ['5', ..] => MailImportance.Low,
            _ => MailImportance.Normal,
        };
}
