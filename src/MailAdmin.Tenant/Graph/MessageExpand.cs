using System.Text.Json.Nodes;
using MailAdmin.Tenant.Graph.OData;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.Graph;

/// <summary>$expand on messages: https://learn.microsoft.com/graph/query-parameters#expand-parameter.</summary>
internal static class MessageExpand
{
    /// <summary>What adds to a rendered message what the request expands; null for nothing.</summary>
    public static Action<Item, JsonObject>? Of(GraphCall call) => Of(call, call.Query);

    /// <summary>The same for the options of an earlier request.</summary>
    public static Action<Item, JsonObject>? Of(GraphCall call, Query query)
    {
        foreach (var name in query.Expand)
        {
            if (!string.Equals(name.Split('(')[0], "attachments", StringComparison.OrdinalIgnoreCase))
            {
                throw GraphRefusal.BadRequest(
                    $"Could not find a property named '{name}' on type 'Microsoft.OutlookServices.Message'.",
                    "RequestBroker--ParseUri");
            }

            if (!call.Caller.Roles.Overlaps(Permissions.MailContent))
            {
                throw GraphRefusal.MailDenied();
            }

            return (item,
                json) =>
                json["attachments"] = new JsonArray(
                    [.. item.Content.Attachments.Select(a => AttachmentType.Type.Render(a, call, Selected(name)))]);
        }

        return null;
    }

    /// <summary>The properties of "attachments($select=id,name)"; none for all.</summary>
    private static string[] Selected(string expand)
    {
        var options = expand.IndexOf('(', StringComparison.Ordinal) is >= 0 and var open
            ? expand[(open + 1)..].TrimEnd(')')
            : "";
        var select = options.Split(';').Select(o => o.Trim().TrimStart('$'))
            .FirstOrDefault(o => o.StartsWith("select=", StringComparison.OrdinalIgnoreCase));
        return select?["select=".Length..].Split(
            ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
    }
}
