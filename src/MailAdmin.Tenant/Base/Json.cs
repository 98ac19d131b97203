using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MailAdmin.Tenant.Base;

/// <summary>The few things about JSON that every part of the tenant needs.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonNodeOptions IgnoreCase = new() { PropertyNameCaseInsensitive = true };

    /// <summary>The UTF-8 octets of a body.</summary>
    public static byte[] Bytes(JsonNode node) => JsonSerializer.SerializeToUtf8Bytes(node, Relaxed);

    /// <summary>Reads a body; null if it isn't a JSON object. Property names are found in any case, as OData allows.</summary>
    public static JsonObject? Parse(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var json = JsonNode.Parse(utf8, IgnoreCase, new JsonDocumentOptions { AllowTrailingCommas = true }) as JsonObject;
            // The properties are laid out at the first access, and only then is a name that occurs twice noticed.
            return json?.Count >= 0 ? json : null;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Returns a string property; null if it's missing, null, or not a string.</summary>
    public static string? Text(this JsonObject json, string property) =>
        json[property] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    /// <summary>Returns a boolean property; null if it's missing, null, or not a boolean.</summary>
    public static bool? Flag(this JsonObject json, string property) =>
        json[property] is JsonValue value && value.TryGetValue(out bool flag) ? flag : null;

    /// <summary>Returns a date property; null if it's missing or not a date.</summary>
    public static DateTimeOffset? Time(this JsonObject json, string property) =>
        DateTimeOffset.TryParse(json.Text(property), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : null;

    /// <summary>Returns the items of an array property that are objects; empty if it's missing.</summary>
    public static IEnumerable<JsonObject> Objects(this JsonObject json, string property) =>
        json[property] is JsonArray array ? array.OfType<JsonObject>() : [];

    /// <summary>The same object with annotations before its properties.</summary>
    public static JsonObject After(this JsonObject json, params (string Name, JsonNode? Value)[] annotations)
    {
        var whole = new JsonObject();
        foreach (var (name, value) in annotations)
        {
            whole[name] = value;
        }

        foreach (var (name, value) in json.ToArray())
        {
            json.Remove(name);
            whole[name] = value;
        }

        return whole;
    }

    /// <summary>An array of strings.</summary>
    public static JsonArray Array(params IEnumerable<string> items) => new([.. items.Select(i => (JsonNode)i)]);

    /// <summary>A date-time to the second, as Exchange writes it.</summary>
    public static string Seconds(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A date-time to 100 ns, as the directory writes it.</summary>
    public static string Ticks(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
