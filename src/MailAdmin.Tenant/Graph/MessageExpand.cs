using System.Text.Json.Nodes;
using MailAdmin.Tenant.Graph.OData;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.Graph;

/// <summary>$expand on messages: https://learn.microsoft.com/graph/query-parameters#expand-parameter.</summary>
internal static class MessageExpand
{
    /// <summary>Returns the function that adds expanded properties to a message; null for none.</summary>
    public static Action<Item, JsonObject>? Of(GraphCall call) => Of(call, call.Query with { Expand = call.Expand });

    /// <summary>The same for the options of an earlier request.</summary>
    public static Action<Item, JsonObject>? Of(GraphCall call, Query query)
    {
        foreach (var expansion in query.Expand.Select(Expansion.Parse))
        {
            if (!string.Equals(expansion.Name, "attachments", StringComparison.OrdinalIgnoreCase))
            {
                throw GraphRefusal.BadRequest(
                    $"Could not find a property named '{expansion.Name}' on type 'Microsoft.OutlookServices.Message'.",
                    "RequestBroker--ParseUri");
            }

            if (!MessageType.MayReadContent(call))
            {
                throw GraphRefusal.MailDenied();
            }

            return (item,
                json) =>
                json["attachments"] = new JsonArray(
                    [.. item.Content.Attachments.Select(a => AttachmentType.Type.Render(a, call, expansion.Select))]);
        }

        return null;
    }
}
