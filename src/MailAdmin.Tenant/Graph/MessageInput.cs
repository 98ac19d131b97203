using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Graph.OData;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// Validates a message from a client. The reports: msgraph-sdk-dotnet#1808 and #2230 (a null collection), #2208 (no headers, more
/// than five), #984 (an unknown member), contao-notification_center#436 (a header without "x-"). The values are those of
/// https://learn.microsoft.com/graph/api/resources/message.
/// </summary>
internal static class MessageInput
{
    private const int MostHeaders = 5;

    private static readonly string[] Collections =
        ["toRecipients", "ccRecipients", "bccRecipients", "replyTo", "categories", "internetMessageHeaders", "attachments"];

    private static readonly string[] Navigations =
        ["attachments", "extensions", "singleValueExtendedProperties", "multiValueExtendedProperties"];

    /// <exception cref="GraphRefusal">400.</exception>
    public static void Check(JsonObject message)
    {
        foreach (var (name, value) in message.Where(p => !p.Key.Contains('@', StringComparison.Ordinal)))
        {
            if (!MessageType.HasProperty(name) && !Navigations.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                throw NoProperty(name);
            }

            if (value is null && Collections.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                throw Unreadable(
                    $"A null value was found for the property named '{name}', which has the expected type 'Collection'. The "
                        + "expected type does not allow null values.");
            }
        }

        CheckValue(message, "importance", "low", "normal", "high");
        CheckValue(message, "inferenceClassification", "focused", "other");
        if (message["body"] is JsonObject body)
        {
            CheckValue(body, "contentType", "text", "html");
        }

        CheckHeaders(message["internetMessageHeaders"] as JsonArray);
    }

    /// <summary>The refusal of a member that the type doesn't have.</summary>
    public static GraphRefusal NoProperty(string name) => Unreadable(
        $"The property '{name}' does not exist on type 'microsoft.graph.message'. Make sure to only use property names that are "
            + "defined by the type or mark the type as open type.");

    private static void CheckValue(JsonObject json, string property, params string[] values)
    {
        if (json[property]?.ToString() is { } value && !values.Contains(value, StringComparer.OrdinalIgnoreCase))
        {
            throw Unreadable($"Requested value '{value}' was not found.");
        }
    }

    private static void CheckHeaders(JsonArray? headers)
    {
        if (headers is { Count: 0 or > MostHeaders })
        {
            throw new GraphRefusal(400, "InvalidInternetMessageHeaderCollection",
                $"The number of internet message headers is invalid; it should be less or equal to {MostHeaders}.");
        }

        foreach (var name in (headers ?? []).OfType<JsonObject>().Select(h => h.Text("name") ?? ""))
        {
            if (!name.StartsWith("x-", StringComparison.OrdinalIgnoreCase))
            {
                throw new GraphRefusal(400, "InvalidInternetMessageHeader",
                    $"The internet message header name '{name}' should start with 'x-' or 'X-'.");
            }
        }
    }

    private static GraphRefusal Unreadable(string message) => GraphRefusal.BadRequest(message, "RequestBodyRead");
}
