using Markdig.Syntax;

namespace MailAdmin.Help;

/// <summary>A YAML map: its values are strings, lists of strings, or lists of maps.</summary>
internal sealed class YamlMap
{
    private readonly Dictionary<string, object> _values = new(StringComparer.Ordinal);

    /// <summary>A value as text; empty when there is none.</summary>
    public string Text(string key) => _values.GetValueOrDefault(key) as string ?? "";

    /// <summary>A value that is "true" or "false".</summary>
    public bool Flag(string key) => Text(key).Equals("true", StringComparison.OrdinalIgnoreCase);

    /// <summary>A list of texts; empty when there is none.</summary>
    public IReadOnlyList<string> Texts(string key) => [.. Items(key).OfType<string>()];

    /// <summary>A list of maps; empty when there is none.</summary>
    public IReadOnlyList<YamlMap> Maps(string key) => [.. Items(key).OfType<YamlMap>()];

    internal void Add(string key, object value) => _values[key] = value;

    internal IEnumerable<object> Items(string key) => _values.GetValueOrDefault(key) as List<object> ?? [];
}

/// <summary>
/// Reads the YAML that platyPS writes: plain and quoted scalars, "[]", and lists of scalars or of flat maps. Nothing else.
/// </summary>
/// <remarks>https://learn.microsoft.com/powershell/utility-modules/platyps/step-2-edit-markdown-help</remarks>
internal static class Yaml
{
    public static YamlMap Read(Page page, LeafBlock block)
    {
        // A fence or "---" is the block's first line; its content begins below.
        var line = block.Line + 2;
        var map = new YamlMap();
        List<object>? list = null;
        foreach (var text in block.Lines.Lines.Take(block.Lines.Count).Select(l => l.Slice.ToString().TrimEnd()))
        {
            var at = line++;
            list = Read(map, list, text, reason => page.Refuse(at, reason));
        }

        return map;
    }

    private static List<object>? Read(YamlMap map, List<object>? list, string text, Action<string> refuse)
    {
        if (text.Length == 0 || text[0] == '#')
        {
            return list;
        }

        if (text[0] is '-' or ' ')
        {
            if (list is null)
            {
                refuse($"'{text.Trim()}' belongs to no list.");
            }
            else if (text[0] == ' ' && list.LastOrDefault() is YamlMap item && Pair(text.Trim()) is var (name, value))
            {
                item.Add(name, value);
            }
            else if (text.StartsWith("- ", StringComparison.Ordinal))
            {
                list.Add(Element(text[2..].Trim()));
            }
            else
            {
                refuse($"'{text.Trim()}' is neither an item of a list nor a key of its last item.");
            }

            return list;
        }

        if (Pair(text) is not var (key, scalar))
        {
            refuse($"'{text}' is not written as 'key: value'.");
            return null;
        }

        // A key without a value begins a list on the lines below.
        if (scalar.Length == 0 || scalar == "[]")
        {
            var items = new List<object>();
            map.Add(key, items);
            return items;
        }

        map.Add(key, Scalar(scalar));
        return null;
    }

    private static object Element(string text)
    {
        if (text[0] is '\'' or '"' || Pair(text) is not var (key, value))
        {
            return Scalar(text);
        }

        var map = new YamlMap();
        map.Add(key, Scalar(value));
        return map;
    }

    private static (string Key, string Value)? Pair(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && (colon == text.Length - 1 || text[colon + 1] == ' ')
            ? (text[..colon], text[(colon + 1)..].Trim())
            : null;
    }

    private static string Scalar(string text) => text switch
    {
        ['\'', .., '\''] => text[1..^1].Replace("''", "'", StringComparison.Ordinal),
        ['"', .., '"'] => text[1..^1],
        _ => text,
    };
}
