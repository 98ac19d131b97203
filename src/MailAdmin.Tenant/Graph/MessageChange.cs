using System.Text.Json.Nodes;
using MailAdmin.Tenant.Exchange;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// What may be changed of a message: https://learn.microsoft.com/graph/api/message-update. The properties that a recipient
/// sees can be changed only while it is a draft.
/// </summary>
internal static class MessageChange
{
    private static readonly string[] Always = ["categories", "flag", "importance", "inferenceClassification"];

    private static readonly string[] Ignored = ["isRead", "id", "singleValueExtendedProperties", "multiValueExtendedProperties"];

    public static readonly string[] OfDrafts =
    [
        "subject", "body", "toRecipients", "ccRecipients", "bccRecipients", "replyTo", "from", "sender", "internetMessageId",
        "isDeliveryReceiptRequested", "isReadReceiptRequested", "internetMessageHeaders",
    ];

    public static void Apply(Item item, JsonObject change)
    {
        foreach (var (name, _) in change.Where(p => !p.Key.Contains('@', StringComparison.Ordinal)))
        {
            if (Always.Contains(name) || Ignored.Contains(name) || (item.IsDraft && OfDrafts.Contains(name)))
            {
                continue;
            }

            throw OfDrafts.Contains(name)
                ? new GraphRefusal(400, "ErrorInvalidPropertySet", $"The operation can't be performed because the property '{name}' of a message that is not a draft is read-only.")
                : GraphRefusal.BadRequest($"The property '{name}' does not exist on type 'Microsoft.OutlookServices.Message'. Make sure to only use property names that are defined by the type.", "RequestBodyRead");
        }

        item.IsRead = change.Flag("isRead") ?? item.IsRead;
        foreach (var (name, value) in change.Where(p => Always.Contains(p.Key) || OfDrafts.Contains(p.Key)))
        {
            item.Changes[name] = value?.DeepClone();
        }

        item.Touch();
    }
}
