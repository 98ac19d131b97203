using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MailAdmin.Core.Base;

namespace MailAdmin.Tenant.Description;

/// <summary>
/// Represents one table of a description. Records the keys that are read, so that other keys are errors, and collects errors
/// instead of stopping at the first.
/// </summary>
/// <param name="json">The table; keys are found in any case.</param>
/// <param name="where">Its place, such as "Apps[1]"; empty for the root.</param>
/// <param name="problems">Takes the errors.</param>
internal sealed class DescriptionNode(JsonObject json, string where, List<string> problems)
{
    private readonly List<string> _keys = [];

    public string Where => where;

    public bool Has(string key) => json.Any(p => p.Key.Equals(key, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads a text; null if it's missing, null, or, as in a cell, empty.</summary>
    public string? Text(string key) => Value(key) switch
    {
        null => null,
        JsonValue value when value.GetValueKind() is JsonValueKind.String or JsonValueKind.Number => value.ToString(),
        _ => Wrong<string?>(key, "Specify a text."),
    };

    /// <summary>Reads one of several values; null if it's missing.</summary>
    public string? Choice(string key, IReadOnlyCollection<string> values)
    {
        var text = Text(key);
        return text is null ? null : values.FirstOrDefault(v => v.Equals(text, StringComparison.OrdinalIgnoreCase))
            ?? Wrong<string?>(key, $"Valid values are: {string.Join(", ", values)}.");
    }

    /// <summary>Reads a value of an enumeration; null if it's missing.</summary>
    public T? Choice<T>(string key)
        where T : struct, Enum => Choice(key, Enum.GetNames<T>()) is { } name ? Enum.Parse<T>(name) : null;

    public bool? Flag(string key) => Value(key) switch
    {
        null => null,
        JsonValue value when value.TryGetValue(out bool flag) => flag,
        JsonValue value when bool.TryParse(value.ToString(), out var flag) => flag,
        _ => Wrong<bool?>(key, "Valid values are: $true, $false."),
    };

    public int? Number(string key, int most) => Value(key) switch
    {
        null => null,
        JsonValue value when int.TryParse(value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number <= most => number,
        _ => Wrong<int?>(key, $"Specify a whole number from 0 to {most}."),
    };

    /// <summary>A time span as PowerShell writes it, "180.00:00:00", or a number of days.</summary>
    public TimeSpan? Time(string key) => Value(key) switch
    {
        null => null,
        JsonValue value when int.TryParse(value.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
            out var days) && Math.Abs(days) <= 36500 => TimeSpan.FromDays(days),
        JsonValue value when TimeSpan.TryParse(value.ToString(), CultureInfo.InvariantCulture, out var time) => time,
        _ => Wrong<TimeSpan?>(key, "Specify a number of days, or a time span such as '180.00:00:00'."),
    };

    /// <summary>Several texts: a list, one text, or, as in a cell, texts with semicolons between them.</summary>
    public string[] Texts(string key) => Value(key) switch
    {
        null => [],
        JsonArray list when list.All(i => i is JsonValue) => [.. list.Select(i => i!.ToString())],
        JsonValue value => value.ToString().Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        _ => Wrong<string[]>(key, "Specify a text, or a list of texts.") ?? [],
    };

    /// <summary>Each of which is one of several values.</summary>
    public string[] Choices(string key, IReadOnlyCollection<string> values)
    {
        var texts = Texts(key);
        foreach (var wrong in texts.Where(t => !values.Contains(t, StringComparer.OrdinalIgnoreCase)))
        {
            Wrong<string>(key, $"'{wrong}' isn't valid. Valid values are: {string.Join(", ", values)}.", isWhole: true);
        }

        return
        [
            .. texts.Select(t => values.FirstOrDefault(v => v.Equals(t, StringComparison.OrdinalIgnoreCase))).OfType<string>(),
        ];
    }

    /// <summary>Reads a table; null if it's missing.</summary>
    public DescriptionNode? Node(string key) => Value(key) switch
    {
        null => null,
        JsonObject inner => new DescriptionNode(inner, Path(key), problems),
        _ => Wrong<DescriptionNode?>(key, "Specify a table: @{ ... }."),
    };

    /// <summary>Reads a list of tables; a single table is a list of one.</summary>
    public IReadOnlyList<DescriptionNode> Nodes(string key) => Value(key) switch
    {
        null => [],
        JsonObject one => [new DescriptionNode(one, Path(key), problems)],
        JsonArray list when list.All(i => i is JsonObject) =>
            [.. list.Select((i, n) => new DescriptionNode((JsonObject)i!, $"{Path(key)}[{n}]", problems))],
        _ => Wrong<DescriptionNode[]>(key, "Specify a list of tables: @( @{ ... } ).") ?? [],
    };

    /// <summary>Reads a value of any type.</summary>
    public JsonNode? Value(string key)
    {
        _keys.Add(key);
        var value = json.FirstOrDefault(p => p.Key.Equals(key, StringComparison.OrdinalIgnoreCase)).Value;
        return value is JsonValue text && text.GetValueKind() == JsonValueKind.String && text.ToString().Length == 0
            ? null
            : value;
    }

    /// <summary>A text that has to be there.</summary>
    public string Required(string key) => Text(key) ?? (Has(key) && Value(key) is not null
        ? ""
        : Missing(key));

    /// <summary>Notes that a value can't be used.</summary>
    public T? Wrong<T>(string key, string allowed, bool isWhole = false)
    {
        problems.Add(isWhole ? $"{Path(key)}: {allowed}" : $"{Path(key)}: {Shown(Value(key))} isn't valid. {allowed}");
        return default;
    }

    /// <summary>Adds an error for each key that wasn't read.</summary>
    public void End()
    {
        foreach (var (key, _) in json.Where(p => !_keys.Contains(p.Key, StringComparer.OrdinalIgnoreCase)))
        {
            string[] keys = [.. _keys.Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)];
            var meant = NameSuggestion.Of(key, keys) is { } near ? $" Did you mean '{near}'?" : "";
            problems.Add($"{Path(key)}: This key doesn't exist.{meant} Valid keys are: {string.Join(", ", keys)}.");
        }
    }

    private string Missing(string key)
    {
        problems.Add($"{Path(key)}: This key is required.");
        return "";
    }

    private string Path(string key) => where.Length == 0 ? key : $"{where}.{key}";

    private static string Shown(JsonNode? value) => value switch
    {
        null => "$null",
        JsonObject => "A table",
        JsonArray => "A list",
        _ => $"'{value}'",
    };
}
