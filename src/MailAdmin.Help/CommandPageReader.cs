using System.Text.RegularExpressions;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace MailAdmin.Help;

/// <summary>Reads a cmdlet's page in platyPS's schema, and refuses what isn't in it.</summary>
/// <remarks>https://learn.microsoft.com/powershell/utility-modules/platyps/step-2-edit-markdown-help</remarks>
internal static partial class CommandPageReader
{
    /// <summary>The version of the schema that pages are written in.</summary>
    public const string SchemaVersion = "2024-05-01";

    private static readonly string[] Required =
        ["SYNOPSIS", "SYNTAX", "DESCRIPTION", "EXAMPLES", "PARAMETERS", "INPUTS", "OUTPUTS", "NOTES", "RELATED LINKS"];

    private static readonly string[] Order = [.. Required[..2], "ALIASES", .. Required[2..]];

    public static CommandPage Read(Page page)
    {
        CheckFrontMatter(page);
        var sections = Sections(page);
        Section Section(string title) => sections.GetValueOrDefault(title) ?? new Section(title, 2, page.Top.Line);

        var syntax = Syntax(page, Section("SYNTAX"));
        var parameters = Parameters(page, Section("PARAMETERS"));
        CheckSyntax(page, Section("SYNTAX"), syntax, parameters);
        return new CommandPage
        {
            Name = page.Name,
            Synopsis = Synopsis(page, Section("SYNOPSIS")),
            Syntax = syntax,
            Description = Needed(page, Section("DESCRIPTION"), Prose.ReadText(page, Section("DESCRIPTION").Blocks)),
            Examples = Needed(page, Section("EXAMPLES"), Section("EXAMPLES").Sections.Select(s => Example(page, s)).ToArray()),
            Parameters = parameters,
            Inputs = Types(page, Section("INPUTS")),
            Outputs = Types(page, Section("OUTPUTS")),
            Notes = Prose.ReadText(page, Section("NOTES").Blocks),
            Links = [.. Links(page, Section("RELATED LINKS"))],
        };
    }

    private static void CheckFrontMatter(Page page)
    {
        foreach (var (key, value) in new[]
        {
            ("document type", "cmdlet"), ("external help file", Maml.FileName), ("Locale", "en-US"), ("Module Name", "MailAdmin"),
            ("PlatyPS schema version", SchemaVersion), ("title", page.Name),
        })
        {
            if (page.FrontMatter.Text(key) != value)
            {
                page.Refuse(1, $"The YAML at the top must say '{key}: {value}'.");
            }
        }

        if (page.Top.Title != page.Name)
        {
            page.Refuse(page.Top.Line, $"The page must be headed '# {page.Name}', as its file is named.");
        }
    }

    private static Dictionary<string, Section> Sections(Page page)
    {
        var found = new Dictionary<string, Section>(StringComparer.Ordinal);
        var last = -1;
        foreach (var section in page.Top.Sections)
        {
            var place = Array.IndexOf(Order, section.Title);
            if (place < 0)
            {
                page.Refuse(
                    section.Line, $"There is no section '{section.Title}' in the schema; there are {string.Join(", ", Order)}.");
            }
            else if (!found.TryAdd(section.Title, section))
            {
                page.Refuse(section.Line, $"The section {section.Title} is there twice.");
            }
            else if (place < last)
            {
                page.Refuse(section.Line, $"The section {section.Title} must come before {Order[last]}.");
            }

            last = Math.Max(last, place);
        }

        foreach (var missing in Required.Where(r => !found.ContainsKey(r)))
        {
            page.Refuse(page.Top.Line, $"The section {missing} is missing.");
        }

        return found;
    }

    private static IReadOnlyList<T> Needed<T>(Page page, Section section, IReadOnlyList<T> content)
    {
        // A missing section has already been reported.
        if (content.Count == 0 && page.Top.Sections.Contains(section))
        {
            page.Refuse(section.Line, $"The section {section.Title} is empty.");
        }

        return content;
    }

    private static string Synopsis(Page page, Section section)
    {
        var text = Needed(page, section, Prose.ReadText(page, section.Blocks));
        if (text.Count > 1 || text is [not Paragraph])
        {
            page.Refuse(section.Line, "The synopsis must be one paragraph.");
        }

        return text is [Paragraph paragraph, ..] ? paragraph.Text : "";
    }

