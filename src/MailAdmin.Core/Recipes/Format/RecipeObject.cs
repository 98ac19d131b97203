using System.Globalization;
using System.Text.Json;
using MailAdmin.Core.Base;

namespace MailAdmin.Core.Recipes.Format;

/// <summary>
/// Represents an object of a recipe file during reading. Each property is read once by its name, and unknown ones are rejected at
/// the end. A mistake is recorded with its line, and reading continues with a harmless value, so that all mistakes of a file are
/// reported together.
/// </summary>
internal sealed class RecipeObject
{
    private readonly RecipeNode _node;
    private readonly List<(int Line, string Reason)> _mistakes;
    private readonly List<string> _known = [];

    public RecipeObject(RecipeNode node, List<(int Line, string Reason)> mistakes)
    {
        (_node, _mistakes) = (node, mistakes);
        if (node.Kind != JsonValueKind.Object)
        {
            Refuse(node.Line, $"an object in braces was expected, but found {Describe(node)}");
        }

        foreach (var twice in node.Properties.GroupBy(p => p.Name, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            Refuse(twice.Last().Line, $"'{twice.Key}' is specified twice");
        }
    }

    public int Line => _node.Line;

    public void Refuse(int line, string reason) => _mistakes.Add((line, reason));

    /// <summary>Returns the line of a property; that of the object if it's missing.</summary>
    public int LineOf(string name) =>
        _node.Properties.FirstOrDefault(p => p.Name == name) is { Value: not null } found ? found.Line : Line;

    public string Text(string name) => Take(name) is { } node ? TextOf(name, node) : Missing(name, "");

    public string? OptionalText(string name) => Take(name) is { } node ? TextOf(name, node) : null;

    public bool Flag(string name) => Take(name) switch
    {
        null => false,
        { Kind: JsonValueKind.True } => true,
        { Kind: JsonValueKind.False } => false,
        { } node => Wrong(name, node, "true or false", false),
    };

    public int Number(string name, int least, int most) => Take(name) switch
    {
        null => Missing(name, least),
        { Kind: JsonValueKind.Number } node
            when int.TryParse(node.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least
                && value <= most => value,
        { } node => Wrong(name, node, $"a whole number from {least} to {most}", least),
    };

    public T Choice<T>(string name) where T : struct, Enum =>
        Take(name) is { } node ? ChoiceOf<T>(name, node) ?? default : Missing<T>(name, default);

    public T? OptionalChoice<T>(string name) where T : struct, Enum => Take(name) is { } node ? ChoiceOf<T>(name, node) : null;

    public T[] Choices<T>(string name) where T : struct, Enum =>
        [.. List(name).Select(item => ChoiceOf<T>(name, item)).OfType<T>()];

    public string[] Texts(string name) =>
        [.. List(name).Select(item => TextOf(name, item))];

    public RecipeObject? Object(string name) => Take(name) is { } node ? new RecipeObject(node, _mistakes) : null;

    public RecipeObject[] Objects(string name) => [.. List(name).Select(item => new RecipeObject(item, _mistakes))];

    /// <summary>Refuses what wasn't taken.</summary>
    public void End()
    {
        foreach (var (name, line, _) in _node.Properties.Where(p => !_known.Contains(p.Name)))
        {
            Refuse(line, $"'{name}' isn't a valid key; {NameSuggestion.Hint(name, _known)}");
        }
    }

    private RecipeNode? Take(string name)
    {
        _known.Add(name);
        return _node.Properties.FirstOrDefault(p => p.Name == name).Value;
    }

    private List<RecipeNode> List(string name) => Take(name) switch
    {
        null => [],
        { Kind: JsonValueKind.Array } node => node.Items,
        { } node => Wrong<List<RecipeNode>>(name, node, "a list in brackets", []),
    };

    private string TextOf(string name, RecipeNode node) =>
        node is { Kind: JsonValueKind.String, Text.Length: > 0 } ? node.Text : Wrong(name, node, "a text that isn't "
            + "empty", "");

    private T? ChoiceOf<T>(string name, RecipeNode node) where T : struct, Enum
    {
        if (node.Kind == JsonValueKind.String && Enum.GetNames<T>().Contains(node.Text, StringComparer.Ordinal))
        {
            return Enum.Parse<T>(node.Text);
        }

        Refuse(node.Line, $"'{name}' can't be {Describe(node)}; {NameSuggestion.Hint(node.Text, Enum.GetNames<T>())}");
        return null;
    }

    private T Missing<T>(string name, T instead)
    {
        if (_node.Kind == JsonValueKind.Object)
        {
            Refuse(Line, $"'{name}' is missing");
        }

        return instead;
    }

    private T Wrong<T>(string name, RecipeNode node, string wanted, T instead)
    {
        Refuse(node.Line, $"'{name}' must be {wanted}, but is {Describe(node)}");
        return instead;
    }

    private static string Describe(RecipeNode node) => node.Kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"'{node.Text}'",
        JsonValueKind.Number => node.Text,
        _ => node.Kind.ToString().ToLowerInvariant(),
    };
}
