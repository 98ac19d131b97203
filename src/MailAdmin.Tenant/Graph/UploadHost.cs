using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using MailAdmin.Core.Base;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Gate;
using MailAdmin.Tenant.Graph.OData;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// The host that takes the bytes of large attachments: https://learn.microsoft.com/graph/outlook-large-attachments, steps 2 to 4.
/// </summary>
internal sealed class UploadHost(TenantState tenant, GraphState state)
{
    /// <summary>The host of a cloud; the documentation names only the worldwide one.</summary>
    public static string Of(Cloud cloud) =>
        cloud.Environment == MailEnvironment.Global ? "outlook.office.com" : cloud.ExchangeHost;

    /// <summary>Answers one request. The caller holds the tenant's lock.</summary>
    public TenantAnswer Answer(TenantRequest request)
    {
        var id = Guid.NewGuid().ToString();
        try
        {
            var upload = Find(request);
            tenant.Faults.Throw(FaultPoint.Mail, upload.AppId, upload.Item.Mailbox.Address, request.Uri.AbsolutePath);
            return request.Method switch
            {
                "PUT" => Put(upload, request),
                "GET" => Status(upload),
                "DELETE" => Cancel(upload),
                _ => throw new GraphRefusal(405, "ErrorInvalidRequest", "The method is not allowed for an upload session."),
            };
        }
        catch (GraphRefusal refusal)
        {
            return refusal.ToAnswer(tenant.Now, id, request.Header("client-request-id") ?? id);
        }
    }

    private Upload Find(TenantRequest request)
    {
        if (request.Header("Authorization") is not null)
        {
            throw new GraphRefusal(
                401, "InvalidAudience",
                "The upload URL is pre-authenticated; the request must not carry an Authorization header.");
        }

        if (state.Uploads.GetValueOrDefault(request.Query("authtoken") ?? "") is not { } upload
            || Uri.UnescapeDataString(request.Uri.AbsolutePath) != upload.Path(tenant.TenantId) || upload.ExpiresAt <= tenant.Now)
        {
            throw new GraphRefusal(404, "ErrorItemNotFound", "The upload session was not found.");
        }

        return upload;
    }

    private TenantAnswer Put(Upload upload, TenantRequest request)
    {
        if (!ContentRangeHeaderValue.TryParse(request.Header("Content-Range"), out var range)
            || range is not { From: { } from, To: { } to, Length: { } total })
        {
            throw new GraphRefusal(
                400, "ErrorInvalidRequest", "The Content-Range header must have the form 'bytes {start}-{end}/{total}'.");
        }

        if (from != upload.Next || total != upload.Size || to - from + 1 != request.Body.Length)
        {
            throw new GraphRefusal(
                416, "InvalidContentRange", $"The next expected range starts at byte {upload.Next} of {upload.Size}.");
        }

        if (MessageSize.Of(upload.Item.Content) + to + 1 > Submission.MaxSize(tenant, upload.Item.Mailbox))
        {
            throw MessageSize.Exceeded();
        }

        state.Quotas.CountUpload(upload.AppId, upload.Item.Mailbox.Address, request.Body.Length);
        upload.Append(request.Body.Span);
        return upload.Next < upload.Size ? Status(upload) : Finish(upload);
    }

    private TenantAnswer Finish(Upload upload)
    {
        var draft = AttachmentApi.Draft(upload.Item);
        state.Uploads.Remove(upload.Token);
        var attachment = upload.Finish(tenant.Now);
        draft.Attach(attachment);
        var path = upload.Path(tenant.TenantId);
        var answer = new TenantAnswer(201);
        var message = path[..path.IndexOf("/AttachmentSessions", StringComparison.Ordinal)];
        answer.Headers["Location"] = $"https://{Of(tenant.Cloud)}{message}/Attachments('{attachment.Id}')";
        return answer;
    }

    private TenantAnswer Cancel(Upload upload)
    {
        state.Uploads.Remove(upload.Token);
        upload.Dispose();
        return new TenantAnswer(204);
    }

    private TenantAnswer Status(Upload upload) => TenantAnswer.OfJson(200, new JsonObject
    {
        ["@odata.context"] = $"https://{Of(tenant.Cloud)}/api/v2.0/$metadata#"
            + $"Users('{Uri.EscapeDataString($"{upload.Item.Mailbox.UserId}@{tenant.TenantId}")}')"
            + $"/Messages('{Uri.EscapeDataString(upload.Item.Id)}')/AttachmentSessions/$entity",
        ["ExpirationDateTime"] = Json.Ticks(upload.ExpiresAt),
        ["nextExpectedRanges"] = Json.Array(upload.Next.ToString(CultureInfo.InvariantCulture)),
    });
}
