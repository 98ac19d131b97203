using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.ExchangeAdmin;

/// <summary>
/// $batch of the admin endpoint, as New-ExoBulkRequest.ps1 of KelvinTegelaar/CIPP-API sends it: each item has the full address of
/// InvokeCommand, and a batch has at most ten items. An item gets the same response as a single request. A failed item doesn't
/// end the others.
/// </summary>
internal static class AdminBatch
{
    private const int MaxItems = 10;

    /// <param name="outer">The batch request.</param>
    /// <param name="answer">Responds to an item.</param>
    /// <exception cref="AdminRefusal">The batch itself is malformed.</exception>
    public static TenantAnswer Answer(TenantRequest outer, Func<TenantRequest, TenantAnswer> answer)
    {
        JsonObject[] items = Json.Parse(outer.Body.Span)?["requests"] is JsonArray { Count: <= MaxItems } requests
            ? [.. requests.OfType<JsonObject>()]
            : throw AdminRefusal.Binding($"The request body has no requests, or more than {MaxItems}.");
        return TenantAnswer.OfJson(
            200, new JsonObject
            {
                ["responses"] = new JsonArray([.. items.Select(i => Response(i.Text("id"), answer(Request(outer, i))))]),
            });
    }

    private static TenantRequest Request(TenantRequest outer, JsonObject item)
    {
        if (!Uri.TryCreate(item.Text("url"), UriKind.Absolute, out var uri) || item["body"] is not JsonObject body)
        {
            throw AdminRefusal.Binding("An item of the batch has no url or no body.");
        }

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in item["headers"] as JsonObject ?? [])
        {
            headers[name] = value?.ToString() ?? "";
        }

        headers.TryAdd("Authorization", outer.Header("Authorization") ?? "");
        return new TenantRequest(item.Text("method") ?? "POST", uri, headers, Json.Bytes(body));
    }

    private static JsonObject Response(string? id, TenantAnswer answer) => new()
    {
        ["id"] = id,
        ["status"] = answer.Status,
        ["headers"] = new JsonObject { ["Content-Type"] = "application/json; charset=utf-8" },
        ["body"] = answer.Body,
    };
}
