using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Graph.OData;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// Answers to a message, and forwarding: https://learn.microsoft.com/graph/api/message-reply, message-replyall,
/// message-forward, and their drafts message-createreply, message-createreplyall, message-createforward.
/// </summary>
internal static class ReplyApi
{
    private enum Kind
    {
        Reply,
        ReplyAll,
        Forward,
    }

    /// <summary>message-reply</summary>
    public static TenantAnswer Reply(GraphCall call) => Send(call, Kind.Reply);

    /// <summary>message-replyall</summary>
    public static TenantAnswer ReplyAll(GraphCall call) => Send(call, Kind.ReplyAll);

    /// <summary>message-forward: to others, with a comment above it.</summary>
    public static TenantAnswer Forward(GraphCall call) => Send(call, Kind.Forward);

    /// <summary>message-createreply</summary>
    public static TenantAnswer CreateReply(GraphCall call) => Draft(call, Kind.Reply);

    /// <summary>message-createreplyall</summary>
    public static TenantAnswer CreateReplyAll(GraphCall call) => Draft(call, Kind.ReplyAll);

    /// <summary>message-createforward: the recipients can be added later.</summary>
    public static TenantAnswer CreateForward(GraphCall call) => Draft(call, Kind.Forward);

    /// <summary>A copy is kept in Sent Items.</summary>
    private static TenantAnswer Send(GraphCall call, Kind kind)
    {
        var original = MessageApi.Find(call);
        ItemContent content = DraftApi.IsMime(call) ? DraftApi.Mime(call) : Written(call, original, kind, isDraft: false);
        var sent = Delivery.Send(call, content);
        var kept = call.Mailbox.Add(call.Mailbox.WellKnown("sentitems"), sent, call.Tenant.Now);
        kept.IsRead = true;
        if (kind != Kind.Forward)
        {
            kept.ConversationId = original.ConversationId;
            original.Marks |= ImapMarks.Answered;
            original.Touch();
        }

        return new TenantAnswer(202);
    }

    private static TenantAnswer Draft(GraphCall call, Kind kind)
    {
        var original = MessageApi.Find(call);
        ItemContent content = DraftApi.IsMime(call) ? DraftApi.Mime(call) : Written(call, original, kind, isDraft: true);
        var draft = call.Mailbox.Add(call.Mailbox.WellKnown("drafts"), content, call.Tenant.Now);
        (draft.IsDraft, draft.IsRead) = (true, true);
        draft.ConversationId = kind == Kind.Forward ? draft.ConversationId : original.ConversationId;
        return MessageApi.One(call, 201, draft);
    }

    private static WrittenContent Written(GraphCall call, Item original, Kind kind, bool isDraft)
    {
        var message = call.Body["message"] as JsonObject;
        if (kind == Kind.Forward && message is not null)
        {
            MessageInput.Check(message);
        }

        var above = OneOf(call.Body["comment"], message?["body"], "body");
        var to = OneOf(call.Body["toRecipients"], message?["toRecipients"], "toRecipients");
        if (to is null && kind == Kind.Forward && !isDraft)
        {
            throw Invalid("toRecipients must be specified, in the message or beside it.");
        }

        var source = original.Content;
        var content = kind == Kind.Forward ? WrittenContent.Of(source) : DraftApi.Written(call, message ?? new JsonObject());
        var subject = source.Property("subject")?.ToString() ?? "";
        content.Set("subject", message?["subject"] ?? Prefixed(kind == Kind.Forward ? "FW: " : "RE: ", subject));
        content.Set(
            "body", above is JsonObject body
                ? body
                : Commented(source.Property("body") as JsonObject, above?.ToString() ?? ""));
        content.Set("toRecipients", to ?? (kind == Kind.Forward ? null : Answered(call, source, kind)));
        content.Set("ccRecipients", message?["ccRecipients"]
            ?? (kind == Kind.ReplyAll ? Others(call, source.Property("ccRecipients")) : null));
        content.Set("bccRecipients", message?["bccRecipients"]);
        content.Set("replyTo", message?["replyTo"]);
        content.Set("importance", message?["importance"] ?? "normal");
        foreach (var own in (string[])["sender", "internetMessageHeaders", "sentDateTime"])
        {
            content.Set(own, message?[own]);
        }

        content.Set("from", message?["from"] ?? (isDraft ? Delivery.Self(call.Mailbox) : null));
        content.Set("internetMessageId", message?["internetMessageId"] ?? $"<{Guid.NewGuid():N}@{call.Tenant.Domain}>");
        if (kind != Kind.Forward)
        {
            Thread(content, source);
        }

        return content;
    }

    /// <summary>RFC 5322 section 3.6.4: the original message, and the whole thread before it.</summary>
    private static void Thread(WrittenContent content, ItemContent source)
    {
        if ((string?)source.Property("internetMessageId") is not { } id)
        {
            return;
        }

        var before = (source.Property("internetMessageHeaders") as JsonArray ?? []).OfType<JsonObject>()
            .FirstOrDefault(h => "References".Equals(h.Text("name"), StringComparison.OrdinalIgnoreCase))?.Text("value");
        var headers = content.Property("internetMessageHeaders")?.DeepClone() as JsonArray ?? [];
        headers.Add(new JsonObject { ["name"] = "In-Reply-To", ["value"] = id });
        headers.Add(new JsonObject { ["name"] = "References", ["value"] = $"{before} {id}".Trim() });
        content.Set("internetMessageHeaders", headers);
    }

    /// <summary>RFC 5322 section 3.6.3: the Reply-To or From addresses, and all other recipients.</summary>
    private static JsonArray Answered(GraphCall call, ItemContent source, Kind kind)
    {
        var to = source.Property("replyTo") is JsonArray { Count: > 0 } wanted
            ? (JsonArray)wanted.DeepClone()
            : new JsonArray((source.Property("from") ?? source.Property("sender"))?.DeepClone());
        if (kind == Kind.ReplyAll)
        {
            foreach (var other in Others(call, source.Property("toRecipients")).ToArray())
            {
                to.Add(other?.DeepClone());
            }
        }

        return to;
    }

    /// <summary>Recipients but the mailbox itself.</summary>
    private static JsonArray Others(GraphCall call, JsonNode? recipients) => new([.. (recipients as JsonArray ?? [])
        .OfType<JsonObject>()
        .Where(r => !call.Mailbox.Addresses.Contains(
            (r["emailAddress"] as JsonObject)?.Text("address") ?? "", StringComparer.OrdinalIgnoreCase))
        .Select(r => r.DeepClone())]);

    private static string Prefixed(string prefix, string subject) =>
        subject.StartsWith(prefix.TrimEnd(), StringComparison.OrdinalIgnoreCase) ? subject : prefix + subject;

    /// <summary>The comment is above the original message.</summary>
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
