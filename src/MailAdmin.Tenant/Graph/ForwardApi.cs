using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Graph.OData;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.Graph;

/// <summary>Forwarding: https://learn.microsoft.com/graph/api/message-forward.</summary>
internal static class ForwardApi
{
    /// <summary>message-forward: to others, with a comment above it; a copy is kept in Sent Items.</summary>
    public static TenantAnswer Forward(GraphCall call)
    {
        var original = MessageApi.Find(call);
        var sent = Delivery.Send(call, DraftApi.IsMime(call) ? DraftApi.Mime(call) : Written(call, original));
        var kept = call.Mailbox.Add(call.Mailbox.WellKnown("sentitems"), sent, call.Tenant.Now);
        kept.IsRead = true;
        return new TenantAnswer(202);
    }

    private static WrittenContent Written(GraphCall call, Item original)
    {
        var message = call.Body["message"] as JsonObject;
        var to = OneOf(call.Body["toRecipients"], message?["toRecipients"], "toRecipients")
            ?? throw Invalid("toRecipients must be specified, in the message or beside it.");
        var above = OneOf(call.Body["comment"], message?["body"], "body");
        var content = WrittenContent.Of(original.Content);
        content.Set("subject", $"FW: {original.Content.Property("subject")}");
        content.Set(
            "body", above is JsonObject body
                ? body
                : Commented(original.Content.Property("body") as JsonObject, above?.ToString() ?? ""));
        content.Set("toRecipients", to);
        foreach (var other in (string[])["ccRecipients", "bccRecipients", "replyTo"])
        {
            content.Set(other, message?[other]);
        }

        foreach (var own in (string[])["from", "sender", "internetMessageHeaders", "sentDateTime"])
        {
            content.Set(own, null);
        }

        content.Set("internetMessageId", $"<{Guid.NewGuid():N}@{call.Tenant.Domain}>");
        return content;
    }

    /// <summary>The comment stands above the message that is forwarded.</summary>
    private static JsonObject Commented(JsonObject? body, string comment)
    {
        var isHtml = string.Equals(body?.Text("contentType"), "html", StringComparison.OrdinalIgnoreCase);
        var text = isHtml ? System.Net.WebUtility.HtmlEncode(comment) : comment;
        return new JsonObject
        {
            ["contentType"] = isHtml ? "html" : "text",
            ["content"] = text.Length == 0
                ? body?.Text("content")
                : $"{text}{(isHtml ? "<br><hr>" : "\r\n\r\n")}{body?.Text("content")}",
        };
    }

    private static JsonNode? OneOf(JsonNode? first, JsonNode? second, string name) => first is not null && second is not null
        ? throw Invalid($"{name} can't be specified in the message and beside it.") : first ?? second;

    private static GraphRefusal Invalid(string message) => new(400, "ErrorInvalidArgument", message);
}
