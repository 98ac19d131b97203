namespace MailAdmin.Core.Mail.Mime;

/// <summary>What a listing does not tell of a message, read from the message itself.</summary>
internal static class MessageContent
{
    /// <summary>Adds what was asked for.</summary>
    /// <param name="listed">What the listing told.</param>
    /// <param name="content">The message, or its header section where no more was asked for.</param>
    /// <param name="detail">What is wanted.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The same message with more.</returns>
    /// <exception cref="IOException">The content can't be read.</exception>
    public static async Task<MailboxMessage> CompleteAsync(
        MailboxMessage listed, MimeMessage content, MessageDetail detail, CancellationToken cancellationToken)
    {
        var complete = listed with { Importance = Importance(content) };
        if (detail.HasFlag(MessageDetail.InternetHeaders))
        {
            complete = complete with
            {
                InternetHeader = [.. content.Headers.Select(static h => new MailHeader(h.Name, h.Value))],
            };
        }

        if (detail.HasFlag(MessageDetail.Body))
        {
            var (text, html) = (content.TextBody, content.HtmlBody);
            complete = complete with
            {
                TextBody = text ?? (html is null ? "" : HtmlText.ToText(html)),
                HtmlBody = html ?? (string.IsNullOrEmpty(text) ? "" : HtmlText.FromText(text)),
            };
        }

        if ((detail & (MessageDetail.Body | MessageDetail.Attachments)) == 0)
        {
            return complete;
        }

        var parts = Attachments(content);
        complete = complete with { HasAttachments = parts.Exists(static part => !IsInline(part)) };
        return !detail.HasFlag(MessageDetail.Attachments) ? complete
            : complete with { Attachment = await DescribeAsync(parts, cancellationToken).ConfigureAwait(false) };
    }

    /// <summary>
    /// What is to be saved, and the inline parts that the HTML refers to; what a nested message holds is its own.
    /// </summary>
    private static List<MimePart> Attachments(MimeMessage content)
    {
        var attached = content.Attachments.ToHashSet();
        return [.. content.Root.Walk().Where(part => attached.Contains(part)
            || (part.IsInline && !part.IsMultipart && !part.IsCalendar && part != content.TextPart && part != content.HtmlPart))];
    }

    private static async Task<MailAttachment[]> DescribeAsync(List<MimePart> parts, CancellationToken cancellationToken)
    {
        var described = new MailAttachment[parts.Count];
        for (var i = 0; i < described.Length; i++)
        {
            described[i] = Describe(parts[i], await parts[i].DecodeToAsync(Stream.Null, cancellationToken).ConfigureAwait(false));
        }

        return described;
    }

    /// <summary>An attachment as it is shown.</summary>
    /// <param name="part">The part.</param>
    /// <param name="size">Its size, decoded.</param>
    public static MailAttachment Describe(MimePart part, long size)
    {
        var isMessage = part.ContentType.MediaType is "message/rfc822" or "message/global";
        return new MailAttachment
        {
            Name = part.FileName ?? (isMessage ? part.Message?.Subject : null) ?? "",
            Kind = isMessage ? MailAttachmentKind.Item : MailAttachmentKind.File,
            ContentType = part.ContentType.MediaType,
            Size = size,
            IsInline = IsInline(part),
            ContentId = part.ContentId,
        };
    }

    // Inline without a name to refer to it by is only a wish about the order.
    private static bool IsInline(MimePart part) => part is { IsInline: true, ContentId: not null };

    // RFC 2156 section 5.3.6, and what mailers wrote before it.
    private static MailImportance Importance(MimeMessage content) =>
        (content.Headers["Importance"] ?? content.Headers["X-Priority"] ?? "").Trim().ToLowerInvariant() switch
        {
            "high" or ['1', ..] or ['2', ..] => MailImportance.High,
            "low" or ['4', ..] or ['5', ..] => MailImportance.Low,
            _ => MailImportance.Normal,
        };
}
