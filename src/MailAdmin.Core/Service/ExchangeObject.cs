using System.Globalization;
using System.Text.Json;

namespace MailAdmin.Core.Service;

/// <summary>
/// An object of the admin endpoint, read leniently: booleans come as texts and as booleans, lists as one value, words in the
/// language of the service. What can't be read is null, which is neither yes nor no.
/// </summary>
internal sealed class ExchangeObject(JsonElement json)
{
    /// <summary>A value as text; null when it is missing, null or no single value.</summary>
    public string? Text(string name) => Find(name) is { } value ? AsText(value) : null;

    /// <summary>A boolean, or the English word for one; null for anything else.</summary>
    public bool? Flag(string name) => bool.TryParse(Text(name), out var flag) ? flag : null;

    /// <summary>The values of a list; one value stands for a list of one.</summary>
    public IReadOnlyList<string> Texts(string name) => Find(name) switch
    {
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(AsText).OfType<string>()],
        { } one when AsText(one) is { } text =>
            text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
        _ => [],
    };

    /// <summary>
    /// The time when the object was created or last changed, from either of Exchange's two properties; null if it has none.
    /// </summary>
    public DateTimeOffset? ChangedAt => Time("WhenChangedUTC") ?? Time("WhenCreatedUTC");

    /// <summary>Returns whether one of these properties has this value, in any case.</summary>
    public bool Is(string value, params string[] names) =>
        names.Any(n => string.Equals(Text(n), value, StringComparison.OrdinalIgnoreCase));

    private DateTimeOffset? Time(string name) => DateTimeOffset.TryParse(
        Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
        ? time
        : null;

    private JsonElement? Find(string name)
    {
        foreach (var property in json.EnumerateObject())
        {
            if (property.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return property.Value;
            }
        }

        return null;
    }

    private static string? AsText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => null,
    };
}
