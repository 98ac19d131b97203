using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Graph.OData;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.Graph;

/// <summary>Attachments of messages: https://learn.microsoft.com/graph/api/resources/attachment.</summary>
internal static class AttachmentApi
{
    private static readonly ItemIds Ids = new();

    /// <summary>message-list-attachments</summary>
    public static TenantAnswer List(GraphCall call)
    {
        var item = MessageApi.Find(call);
        return new Listing<MessageAttachment>(AttachmentType.Type, Fragment(call), Paging.Outlook) { Expand = Expanded(call) }
            .Answer(call, item.Content.Attachments);
    }

    /// <summary>attachment-get; with $expand=microsoft.graph.itemAttachment/item the attached message too.</summary>
    public static TenantAnswer Get(GraphCall call)
    {
        var attachment = Find(call);
        var json = Render(call, attachment);
        Expanded(call)?.Invoke(attachment, json);
        return TenantAnswer.OfJson(200, json);
    }

    /// <summary>attachment-get with $value: the file's own content, or the MIME form of an attached message.</summary>
    public static TenantAnswer GetContent(GraphCall call)
    {
        var attachment = Find(call);
        return attachment.Kind == AttachmentKind.Reference
            ? throw new GraphRefusal(405, "ErrorInvalidRequest", "The $value of a reference attachment cannot be read.")
            : new TenantAnswer(200)
            {
                Content = attachment.Content.OpenRead,
                ContentType = attachment.Kind == AttachmentKind.Item
                    ? "text/plain"
                    : attachment.ContentType ?? "application/octet-stream",
            };
    }

    /// <summary>message-post-attachments: up to 3 MB; larger files need an upload session.</summary>
    public static TenantAnswer Add(GraphCall call)
    {
        var draft = Draft(MessageApi.Find(call));
        var attachment = Read(call, call.Body);
        draft.Attach(attachment);
        return TenantAnswer.OfJson(201, Render(call, attachment));
    }

    /// <summary>attachment-delete</summary>
    public static TenantAnswer Delete(GraphCall call)
    {
        var attachment = Find(call);
        Draft(MessageApi.Find(call)).Detach(attachment.Id);
        return new TenantAnswer(204);
    }

    /// <summary>Creates an attachment from its JSON.</summary>
    /// <exception cref="GraphRefusal">It is of no known kind, or its content isn't base64.</exception>
    public static MessageAttachment Read(GraphCall call, JsonObject json)
    {
        var kind = json.Text("@odata.type")?.TrimStart('#').ToLowerInvariant() switch
        {
            "microsoft.graph.fileattachment" => AttachmentKind.File,
            "microsoft.graph.itemattachment" => AttachmentKind.Item,
            "microsoft.graph.referenceattachment" => AttachmentKind.Reference,
            _ => throw GraphRefusal.BadRequest(
                "The property '@odata.type' of an attachment must name one of its kinds.", "ErrorInvalidRequest"),
        };
        var item = json["item"] as JsonObject;
        return new MessageAttachment
        {
            Id = NewId(),
            Kind = kind,
            Name = json.Text("name") ?? item?.Text("subject")
                ?? throw new GraphRefusal(
                    400, "ErrorRequiredPropertyMissing",
                    "Required property is missing., The property 'Name' is required when creating the entity."),
            ContentType = kind switch
            {
                AttachmentKind.File => json.Text("contentType") ?? "application/octet-stream",
                AttachmentKind.Reference => json.Text("contentType"),
                _ => null,
            },
            ContentId = json.Text("contentId"),
            IsInline = json.Flag("isInline") == true,
            ModifiedAt = call.Tenant.Now,
            Content = kind switch
            {
                AttachmentKind.File => Bytes(json.Text("contentBytes")),
                AttachmentKind.Item => Composed(item ?? new JsonObject()),
                _ => Blob.Empty,
            },
        };
    }

    /// <summary>A new attachment's id.</summary>
    public static string NewId() => Ids.NewItem();

    /// <summary>The content of a draft, ready to be changed.</summary>
    /// <exception cref="GraphRefusal">The message was sent or received.</exception>
    public static WrittenContent Draft(Item item)
    {
        if (!item.IsDraft)
        {
            throw new GraphRefusal(400, "ErrorInvalidOperation", "Attachments can be changed only while the message is a draft.");
        }

        item.Touch();
        if (item.Content is not WrittenContent written)
        {
            item.Content = written = WrittenContent.Of(item.Content);
        }

        return written;
    }

    private static MessageAttachment Find(GraphCall call) =>
        MessageApi.Find(call).Content.Attachments.FirstOrDefault(a => a.Id == call.Keys["attachment"])
        ?? throw (ItemIds.IsWellFormed(call.Keys["attachment"]) ? GraphRefusal.NoItem() : GraphRefusal.MalformedId());

    private static JsonObject Render(GraphCall call, MessageAttachment attachment)
    {
        var type = AttachmentType.Type;
        var context = call.Context($"{Fragment(call)}{type.ContextOf(call.Query.Select)}/$entity");
        return type.Render(attachment, call, call.Query.Select).After(("@odata.context", context));
    }

    private static string Fragment(GraphCall call) =>
        $"{MessageApi.Fragment(call)}('{Uri.EscapeDataString(call.Keys["message"])}')/attachments";

    /// <summary>Returns the function that adds an attached message; null unless the request expands it.</summary>
    private static Action<MessageAttachment, JsonObject>? Expanded(GraphCall call)
    {
        if (call.Expand.Count == 0)
        {
            return null;
        }

        if (call.Expand.FirstOrDefault(e => !string.Equals(
            e.Split('(')[0], "microsoft.graph.itemAttachment/item", StringComparison.OrdinalIgnoreCase)) is { } unknown)
        {
            throw GraphRefusal.BadRequest(
                $"Could not find a property named '{unknown}' on type 'Microsoft.OutlookServices.Attachment'.",
                "RequestBroker--ParseUri");
        }

        return (attachment, json) =>
        {
            if (attachment.Kind == AttachmentKind.Item)
            {
                json["item@odata.context"] = call.Context(
                    $"{Fragment(call)}('{Uri.EscapeDataString(attachment.Id)}')/microsoft.graph.itemAttachment/item/$entity");
                json["item"] = AttachedItem(call, attachment);
            }
        };
    }

    private static JsonObject AttachedItem(GraphCall call, MessageAttachment attachment)
    {
        var content = new MimeContent(attachment.Content.ToMemory());
        var item = new Item(call.Mailbox, "", content, attachment.ModifiedAt);
        var json = MessageType.For(call).Render(item, call, []);
        return json.ContainsKey("@odata.type") ? json : json.After(("@odata.type", "#microsoft.graph.message"));
    }

    /// <summary>The MIME form of an item that was written in JSON.</summary>
    private static Blob Composed(JsonObject item)
    {
        var written = new WrittenContent();
        foreach (var (name, value) in item.Where(p => WrittenContent.Names.Contains(p.Key)))
        {
            written.Set(name, value);
        }

        using var mime = written.OpenMime();
        var bytes = new byte[mime.Length];
        mime.ReadExactly(bytes);
        return Blob.Of(bytes);
    }

    private static Blob Bytes(string? base64)
    {
        try
        {
            return Blob.Of(Convert.FromBase64String(base64 ?? ""));
        }
        catch (FormatException)
        {
            throw GraphRefusal.BadRequest(
                "Cannot convert the literal of 'contentBytes' to the expected type 'Edm.Binary'.", "RequestBodyRead");
        }
    }
}
