using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Graph.OData;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// attachment-createuploadsession: files of 3 to 150 MB for a draft. The bytes are sent to another host, without a token:
/// https://learn.microsoft.com/graph/outlook-large-attachments.
/// </summary>
internal static class UploadApi
{
    // 3 MB in decimal units: with base64, a file between that and 3 MiB is close to the limit of 4 MB for a request.
    private const long Minimum = 3_000_000, Maximum = 150 * 1024 * 1024;

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    public static TenantAnswer Create(GraphCall call)
    {
        var item = MessageApi.Find(call);
        AttachmentApi.Draft(item);
        var wanted = call.Body["AttachmentItem"] as JsonObject
            ?? throw new GraphRefusal(400, "ErrorInvalidArgument", "The AttachmentItem parameter is required.");
        var size = wanted["size"] is JsonValue value && value.TryGetValue(out long bytes) ? bytes : 0;
        if (size < Minimum)
        {
            throw new GraphRefusal(
                400, "ErrorAttachmentSizeShouldNotBeLessThanMinimumSize",
                "The attachment size should not be less than 3 MB; create it with a single POST.");
        }

        if (size > Maximum)
        {
            throw new GraphRefusal(413, "ErrorAttachmentSizeLimitExceeded", "The attachment size exceeds the maximum of 150 MB.");
        }

        var upload = new Upload(item, call.Caller.AppId, wanted.Text("name") ?? "", size, call.Tenant.Now + Lifetime)
        {
            ContentType = wanted.Text("contentType") ?? "application/octet-stream",
            ContentId = wanted.Text("contentId"),
            IsInline = wanted.Flag("isInline") == true,
        };
        call.State.Uploads.Add(upload.Token, upload);
        return TenantAnswer.OfJson(201, new JsonObject
        {
            ["@odata.context"] = call.Context("microsoft.graph.uploadSession"),
            ["uploadUrl"] =
                $"https://{UploadHost.Of(call.Tenant.Cloud)}{upload.Path(call.Tenant.TenantId)}?authtoken={upload.Token}",
            ["expirationDateTime"] = Json.Ticks(upload.ExpiresAt),
            ["nextExpectedRanges"] = Json.Array("0-"),
        });
    }
}
