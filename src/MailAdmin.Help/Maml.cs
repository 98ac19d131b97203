using System.Xml.Linq;

namespace MailAdmin.Help;

/// <summary>Writes help as PowerShell reads it.</summary>
/// <remarks>
/// https://learn.microsoft.com/powershell/scripting/developer/help/writing-help-for-windows-powershell-cmdlets. What the elements
/// become on the screen was tried in PowerShell 7.6.
/// </remarks>
internal static class Maml
{
    /// <summary>
    /// Named after the assembly of the cmdlets. PowerShell finds it in the folder of the culture next to the manifest.
    /// </summary>
    public const string FileName = "MailAdmin.dll-Help.xml";

    private static readonly XNamespace Items = "http://msh";
    private static readonly XNamespace Text = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    /// <summary>The help of all cmdlets, as XML.</summary>
    /// <param name="pages">The pages.</param>
    /// <param name="online">The address of the online pages.</param>
    public static string Write(IEnumerable<CommandPage> pages, Uri online)
    {
        var items = new XElement(Items + "helpItems", new XAttribute("schema", "maml"), pages.Select(p => Write(p, online)));
        return $"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{items}\n".ReplaceLineEndings("\n");
    }

    private static XElement Write(CommandPage page, Uri online) => new(
        Command + "command",
        new XAttribute(XNamespace.Xmlns + "maml", Text),
        new XAttribute(XNamespace.Xmlns + "command", Command),
        new XAttribute(XNamespace.Xmlns + "dev", Dev),
        new XElement(
            Command + "details",
            new XElement(Command + "name", page.Name),
            new XElement(Command + "verb", page.Name.Split('-')[0]),
            new XElement(Command + "noun", page.Name.Split('-')[^1]),
            new XElement(Text + "description", Para(page.Synopsis))),
        new XElement(Text + "description", Paras(page.Description)),
        new XElement(Command + "syntax", page.Syntax.Select(f => Syntax(page, f))),
        new XElement(Command + "parameters", page.Parameters.Select(p => Parameter(page, p))),
        new XElement(Command + "inputTypes", page.Inputs.Select(t => Type(Command + "inputType", t))),
        new XElement(Command + "returnValues", page.Outputs.Select(t => Type(Command + "returnValue", t))),
        new XElement(Text + "alertSet", new XElement(Text + "alert", Paras(page.Notes))),
        new XElement(Command + "examples", page.Examples.Select(Example)),
        // The first link is what Get-Help -Online opens, and HelpUri of the cmdlet.
        new XElement(
            Command + "relatedLinks",
            page.Links.Prepend(("Online version:", new Uri(online, $"{page.Name}.md").AbsoluteUri)).Select(Link)));

    private static XElement Syntax(CommandPage page, SyntaxForm form) => new(
        Command + "syntaxItem",
        new XElement(Text + "name", page.Name),
        form.Parameters.Select(p =>
        {
            var parameter = page.Parameters.First(q => q.Name == p.Name);
            var here = parameter.Facts.ParameterSets.FirstOrDefault(s => s.Name == form.Name) ?? parameter.Facts.ParameterSets[0];
            return Parameter(parameter, here.IsRequired, here.Position, [here], p.Type, null);
        }));

    private static XElement Parameter(CommandPage page, Parameter parameter)
    {
        var sets = parameter.Facts.ParameterSets;
        var type = page.Syntax.SelectMany(f => f.Parameters).FirstOrDefault(p => p.Name == parameter.Name).Type;
        return Parameter(
            parameter, sets.Any(s => s.IsRequired), sets[0].Position, sets, type,
            new XElement(Text + "description", Paras(parameter.Description)));
    }

    private static XElement Parameter(
        Parameter parameter, bool required, string position, IReadOnlyList<ParameterInSet> sets, string? type,
        XElement? description)
    {
        var facts = parameter.Facts;
        var isArray = ParameterFacts.Flag(facts.Type.EndsWith("[]", StringComparison.Ordinal));
        return new XElement(
            Command + "parameter",
            new XAttribute("required", ParameterFacts.Flag(required)),
            new XAttribute("variableLength", isArray),
            new XAttribute("globbing", ParameterFacts.Flag(facts.SupportsWildcards)),
            new XAttribute("pipelineInput", PipelineInput(sets)),
            new XAttribute("position", position == "Named" ? "named" : position),
            new XAttribute("aliases", facts.Aliases.Count == 0 ? "none" : string.Join(", ", facts.Aliases)),
            new XElement(Text + "name", parameter.Name),
            description,
            facts.AcceptedValues.Count == 0 ? null : new XElement(
                Command + "parameterValueGroup",
                facts.AcceptedValues.Select(v => new XElement(
                    Command + "parameterValue", new XAttribute("required", "false"),
                    new XAttribute("variableLength", "false"), v))),
            type is null ? null : new XElement(
                Command + "parameterValue", new XAttribute("required", "true"), new XAttribute("variableLength", isArray), type),
            new XElement(Dev + "type", new XElement(Text + "name", facts.Type)),
            new XElement(Dev + "defaultValue", facts.DefaultValue.Length == 0 ? "None" : facts.DefaultValue));
    }

    private static string PipelineInput(IReadOnlyList<ParameterInSet> sets)
    {
        string[] ways =
        [
            .. sets.Any(s => s.ValueFromPipeline) ? ["ByValue"] : Array.Empty<string>(),
            .. sets.Any(s => s.ValueFromPipelineByPropertyName) ? ["ByPropertyName"] : Array.Empty<string>(),
        ];
        return ways.Length == 0 ? "False" : $"True ({string.Join(", ", ways)})";
    }

    private static XElement Example(Example example) => new(
        Command + "example",
        new XElement(Text + "title", $"--------- {example.Title} ---------"),
        // PowerShell writes paragraphs of an introduction without a space, so each one ends with its own.
        new XElement(Text + "introduction", example.Introduction.Select(b => Para($"{Plain(b)}\n\n"))),
        new XElement(Dev + "code", string.Join('\n', example.Script.Lines)),
        new XElement(Dev + "remarks", Paras(example.Remarks), Para("")));

    private static XElement Type(XName name, TypeNote type) => new(
        name,
        new XElement(Dev + "type", new XElement(Text + "name", type.Name)),
        new XElement(Text + "description", Paras(type.Description)));

    private static XElement Link((string Text, string? Uri) link) => new(
        Text + "navigationLink", new XElement(Text + "linkText", link.Text), new XElement(Text + "uri", link.Uri ?? ""));

    private static IEnumerable<XElement> Paras(IEnumerable<HelpBlock> blocks) => blocks.Select(b => Para(Plain(b)));

    private static XElement Para(string text) => new(Text + "para", text);

    private static string Plain(HelpBlock block) => block switch
    {
        Paragraph paragraph => paragraph.Text,
        ItemList list => string.Join('\n', list.Items.Select(i => $"{i.Mark} {i.Text}")),
        _ => throw new ArgumentException($"{block.GetType().Name} has no place in a paragraph.", nameof(block)),
    };
}
