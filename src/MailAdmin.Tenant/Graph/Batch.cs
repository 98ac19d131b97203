using System.Text;
using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Graph.OData;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// $batch: https://learn.microsoft.com/graph/json-batching. Every item gets the same response as a single request, and counts as
/// one.
/// </summary>
internal sealed class Batch
{
    private const int MaxItems = 20;

    private readonly TenantRequest _outer;
    private readonly Func<TenantRequest, TenantAnswer> _answer;
    private readonly Dictionary<string, JsonObject> _items = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, JsonObject?> _done = new(StringComparer.OrdinalIgnoreCase);

    private Batch(TenantRequest outer, Func<TenantRequest, TenantAnswer> answer) => (_outer, _answer) = (outer, answer);

    /// <param name="outer">The batch request.</param>
    /// <param name="answer">Responds to an item.</param>
    /// <exception cref="GraphRefusal">The batch itself is malformed.</exception>
    public static TenantAnswer Answer(TenantRequest outer, Func<TenantRequest, TenantAnswer> answer)
    {
        var batch = new Batch(outer, answer);
        batch.Read(Json.Parse(outer.Body.Span)?["requests"] as JsonArray ?? throw Invalid("Invalid batch payload format."));
        var responses = new JsonArray([.. batch._items.Keys.Select(id => batch.Run(id))]);
        return TenantAnswer.OfJson(200, new JsonObject { ["responses"] = responses });
    }

    private void Read(JsonArray requests)
    {
        if (requests.Count > MaxItems)
        {
            throw new GraphRefusal(
                400, "MaximumValueExceeded", $"Number of batch request steps exceeds the maximum value of {MaxItems}.");
        }

        foreach (var node in requests)
        {
            if (node is not JsonObject item || item.Text("id") is not { Length: > 0 } id || item.Text("method") is null
                || item.Text("url") is null)
            {
                throw Invalid("Invalid batch payload format.");
            }

            if (!_items.TryAdd(id, item))
            {
                throw Invalid($"Request Id {id} has to be unique in a batch.");
            }
        }
    }

    /// <summary>Runs an item after those it depends on, once; gives its response.</summary>
    private JsonObject Run(string id)
    {
        if (_done.TryGetValue(id, out var done))
        {
            return done ?? throw Invalid("The dependencies of the batch form a cycle.");
        }

        if (!_items.TryGetValue(id, out var item))
        {
            throw Invalid($"Request Id {id} is depended on, and is not in the batch.");
        }

        _done[id] = null;
        var ready = (item["dependsOn"] as JsonArray ?? []).Select(d => Run((string)d!)).ToList()
            .TrueForAll(r => (int)r["status"]! is >= 200 and < 300);
        var answer = ready
            ? _answer(Request(item))
            : new GraphRefusal(
                424, "FailedDependency", "The request depends on another request of the batch, and that one failed.")
                .ToAnswer(DateTimeOffset.UnixEpoch, id, id);
        return _done[id] = Response(id, answer);
    }

    private TenantRequest Request(JsonObject item)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (_outer.Header("Authorization") is { } token)
        {
            headers["Authorization"] = token;
        }

        foreach (var (name, value) in item["headers"] as JsonObject ?? [])
        {
            headers[name] = value?.ToString() ?? "";
        }

        var root = $"https://{_outer.Uri.Host}{_outer.Uri.Segments[0]}{_outer.Uri.Segments[1]}";
        return new TenantRequest(
            item.Text("method")!.ToUpperInvariant(), new Uri(root + item.Text("url")!.TrimStart('/')), headers,
            Body(item["body"]));
    }

    /// <summary>JSON as it is; anything else is text in base64.</summary>
    private static byte[] Body(JsonNode? body)
    {
        if (body is null)
        {
            return [];
        }

        if (body is not JsonValue value || !value.TryGetValue(out string? text))
        {
            return Json.Bytes(body);
        }

        try
        {
            return Base64Url.Decode(text.TrimEnd('='));
        }
        catch (FormatException)
        {
            return Encoding.UTF8.GetBytes(text);
        }
    }

    private static JsonObject Response(string id, TenantAnswer answer)
    {
        var headers = new JsonObject { ["Cache-Control"] = "no-cache" };
        foreach (var (name, value) in answer.Headers.Where(h => h.Key is not ("request-id" or "client-request-id")))
        {
            headers[name] = value;
        }

        var response = new JsonObject { ["id"] = id, ["status"] = answer.Status, ["headers"] = headers };
        if (answer.Body is not null)
        {
            response["body"] = answer.Body.DeepClone();
        }
        else if (answer.Content is not null)
        {
            headers["Content-Type"] = answer.ContentType;
            using var content = answer.Content();
            var bytes = new byte[content.Length];
            content.ReadExactly(bytes);
            response["body"] = Convert.ToBase64String(bytes);
        }

        return response;
    }

    private static GraphRefusal Invalid(string message) => GraphRefusal.BadRequest(message);
}