    private static Example Example(Page page, Section section)
    {
        var blocks = Prose.Read(page, section.Blocks);
        var scripts = blocks.OfType<Code>().ToArray();
        if (scripts is not [{ Language: "powershell", Lines.Count: > 0 } script])
        {
            page.Refuse(section.Line, $"'{section.Title}' must have one block of powershell, and no other code.");
            return new Example(section.Title, [], new Code("powershell", [], section.Line), []);
        }

        return new Example(
            section.Title, [.. blocks.TakeWhile(b => b != script)], script, [.. blocks.SkipWhile(b => b != script).Skip(1)]);
    }

    private static SyntaxForm[] Syntax(Page page, Section section)
    {
        var forms = Needed(page, section, section.Sections.Select(s => Form(page, s)).ToArray());
        return [.. forms];
    }

    private static SyntaxForm Form(Page page, Section section)
    {
        var name = section.Title.Replace(" (Default)", "", StringComparison.Ordinal);
        if (section.Blocks is not [FencedCodeBlock code] || Prose.Read(page, [code]) is not [Code { Lines: var lines }])
        {
            page.Refuse(section.Line, $"The parameter set '{name}' must hold one block of code and nothing else.");
            return new SyntaxForm(name, []);
        }

        var text = string.Join(' ', lines.Select(l => l.Trim()));
        if (!text.StartsWith($"{page.Name} ", StringComparison.Ordinal))
        {
            page.Refuse(section.Line, $"The syntax must begin with '{page.Name}'.");
        }

        return new SyntaxForm(name, [.. SyntaxParameter().Matches(text[page.Name.Length..]).Select(
            m => (m.Groups["name"].Value, m.Groups["type"].Success ? m.Groups["type"].Value : null))]);
    }

    private static Parameter[] Parameters(Page page, Section section) =>
        [.. section.Sections.Where(s => s.Title != "CommonParameters").Select(s => Parameter(page, s)).OfType<Parameter>()];

    private static Parameter? Parameter(Page page, Section section)
    {
        if (!section.Title.StartsWith('-') || section.Blocks is not [.., FencedCodeBlock { Info: "yaml" } yaml])
        {
            page.Refuse(section.Line, $"'{section.Title}' must be headed '-Name', and end with a block of yaml.");
            return null;
        }

        var text = Prose.ReadText(page, section.Blocks[..^1]);
        if (text.Count == 0)
        {
            page.Refuse(section.Line, $"The parameter {section.Title} has no text.");
        }

        var facts = ParameterFacts.From(Yaml.Read(page, yaml));
        if (facts.Type.Length == 0 || facts.ParameterSets.Count == 0)
        {
            page.Refuse(yaml.Line + 1, $"The yaml of {section.Title} lacks Type or ParameterSets.");
        }

        return new Parameter(section.Title[1..], text, facts);
    }

    private static void CheckSyntax(Page page, Section section, SyntaxForm[] syntax, Parameter[] parameters)
    {
        var shown = syntax.SelectMany(f => f.Parameters.Select(p => p.Name)).Distinct().ToHashSet(StringComparer.Ordinal);
        foreach (var name in shown.Where(n => !parameters.Any(p => p.Name == n)))
        {
            page.Refuse(section.Line, $"The parameter -{name} is in the syntax but has no text.");
        }

        foreach (var parameter in parameters.Where(p => !p.Facts.DontShow && !shown.Contains(p.Name)))
        {
            page.Refuse(section.Line, $"The parameter -{parameter.Name} has text but is not in the syntax.");
        }
    }

    private static TypeNote[] Types(Page page, Section section) =>
        [.. Needed(page, section, section.Sections.Select(s => new TypeNote(s.Title, Prose.ReadText(page, s.Blocks))).ToArray())];

    private static IEnumerable<(string Text, string? Uri)> Links(Page page, Section section)
    {
        foreach (var block in section.Blocks)
        {
            if (block is not ListBlock list)
            {
                page.Refuse(block.Line + 1, "The related links must be a list of links.");
                continue;
            }

            foreach (var item in list.OfType<ListItemBlock>())
            {
                if (item is [ParagraphBlock { Inline: { FirstChild: LinkInline { NextSibling: null } link } }])
                {
                    yield return Prose.Link(page, link);
                }
                else
                {
                    page.Refuse(item.Line + 1, "A related link must be one link and nothing else.");
                }
            }
        }
    }

    // "[[-Folder] <string>]", "-App <MailAppRegistration>", "[-Unread]".
    [GeneratedRegex(@"-(?<name>[A-Za-z]\w*)\]?(?: <(?<type>[^>]+)>)?")]
    private static partial Regex SyntaxParameter();
}
