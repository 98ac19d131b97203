using System.Text.RegularExpressions;

namespace MailAdmin.Help;

/// <summary>
/// Rewrites the syntax and parameters of a page from the cmdlet, and keeps the written text. A new parameter gets a heading
/// without text, which the build rejects until it's written.
/// </summary>
internal static partial class PageSync
{
    private const int Width = 100;

    /// <summary>The text of PowerShell's common parameters on every page.</summary>
    private static readonly Dictionary<string, string[]> Common = new(StringComparer.Ordinal)
    {
        ["Confirm"] = ["Asks before each change."],
        ["WhatIf"] = ["Shows what would be done, and does not do it."],
        ["CommonParameters"] =
        [
            "This cmdlet supports the common parameters: -Debug, -ErrorAction, -ErrorVariable,",
            "-InformationAction, -InformationVariable, -OutBuffer, -OutVariable, -PipelineVariable,",
            "-ProgressAction, -Verbose, -WarningAction, and -WarningVariable. For more information, see",
            "[about_CommonParameters](https://go.microsoft.com/fwlink/?LinkID=113216).",
        ],
    };

    /// <summary>The page as it must be.</summary>
    public static string Rewrite(Page page, CommandFacts facts)
    {
        var sections = page.Top.Sections;
        var lines = new List<string>(page.Lines.Take((sections.FirstOrDefault()?.Line ?? page.Lines.Count + 1) - 1));
        foreach (var (section, next) in sections.Zip(sections.Skip(1).Append(null)))
        {
            lines.AddRange(section.Title switch
            {
                "SYNTAX" => Syntax(facts),
                "PARAMETERS" => Parameters(page, section, facts),
                _ => page.Lines.Take((next?.Line ?? page.Lines.Count + 1) - 1).Skip(section.Line - 1),
            });
        }

        return string.Join('\n', lines).TrimEnd() + "\n";
    }

    /// <summary>An empty page for a cmdlet that has none.</summary>
    public static string Skeleton(CommandFacts facts) =>
        $"""
        ---
        document type: cmdlet
        external help file: {Maml.FileName}
        HelpUri: ''
        Locale: en-US
        Module Name: MailAdmin
        PlatyPS schema version: {CommandPageReader.SchemaVersion}
        title: {facts.Name}
        ---

        # {facts.Name}

        ## SYNOPSIS

        ## SYNTAX

        ## DESCRIPTION

        ## EXAMPLES

        ## PARAMETERS

        ## INPUTS

        ### None

        ## OUTPUTS

        {string.Join("\n\n", facts.Outputs.DefaultIfEmpty("None").Select(o => $"### {o}"))}

        ## NOTES

        ## RELATED LINKS
        """;

    private static IEnumerable<string> Syntax(CommandFacts facts)
    {
        yield return "## SYNTAX";
        foreach (var form in facts.Syntax)
        {
            yield return "";
            yield return $"### {form.Name}{(form.IsDefault && facts.Syntax.Count > 1 ? " (Default)" : "")}";
            yield return "";
            yield return "```";
            foreach (var line in Wrap(form.Text))
            {
                yield return line;
            }

            yield return "```";
        }

        yield return "";
    }

    private static IEnumerable<string> Parameters(Page page, Section section, CommandFacts facts)
    {
        yield return "## PARAMETERS";
        foreach (var (name, parameter) in facts.Parameters.OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            var text = Written(page, section.Sections.Find(s => s.Title == $"-{name}"));
            text = text.Length == 0 && Common.TryGetValue(name, out var known) ? known : text;
            foreach (var line in (string[])["", $"### -{name}", "", .. text, .. text.Length == 0 ? Array.Empty<string>() : [""],
                "```yaml", .. parameter.ToYaml(), "```"])
            {
                yield return line;
            }
        }

        foreach (var line in (string[])["", "### CommonParameters", "", .. Common["CommonParameters"], ""])
        {
            yield return line;
        }
    }

    /// <summary>
    /// Returns the written text about a parameter: the lines between its heading and its yaml, or the next heading.
    /// </summary>
    private static string[] Written(Page page, Section? parameter)
    {
        var lines = page.Lines.Skip(parameter?.Line ?? page.Lines.Count).TakeWhile(l => l != "```yaml" && !l.StartsWith('#'));
        var text = string.Join('\n', lines).Trim('\n');
        return text.Length == 0 ? [] : text.Split('\n');
    }

    /// <summary>Breaks before a parameter, never within one; what follows is indented by one, as platyPS does it.</summary>
    private static List<string> Wrap(string syntax)
    {
        var lines = new List<string> { "" };
        foreach (var part in BeforeParameter().Split(syntax))
        {
            if (lines[^1].Length + part.Length > Width)
            {
                lines.Add("");
            }

            lines[^1] += part;
        }

        return lines;
    }

    // A space that is followed by "-Name", "[-Name" or "[[-Name" or "[<CommonParameters>]".
    [GeneratedRegex(@"(?= \[{0,2}-[A-Za-z]| \[<CommonParameters>)")]
    private static partial Regex BeforeParameter();
}
