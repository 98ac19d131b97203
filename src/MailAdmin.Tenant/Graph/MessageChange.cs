using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Graph.OData;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// Validates changes of a message: https://learn.microsoft.com/graph/api/message-update, whose table lists the properties that
/// can be changed only in a draft.
/// </summary>
internal static class MessageChange
{
    private static readonly string[] Always =
    [
        "bccRecipients", "categories", "ccRecipients", "flag", "from", "importance", "inferenceClassification",
        "isDeliveryReceiptRequested", "isRead", "isReadReceiptRequested", "sender", "toRecipients",
    ];

    /// <summary>
    /// The properties of a sent or received message that only Mail-Advanced.ReadWrite lets an app change, from a date. isRead,
    /// flag, categories, move, and delete aren't affected.
    /// </summary>
    private static readonly string[] Content =
    [
        "bccRecipients", "body", "ccRecipients", "from", "internetMessageHeaders", "internetMessageId", "replyTo", "sender",
        "subject", "toRecipients",
    ];

    /// <summary>
    /// https://learn.microsoft.com/graph/permissions-reference#mail-advancedreadwriteall and the message center: from this day on.
    /// </summary>
    private static readonly DateTimeOffset Enforced = new(2026, 12, 31, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Accepted and ignored: properties that only the service sets, and annotations of the body.</summary>
    private static readonly string[] Ignored =
    [
        "id", "attachments", "singleValueExtendedProperties", "multiValueExtendedProperties", "hasAttachments", "isDraft",
    ];

    /// <exception cref="GraphRefusal">A property that is unknown, or that is fixed once the message was sent.</exception>
    public static void Apply(GraphCall call, Item item)
    {
        var change = call.Body;
        var isAdvanced = call.Caller.Roles.Overlaps(Permissions.MailAdvanced);
        var properties = change.Where(p => !p.Key.Contains('@', StringComparison.Ordinal) && !Ignored.Contains(p.Key)).ToList();
        foreach (var (name, _) in properties)
        {
            Check(item, name, isAdvanced);
        }

        if (!item.IsDraft && !isAdvanced && call.Tenant.Now >= Enforced && properties.Exists(p => Content.Contains(p.Key)))
        {
            throw GraphRefusal.MailDenied();
        }

        item.IsRead = change.Flag("isRead") ?? item.IsRead;
        if (item.IsDraft && item.Content is not WrittenContent && properties.Exists(p => !Always.Contains(p.Key)))
        {
            item.Content = WrittenContent.Of(item.Content);
        }

        foreach (var (name, value) in properties.Where(p => p.Key != "isRead"))
        {
            if (item.IsDraft && item.Content is WrittenContent written)
            {
                written.Set(name, value);
            }
            else
            {
                item.Changes[name] = name == "importance" ? value?.ToString().ToLowerInvariant() : value?.DeepClone();
            }
        }

        item.Touch();
    }

    private static void Check(Item item, string name, bool isAdvanced)
    {
        if (Always.Contains(name) || ((item.IsDraft || isAdvanced) && WrittenContent.Names.Contains(name)))
        {
            return;
        }

        throw WrittenContent.Names.Contains(name)
            ? new GraphRefusal(
                400, "ErrorInvalidPropertySet", $"The property '{name}' can be set only while the message is a draft.")
            : GraphRefusal.BadRequest(
                $"The property '{name}' does not exist on type 'Microsoft.OutlookServices.Message'. Make sure to only use "
                    + $"property names that are defined by the type.", "RequestBodyRead");
    }
}
