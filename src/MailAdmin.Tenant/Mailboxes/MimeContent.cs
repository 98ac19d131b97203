using System.Text.Json.Nodes;
using MailAdmin.Core.Mail.Mime;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.Mailboxes;

/// <summary>
/// A message that came as MIME: the only place that turns RFC 5322 into the properties of
/// https://learn.microsoft.com/graph/api/resources/message. It is read when somebody first asks for a property.
/// </summary>
internal sealed class MimeContent(ReadOnlyMemory<byte> bytes) : ItemContent
{
    private static readonly ItemIds AttachmentIds = new();

    private readonly Blob _blob = Blob.Of(bytes);
    private readonly Lazy<MimeMessage> _message = new(() => MimeMessage.Parse(bytes), LazyThreadSafetyMode.None);
    private IReadOnlyList<MessageAttachment>? _attachments;

    public override long MimeLength => _blob.Length;

    public override IReadOnlyList<MessageAttachment> Attachments => _attachments ??= [.. Parts(Message).Select(Attachment)];

    private MimeMessage Message => _message.Value;

    public override Stream OpenMime() => _blob.OpenRead();

    public override JsonNode? Property(string name) => name switch
    {
        "@odata.type" => MeetingType(),
        "subject" => Message.Subject,
        "sentDateTime" => Message.Date is { } date ? Json.Seconds(date) : null,
        "internetMessageId" => Message.MessageId,
        "importance" => Importance(),
        "body" => Body(),
        "from" => Message.From.Count > 0 ? Recipient(Message.From[0]) : null,
        "sender" => Message.Sender is { } sender ? Recipient(sender) : null,
        "toRecipients" => Recipients(Message.To),
        "ccRecipients" => Recipients(Message.Cc),
        "bccRecipients" => Recipients(Message.Bcc),
        "replyTo" => Recipients(Message.ReplyTo),
        "conversationIndex" => Message.Headers["Thread-Index"],
        "isReadReceiptRequested" => Message.Headers["Disposition-Notification-To"] is not null,
        "isDeliveryReceiptRequested" => Message.Headers["Return-Receipt-To"] is not null,
        "internetMessageHeaders" => new JsonArray(
            [.. Message.Headers.Select(h => new JsonObject { ["name"] = h.Name, ["value"] = h.Value })]),
        _ => null,
    };

    private static JsonArray Recipients(IEnumerable<EmailAddress> addresses) => new([.. addresses.Select(Recipient)]);

    // Exchange shows the address where there is no name.
    private static JsonObject Recipient(EmailAddress address) => new()
    {
        ["emailAddress"] = new JsonObject
        {
            ["name"] = string.IsNullOrEmpty(address.Name) ? address.Address : address.Name,
            ["address"] = address.Address,
        },
    };

    private JsonObject Body() => Message.HtmlBody is { } html
        ? new JsonObject { ["contentType"] = "html", ["content"] = html }
        : new JsonObject { ["contentType"] = "text", ["content"] = Message.TextBody ?? "" };

    private string Importance() =>
        (Message.Headers["Importance"] ?? Message.Headers["X-Priority"] ?? "").Trim().ToLowerInvariant() switch
    {
        "high" or ['1', ..] or ['2', ..] => "high",
        "low" or ['4', ..] or ['5', ..] => "low",
        _ => "normal",
    };

    // https://learn.microsoft.com/graph/api/resources/eventmessage: the method of RFC 5546 decides which kind it is.
    private string? MeetingType() => Message.Calendars is [var calendar, ..]
        ? calendar.ContentType.Parameters["method"]?.ToUpperInvariant() switch
        {
            "REQUEST" => "#microsoft.graph.eventMessageRequest",
            "REPLY" => "#microsoft.graph.eventMessageResponse",
            "CANCEL" => "#microsoft.graph.eventMessage",
            _ => null,
        }
        : null;

    /// <summary>What Graph calls attachments: what is to be saved, and inline parts that the HTML refers to.</summary>
    private static IEnumerable<MimePart> Parts(MimeMessage message)
    {
        var attached = message.Attachments;
        return message.Root.Walk().Where(p => attached.Contains(p)
            || (p.IsInline && !p.IsMultipart && !p.IsCalendar && p != message.TextPart && p != message.HtmlPart));
    }

    private MessageAttachment Attachment(MimePart part)
    {
        var isMessage = part.ContentType.MediaType is "message/rfc822" or "message/global";
        return new MessageAttachment
        {
            Id = AttachmentIds.NewItem(),
            Kind = isMessage ? AttachmentKind.Item : AttachmentKind.File,
            Name = part.FileName ?? (isMessage ? part.Message?.Subject : null) ?? part.SafeFileName,
            ContentType = isMessage ? null : part.ContentType.MediaType,
            ContentId = part.ContentId,
            IsInline = part.IsInline && part.ContentId is not null,
            ModifiedAt = Message.Date ?? DateTimeOffset.UnixEpoch,
            Content = Blob.Of(() => part.Decode()),
        };
    }
}
