using System.Text;
using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Gate;
using MailAdmin.Tenant.Graph.OData;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.Graph;

/// <summary>Writing and sending: https://learn.microsoft.com/graph/outlook-create-send-messages.</summary>
internal static class DraftApi
{
    private static readonly string[] Parameters = ["message", "saveToSentItems"];

    /// <summary>user-post-messages: a draft in Drafts, from JSON or from MIME in base64.</summary>
    public static TenantAnswer Create(GraphCall call) => Create(call, call.Mailbox.WellKnown("drafts"));

    /// <summary>mailfolder-post-messages</summary>
    public static TenantAnswer CreateIn(GraphCall call) => Create(call, FolderApi.Find(call));

    /// <summary>message-send: moves the draft to Sent Items.</summary>
    public static TenantAnswer Send(GraphCall call)
    {
        var draft = MessageApi.Find(call);
        if (!draft.IsDraft)
        {
            throw new GraphRefusal(400, "ErrorItemNotDraft", "The message was sent already; only a draft can be sent.");
        }

        var content = Delivery.Send(call, draft.Content);
        draft.Content = content;
        draft.IsDraft = false;
        draft.ReceivedAt = call.Tenant.Now;
        call.Mailbox.Move(draft, call.Mailbox.WellKnown("sentitems"));
        return new TenantAnswer(202);
    }

    /// <summary>user-sendmail, with JSON or with MIME in base64.</summary>
    public static TenantAnswer SendMail(GraphCall call)
    {
        var isMime = IsMime(call);
        if (!isMime && call.Body.Select(p => p.Key).FirstOrDefault(
            k => !Parameters.Contains(k, StringComparer.OrdinalIgnoreCase)
                && !k.Contains('@', StringComparison.Ordinal)) is { } unknown)
        {
            throw GraphRefusal.BadRequest(
                $"The parameter '{unknown}' in the request payload is not a valid parameter for the operation 'sendMail'.",
                "RequestBodyRead");
        }

        var message = isMime ? null : call.Body["message"] as JsonObject
            ?? throw new GraphRefusal(400, "ErrorInvalidArgument", "The Message parameter is required.");
        var content = Delivery.Send(call, isMime ? Mime(call) : Written(call, message!));
        if (isMime || Flag(call.Body["saveToSentItems"]) != false)
        {
            Submission.Put(call.Tenant, call.Mailbox, "sentitems", content).IsRead = true;
        }

        return new TenantAnswer(202);
    }

    private static TenantAnswer Create(GraphCall call, Folder folder)
    {
        ItemContent content = IsMime(call) ? Mime(call) : Written(call, call.Body);
        var draft = call.Mailbox.Add(folder, content, call.Tenant.Now);
        (draft.IsDraft, draft.IsRead) = (true, true);
        return MessageApi.One(call, 201, draft);
    }

    /// <summary>A message from its JSON.</summary>
    public static WrittenContent Written(GraphCall call, JsonObject message)
    {
        MessageInput.Check(message);
        var content = new WrittenContent();
        foreach (var (name, value) in message.Where(p => !p.Key.Contains('@', StringComparison.Ordinal)))
        {
            if (WrittenContent.Names.FirstOrDefault(n => string.Equals(n, name, StringComparison.OrdinalIgnoreCase)) is { } known)
            {
                content.Set(known, value);
            }
        }

        content.Set("internetMessageId", message.Text("internetMessageId") ?? $"<{Guid.NewGuid():N}@{call.Tenant.Domain}>");
        foreach (var attachment in message.Objects("attachments"))
        {
            content.Attach(AttachmentApi.Read(call, attachment));
        }

        return content;
    }

    /// <summary>The body as MIME: https://learn.microsoft.com/graph/outlook-send-mime-message.</summary>
    public static MimeContent Mime(GraphCall call)
    {
        try
        {
            return new MimeContent(Convert.FromBase64String(Encoding.ASCII.GetString(call.Request.Body.Span)));
        }
        catch (FormatException)
        {
            throw new GraphRefusal(400, "ErrorMimeContentInvalidBase64String", "Invalid base64 string for MIME content.");
        }
    }

    /// <summary>Whether the body is MIME.</summary>
    public static bool IsMime(GraphCall call) =>
        call.Request.Header("Content-Type")?.StartsWith("text/plain", StringComparison.OrdinalIgnoreCase) == true;

    // The documentation's own example writes the boolean in quotes.
    private static bool? Flag(JsonNode? value) => bool.TryParse(value?.ToString(), out var flag) ? flag : null;
}
