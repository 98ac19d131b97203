using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MimeKit;

namespace MailAdmin.Tenant.Mailboxes;

/// <summary>
/// Represents a message that arrived as MIME: the only class that converts RFC 5322 to the properties of
/// https://learn.microsoft.com/graph/api/resources/message. It's parsed on first use.
/// </summary>
internal sealed class MimeContent(ReadOnlyMemory<byte> bytes) : ItemContent
{
    private static readonly ItemIds AttachmentIds = new();

    private readonly Blob _blob = Blob.Of(bytes);
    private readonly Lazy<ParsedMessage> _message = new(() => new(bytes), LazyThreadSafetyMode.None);
    private IReadOnlyList<MessageAttachment>? _attachments;

    public override long MimeLength => _blob.Length;

    public override IReadOnlyList<MessageAttachment> Attachments => _attachments ??= [.. Attached().Select(Attachment)];

    private ParsedMessage Message => _message.Value;

    public override Stream OpenMime() => _blob.OpenRead();

    public override JsonNode? Property(string name) => name switch
    {
        "@odata.type" => MeetingType(),
        "subject" => Message.Subject,
        "sentDateTime" => Message.Date is { } date ? Json.Seconds(date) : null,
        "internetMessageId" => Message.MessageId,
        "importance" => Importance(),
        "body" => Body(),
        "from" or "sender" => Message.Addresses(name).Select(Recipient).FirstOrDefault(),
        "toRecipients" => Recipients("To"),
        "ccRecipients" => Recipients("Cc"),
        "bccRecipients" => Recipients("Bcc"),
        "replyTo" => Recipients("Reply-To"),
        "conversationIndex" => Message.Text("Thread-Index"),
        "isReadReceiptRequested" => Message.Text("Disposition-Notification-To") is not null,
        "isDeliveryReceiptRequested" => Message.Text("Return-Receipt-To") is not null,
        "internetMessageHeaders" => new JsonArray(
            [.. Message.Fields.Select(h => new JsonObject { ["name"] = h.Name, ["value"] = h.Value })]),
        _ => null,
    };

    private JsonArray Recipients(string field) => new([.. Message.Addresses(field).Select(Recipient)]);

    // Exchange shows the address of a sender without a name.
    private static JsonObject Recipient(EmailAddress address) => new()
    {
        ["emailAddress"] = new JsonObject
        {
            ["name"] = string.IsNullOrEmpty(address.Name) ? address.Address : address.Name,
            ["address"] = address.Address,
        },
    };

    // Where one part of the body is HTML, all of it is.
    private JsonObject Body()
    {
        var isHtml = Message.Body.Any(static part => part.IsHtml);
        return new JsonObject
        {
            ["contentType"] = isHtml ? "html" : "text",
            ["content"] = string.Concat(
                Message.Body.Select(part => isHtml && !part.IsHtml ? HtmlText.FromText(Message.Text(part)) : Message.Text(part))),
        };
    }

    private string Importance() =>
        (Message.Text("Importance") ?? Message.Text("X-Priority") ?? "").ToLowerInvariant() switch
        {
            "high" or ['1', ..] or ['2', ..] => "high",
            "low" or ['4', ..] or ['5', ..] => "low",
            _ => "normal",
        };

    // https://learn.microsoft.com/graph/api/resources/eventmessage: the method of RFC 5546 decides which kind it is.
    private string? MeetingType() =>
        Message.Calendars.Select(static c => c.ContentType.Parameters["method"]?.ToUpperInvariant()).FirstOrDefault() switch
        {
            "REQUEST" => "#microsoft.graph.eventMessageRequest",
            "REPLY" => "#microsoft.graph.eventMessageResponse",
            "CANCEL" => "#microsoft.graph.eventMessage",
            _ => null,
        };

    /// <summary>
    /// The attachments in Graph: every part that isn't a multipart, the body, an alternative of it, or the calendar of the
    /// meeting.
    /// </summary>
    private IEnumerable<MimeEntity> Attached()
    {
        var meeting = MeetingType() is null ? null : Message.Calendars.FirstOrDefault();
        return Message.Parts.Where(part => part is not Multipart && part != meeting && !Message.Body.Contains(part)
            && !(part is TextPart { IsAttachment: false, FileName: null } && IsForm(part)));
    }

    private bool IsForm(MimeEntity part) =>
        part == Message.Root || Message.Parts.OfType<MultipartAlternative>().Any(forms => forms.Contains(part));

    private MessageAttachment Attachment(MimeEntity part) => new()
    {
        Id = AttachmentIds.NewItem(),
        Kind = ParsedMessage.IsMessage(part) ? AttachmentKind.Item : AttachmentKind.File,
        Name = Name(part),
        ContentType = ParsedMessage.IsMessage(part) ? null : part.ContentType.MimeType.ToLowerInvariant(),
        ContentId = part.ContentId,
        IsInline = ParsedMessage.IsInline(part),
        ModifiedAt = Message.Date ?? DateTimeOffset.UnixEpoch,
        Content = Blob.Of(() => Message.Decode(part, bytes)),
    };

    private string Name(MimeEntity part)
    {
        var name = part.ContentDisposition?.FileName ?? part.ContentType.Name ?? Message.Held(part)?.Subject;
        return !string.IsNullOrEmpty(name) ? name
            : MimeTypes.TryGetExtension(part.ContentType.MimeType, out var extension) ? "attachment" + extension
            : "attachment.bin";
    }
}
