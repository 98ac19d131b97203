using System.Text.Json.Nodes;
using MailAdmin.Tenant.Exchange;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// Attachments as Graph shows them: https://learn.microsoft.com/graph/api/resources/fileattachment, itemattachment and
/// referenceattachment.
/// </summary>
internal static class AttachmentJson
{
    /// <summary>All of it; a file with its content as base64.</summary>
    public static JsonObject Whole(MessageAttachment attachment)
    {
        JsonObject json = Basic(attachment);
        if (attachment.Kind == AttachmentKind.File)
        {
            json["contentId"] = attachment.ContentId;
            json["contentLocation"] = null;
            json["contentBytes"] = Convert.ToBase64String(attachment.Content.ToMemory().Span);
        }

        return json;
    }

    /// <summary>What every kind has.</summary>
    public static JsonObject Basic(MessageAttachment attachment)
    {
        var json = new JsonObject { ["@odata.type"] = TypeOf(attachment.Kind) };
        if (attachment.Kind == AttachmentKind.File)
        {
            json["@odata.mediaContentType"] = attachment.ContentType;
        }

        json["id"] = attachment.Id;
        json["lastModifiedDateTime"] = Json.Seconds(attachment.ModifiedAt);
        json["name"] = attachment.Name;
        json["contentType"] = attachment.ContentType;
        json["size"] = attachment.Content.Length;
        json["isInline"] = attachment.IsInline;
        return json;
    }

    private static string TypeOf(AttachmentKind kind) => kind switch
    {
        AttachmentKind.File => "#microsoft.graph.fileAttachment",
        AttachmentKind.Item => "#microsoft.graph.itemAttachment",
        _ => "#microsoft.graph.referenceAttachment",
    };
}
