using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// Attachments as Graph shows them: https://learn.microsoft.com/graph/api/resources/fileattachment, itemattachment and
/// referenceattachment. What only one kind has is selected with the kind's name before it.
/// </summary>
internal static class AttachmentType
{
    private const string File = "microsoft.graph.fileAttachment";

    public static EntityType<MessageAttachment> Type { get; } = new("microsoft.graph.attachment", Annotations,
        new("id", (a, _) => a.Id),
        new("lastModifiedDateTime", (a, _) => Json.Seconds(a.ModifiedAt)),
        new("name", (a, _) => a.Name),
        new("contentType", (a, _) => a.ContentType),
        new("size", (a, _) => a.Content.Length),
        new("isInline", (a, _) => a.IsInline),
        OfFile("contentId", a => a.ContentId),
        OfFile("contentLocation", _ => null),
        OfFile("contentBytes", a => Convert.ToBase64String(a.Content.ToMemory().Span)))
    {
        Always = ["id"],
    };

    private static Property<MessageAttachment> OfFile(string name, Func<MessageAttachment, JsonNode?> get) =>
        new(name, (a, _) => get(a)) { Of = File, When = a => a.Kind == AttachmentKind.File };

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Annotations(MessageAttachment attachment, GraphCall call)
    {
        yield return new("@odata.type", attachment.Kind switch
        {
            AttachmentKind.File => "#" + File,
            AttachmentKind.Item => "#microsoft.graph.itemAttachment",
            _ => "#microsoft.graph.referenceAttachment",
        });
        if (attachment.Kind == AttachmentKind.File)
        {
            yield return new("@odata.mediaContentType", attachment.ContentType);
        }
    }
}
