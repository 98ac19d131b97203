using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Graph.OData;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.Graph;

/// <summary>mailboxSettings: https://learn.microsoft.com/graph/api/resources/mailboxsettings.</summary>
internal static class SettingsApi
{
    private static readonly string[] ReadOnly = ["archiveFolder", "userPurpose"];

    /// <summary>user-get-mailboxsettings</summary>
    public static TenantAnswer Get(GraphCall call) => Answer(call, (JsonObject)MailboxSettings.Of(call.Mailbox).DeepClone(), "");

    /// <summary>user-get-mailboxsettings, one of them.</summary>
    public static TenantAnswer GetOne(GraphCall call)
    {
        var name = call.Keys["setting"];
        var settings = MailboxSettings.Of(call.Mailbox);
        if (!settings.ContainsKey(name))
        {
            throw GraphRefusal.NoSegment(name);
        }

        var json = settings[name] is JsonObject part
            ? (JsonObject)part.DeepClone()
            : new JsonObject { ["value"] = settings[name]?.DeepClone() };
        return Answer(call, json, "/" + name);
    }

    /// <summary>user-update-mailboxsettings</summary>
    public static TenantAnswer Update(GraphCall call)
    {
        var settings = MailboxSettings.Of(call.Mailbox);
        var changed = new JsonObject();
        foreach (var (name, value) in call.Body.Where(p => !p.Key.Contains('@', StringComparison.Ordinal)))
        {
            if (!settings.ContainsKey(name) || ReadOnly.Contains(name))
            {
                throw new GraphRefusal(
                    400, "ErrorInvalidPropertySet", $"The property '{name}' of the mailbox settings cannot be set.");
            }

            if (name == "timeZone" && (value is null || !TimeZoneInfo.TryFindSystemTimeZoneById(value.ToString(), out _)))
            {
                throw new GraphRefusal(400, "InvalidTimeZone", "Time Zone settings provided are invalid.");
            }

            changed[name] = Merged(settings[name], value);
        }

        foreach (var (name, value) in changed)
        {
            settings[name] = value?.DeepClone();
        }

        return Answer(call, changed, "");
    }

    /// <summary>Changes parts of a complex setting. Other parts aren't changed.</summary>
    private static JsonNode? Merged(JsonNode? old, JsonNode? change)
    {
        if (old is not JsonObject whole || change is not JsonObject parts)
        {
            return change?.DeepClone();
        }

        var merged = (JsonObject)whole.DeepClone();
        foreach (var (name, value) in parts)
        {
            merged[name] = name switch
            {
                "status" or "externalAudience" => Camel(value),
                "daysOfWeek" => new JsonArray([.. (value as JsonArray ?? []).Select(Camel)]),
                _ => Described(value),
            };
        }

        return merged;
    }

    /// <summary>A part as it was given, but for the days of the week of a customTimeZone.</summary>
    private static JsonNode? Described(JsonNode? value) => value is not JsonObject parts ? value?.DeepClone()
        : new JsonObject(
            parts.Select(p => KeyValuePair.Create(p.Key, p.Key == "dayOfWeek" ? Camel(p.Value) : Described(p.Value))));

    /// <summary>The values of enumerations are taken in any case and given back in camel case.</summary>
    private static JsonNode? Camel(JsonNode? value) =>
        value?.ToString() is { Length: > 0 } text ? char.ToLowerInvariant(text[0]) + text[1..] : null;

    private static TenantAnswer Answer(GraphCall call, JsonObject json, string rest) => TenantAnswer.OfJson(200,
        json.After(
            ("@odata.context", call.Context($"users('{Uri.EscapeDataString(call.Keys["user"])}')/mailboxSettings{rest}"))));
}
