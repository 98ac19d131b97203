using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.Mailboxes;

/// <summary>A message that was written property by property: https://learn.microsoft.com/graph/api/user-post-messages.</summary>
internal sealed class WrittenContent : ItemContent
{
    /// <summary>Represents the properties of a message that its author sets.</summary>
    public static readonly string[] Names =
    [
        "subject", "body", "importance", "toRecipients", "ccRecipients", "bccRecipients", "replyTo", "from", "sender",
        "internetMessageId", "internetMessageHeaders", "isDeliveryReceiptRequested", "isReadReceiptRequested", "sentDateTime",
        "categories", "flag", "inferenceClassification",
    ];

    private static readonly string[] Recipients = ["toRecipients", "ccRecipients", "bccRecipients", "replyTo"];

    private readonly JsonObject _properties = new();
    private readonly List<MessageAttachment> _attachments = [];

    public override IReadOnlyList<MessageAttachment> Attachments => _attachments;

    public override long MimeLength => MimeComposer.Compose(this).Sum(s => s.Length);

    /// <summary>A message with the properties of another content, and its attachments.</summary>
    public static WrittenContent Of(ItemContent other)
    {
        var content = new WrittenContent();
        foreach (var name in Names)
        {
            content.Set(name, other.Property(name));
        }

        content._attachments.AddRange(other.Attachments);
        return content;
    }

    public override JsonNode? Property(string name) => _properties[name];

    public override Stream OpenMime() => new SegmentStream(MimeComposer.Compose(this));

    public void Set(string name, JsonNode? value) => _properties[name] = name switch
    {
        _ when Recipients.Contains(name) => new JsonArray([.. (value as JsonArray ?? []).Select(Recipient)]),
        "from" or "sender" => value is null ? null : Recipient(value),
        "importance" => value?.ToString().ToLowerInvariant(),
        "body" when value is JsonObject body => new JsonObject
        {
            ["contentType"] = body.Text("contentType")?.ToLowerInvariant() ?? "text",
            ["content"] = body.Text("content") ?? "",
        },
        _ => value?.DeepClone(),
    };

    public void Attach(MessageAttachment attachment) => _attachments.Add(attachment);

    public bool Detach(string attachmentId) => _attachments.RemoveAll(a => a.Id == attachmentId) > 0;

    /// <summary>Returns the message for a recipient: everything except the Bcc recipients.</summary>
    public WrittenContent ForRecipient()
    {
        var copy = Of(this);
        copy.Set("bccRecipients", null);
        return copy;
    }

    // The address is used for a missing name.
    private static JsonObject Recipient(JsonNode? recipient)
    {
        var address = (recipient as JsonObject)?["emailAddress"] as JsonObject;
        var text = address?.Text("address") ?? "";
        return new JsonObject
        {
            ["emailAddress"] = new JsonObject
            {
                ["name"] = address?.Text("name") is { Length: > 0 } name ? name : text,
                ["address"] = text,
            },
        };
    }
}
