namespace MailAdmin.Help;

/// <summary>Represents the metadata of a parameter in the compiled cmdlet; on a page, it's the parameter's YAML.</summary>
internal sealed record ParameterFacts
{
    /// <summary>Full name of its .NET type.</summary>
    public required string Type { get; init; }

    /// <summary>Its default value; empty for none.</summary>
    public string DefaultValue { get; init; } = "";

    /// <summary>Whether it understands wildcards.</summary>
    public bool SupportsWildcards { get; init; }

    /// <summary>Other names.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Its properties in each parameter set; one named "(All)" if it's in all of them.</summary>
    public IReadOnlyList<ParameterInSet> ParameterSets { get; init; } = [];

    /// <summary>Whether completion hides it.</summary>
    public bool DontShow { get; init; }

    /// <summary>The values it takes, where they are few and known.</summary>
    public IReadOnlyList<string> AcceptedValues { get; init; } = [];

    /// <summary>The text of a prompt for it.</summary>
    public string HelpMessage { get; init; } = "";

    public static ParameterFacts From(YamlMap yaml) => new()
    {
        Type = yaml.Text("Type"),
        DefaultValue = yaml.Text("DefaultValue"),
        SupportsWildcards = yaml.Flag("SupportsWildcards"),
        Aliases = yaml.Texts("Aliases"),
        ParameterSets = [.. yaml.Maps("ParameterSets").Select(ParameterInSet.From)],
        DontShow = yaml.Flag("DontShow"),
        AcceptedValues = yaml.Texts("AcceptedValues"),
        HelpMessage = yaml.Text("HelpMessage"),
    };

    /// <summary>The lines of the YAML, in platyPS's order and writing.</summary>
    public IEnumerable<string> ToYaml() =>
    [
        $"Type: {Type}",
        $"DefaultValue: {Quoted(DefaultValue)}",
        $"SupportsWildcards: {Flag(SupportsWildcards)}",
        "ParameterValue: []",
        .. List("Aliases", Aliases.Select(Quoted)),
        "ParameterSets:",
        .. ParameterSets.SelectMany(s => s.ToYaml()),
        $"DontShow: {Flag(DontShow)}",
        .. List("AcceptedValues", AcceptedValues.Select(Quoted)),
        $"HelpMessage: {Quoted(HelpMessage)}",
    ];

    internal static string Flag(bool value) => value ? "true" : "false";

    private static IEnumerable<string> List(string key, IEnumerable<string> values)
    {
        var items = values.Select(v => $"- {v}").ToArray();
        return items.Length == 0 ? [$"{key}: []"] : [$"{key}:", .. items];
    }

    /// <summary>A scalar that reads back as it was: quoted unless it is a plain word.</summary>
    private static string Quoted(string value) =>
        value.Length > 0 && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_')
            ? value
            : $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
}

/// <summary>
/// Represents a parameter's properties in a parameter set, whose name can be "(All)". The position is a number from 0, or
/// "Named".
/// </summary>
internal sealed record ParameterInSet(
    string Name, string Position, bool IsRequired, bool ValueFromPipeline, bool ValueFromPipelineByPropertyName,
    bool ValueFromRemainingArguments)
{
    public static ParameterInSet From(YamlMap yaml) => new(
        yaml.Text("Name"), yaml.Text("Position"), yaml.Flag("IsRequired"), yaml.Flag("ValueFromPipeline"),
        yaml.Flag("ValueFromPipelineByPropertyName"), yaml.Flag("ValueFromRemainingArguments"));

    public IEnumerable<string> ToYaml() =>
    [
        $"- Name: {Name}",
        $"  Position: {Position}",
        $"  IsRequired: {ParameterFacts.Flag(IsRequired)}",
        $"  ValueFromPipeline: {ParameterFacts.Flag(ValueFromPipeline)}",
        $"  ValueFromPipelineByPropertyName: {ParameterFacts.Flag(ValueFromPipelineByPropertyName)}",
        $"  ValueFromRemainingArguments: {ParameterFacts.Flag(ValueFromRemainingArguments)}",
    ];
}
