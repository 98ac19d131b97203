using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Gate;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.Graph;

/// <summary>Messages as Graph shows them: https://learn.microsoft.com/graph/api/resources/message.</summary>
internal static class MessageType
{
    private const string Name = "Microsoft.OutlookServices.Message";

    /// <summary>
    /// The properties that Mail.ReadBasic doesn't include:
    /// https://learn.microsoft.com/graph/permissions-reference#mailreadbasicall.
    /// </summary>
    private static readonly string[] BeyondBasic = ["bodyPreview", "body", "uniqueBody"];

    private static readonly Property<Item>[] Properties =
    [
        new("id", (i, call) => Id(i, call)),
        new("createdDateTime", (i, _) => Json.Seconds(i.CreatedAt)),
        new("lastModifiedDateTime", (i, _) => Json.Seconds(i.ModifiedAt)),
        new("changeKey", (i, _) => i.ChangeKey),
        new("categories", (i, _) => Said(i, "categories") ?? new JsonArray()),
        new("receivedDateTime", (i, _) => Json.Seconds(i.ReceivedAt)),
        new("sentDateTime", (i, _) => SentAt(i)),
        new("hasAttachments", (i, _) => i.Content.Attachments.Any(a => !a.IsInline)),
        new("internetMessageId", (i, _) => Said(i, "internetMessageId")),
        new("subject", (i, _) => Said(i, "subject") ?? ""),
        new("bodyPreview", (i, _) => BodyText.Preview(Said(i, "body") as JsonObject)),
        new("importance", (i, _) => Said(i, "importance") ?? "normal"),
        new("parentFolderId", (i, _) => i.Folder?.Id),
        new("conversationId", (i, _) => i.ConversationId),
        new("conversationIndex", (i, _) => Said(i, "conversationIndex") ?? ConversationIndex(i)),
        new("isDeliveryReceiptRequested", (i, _) => Said(i, "isDeliveryReceiptRequested") ?? false),
        new("isReadReceiptRequested", (i, _) => Said(i, "isReadReceiptRequested") ?? false),
        new("isRead", (i, _) => i.IsRead),
        new("isDraft", (i, _) => i.IsDraft),
        new("webLink",
            (i, call) =>
                $"https://{call.Tenant.Cloud.ExchangeHost}/owa/?ItemID={Uri.EscapeDataString(i.Id)}"
                    + "&exvsurl=1&viewmodel=ReadMessageItem"),
        new("inferenceClassification", (i, _) => Said(i, "inferenceClassification") ?? "focused"),
        new("body", (i, call) => BodyText.Body(Said(i, "body") as JsonObject, call.Prefers(BodyText.Preference))),
        new("sender", (i, _) => Said(i, "sender") ?? Said(i, "from")),
        new("from", (i, _) => Said(i, "from")),
        new("toRecipients", (i, _) => Said(i, "toRecipients") ?? new JsonArray()),
        new("ccRecipients", (i, _) => Said(i, "ccRecipients") ?? new JsonArray()),
        new("bccRecipients", (i, _) => Said(i, "bccRecipients") ?? new JsonArray()),
        new("replyTo", (i, _) => Said(i, "replyTo") ?? new JsonArray()),
        new("flag", (i, _) => Said(i, "flag") ?? new JsonObject { ["flagStatus"] = "notFlagged" }),
        new("uniqueBody", (i, call) => BodyText.Body(Said(i, "body") as JsonObject, call.Prefers(BodyText.Preference)),
            OnSelect: true),
        new("internetMessageHeaders", (i, _) => Said(i, "internetMessageHeaders"), OnSelect: true),
    ];

    private static readonly EntityType<Item> Whole = new(Name, Annotations, Properties) { Always = ["id"] };

    private static readonly EntityType<Item> Basic =
        new(Name, Annotations, [.. Properties.Where(p => !BeyondBasic.Contains(p.Name))]) { Always = ["id"] };

    /// <summary>Whether messages have a property of this name.</summary>
    public static bool HasProperty(string name) => Whole.Has(name);

    /// <summary>The type as far as the caller may see it.</summary>
    public static EntityType<Item> For(GraphCall call) => MayReadContent(call) ? Whole : Basic;

    /// <summary>Whether contents can be read: by a permission in Entra, or by a role in Exchange for this mailbox.</summary>
    public static bool MayReadContent(GraphCall call) =>
        call.User is { } user && call.Tenant.Mailboxes.OfUser(user.Id) is { } mailbox
            ? AppAccess.Judge(call.Tenant, call.Caller, mailbox, Permissions.MailContent) == AccessVerdict.Granted
            : call.Caller.Roles.Overlaps(Permissions.MailContent);

    /// <summary>The id in the form that the request prefers.</summary>
    public static string Id(Item item, GraphCall call) => call.ImmutableIds ? item.ImmutableId : item.Id;

    /// <summary>Returns the changed value since its arrival, otherwise that of the content; a copy.</summary>
    // A message without a time in Date has none.
    private static JsonNode? SentAt(Item item) => Said(item, "sentDateTime")
        ?? (item.Content is MimeContent ? null : Json.Seconds(item.ReceivedAt));

    private static JsonNode? Said(Item item, string property) =>
        item.Changes.TryGetPropertyValue(property, out var changed)
            ? changed?.DeepClone()
            : item.Content.Property(property)?.DeepClone();

    /// <summary>
    /// The header of [MS-OXOMSG] 2.2.1.3: a reserved octet, five of the time, and an ID of 16 octets that the conversation
    /// shares.
    /// </summary>
    private static string ConversationIndex(Item item)
    {
        Span<byte> index = stackalloc byte[22], hash = stackalloc byte[32];
        BinaryPrimitives.WriteInt64BigEndian(index, item.CreatedAt.ToFileTime());
        index[0] = 1;
        SHA256.HashData(Encoding.ASCII.GetBytes(item.ConversationId), hash);
        hash[..16].CopyTo(index[6..]);
        return Convert.ToBase64String(index);
    }

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Annotations(Item item, GraphCall call)
    {
        if (Said(item, "@odata.type") is { } type)
        {
            yield return new("@odata.type", type);
        }

        yield return new("@odata.etag", $"W/\"{item.ChangeKey}\"");
    }
}
