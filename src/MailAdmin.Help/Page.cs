using Markdig;
using Markdig.Extensions.Yaml;
using Markdig.Syntax;

namespace MailAdmin.Help;

/// <summary>A part of a page below a heading.</summary>
/// <param name="Title">The heading's text.</param>
/// <param name="Level">1 for "#".</param>
/// <param name="Line">The heading's line, from 1.</param>
internal sealed record Section(string Title, int Level, int Line)
{
    /// <summary>The text directly below the heading.</summary>
    public List<Block> Blocks { get; } = [];

    /// <summary>The sections of the next level.</summary>
    public List<Section> Sections { get; } = [];
}

/// <summary>
/// Represents a Markdown file, split at its headings. It collects its errors, so that an author gets all of them at once.
/// </summary>
internal sealed class Page
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UseYamlFrontMatter()
        .UsePipeTables().Build();

    private readonly List<Problem> _problems = [];

    private Page(string path, string text)
    {
        (Path, Lines) = (path, text.ReplaceLineEndings("\n").Split('\n'));
        var document = Markdown.Parse(string.Join('\n', Lines), Pipeline);
        FrontMatter = document.OfType<YamlFrontMatterBlock>().FirstOrDefault() is { } yaml
            ? Yaml.Read(this, yaml)
            : new YamlMap();
        Top = Cut(document);
    }

    /// <summary>Full path.</summary>
    public string Path { get; }

    /// <summary>File name without ".md": what the page is about.</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>The text.</summary>
    public IReadOnlyList<string> Lines { get; }

    /// <summary>The YAML above the text.</summary>
    public YamlMap FrontMatter { get; }

    /// <summary>The section of the heading "#".</summary>
    public Section Top { get; }

    /// <summary>The errors.</summary>
    public IReadOnlyList<Problem> Problems => _problems;

    /// <summary>Reads a page. Errors in its content aren't thrown.</summary>
    public static Page Parse(string path, string text) => new(path, text);

    /// <summary>Notes why the page is refused.</summary>
    public void Refuse(int line, string reason) => _problems.Add(new Problem(Path, line, reason));

    private Section Cut(MarkdownDocument document)
    {
        var open = new List<Section> { new("", 0, 1) };
        foreach (var block in document.Where(b => b is not (YamlFrontMatterBlock or LinkReferenceDefinitionGroup)))
        {
            if (block is not HeadingBlock heading)
            {
                if (open.Count == 1)
                {
                    Refuse(block.Line + 1, "There is text above the first heading.");
                }

                open[^1].Blocks.Add(block);
                continue;
            }

            var section = new Section(Prose.Text(this, heading.Inline), heading.Level, heading.Line + 1);
            if (heading.Level > open.Count)
            {
                Refuse(section.Line, $"The heading '{section.Title}' skips a level.");
            }

            open.RemoveRange(Math.Min(heading.Level, open.Count), Math.Max(0, open.Count - heading.Level));
            open[^1].Sections.Add(section);
            open.Add(section);
        }

        foreach (var second in open[0].Sections.Skip(1))
        {
            Refuse(second.Line, $"The heading '{second.Title}' is a second one of level 1.");
        }

        return open[0].Sections.FirstOrDefault() ?? new Section("", 1, 1);
    }
}
