using System.Text;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace MailAdmin.Help;

/// <summary>A piece of text as help shows it: without markup.</summary>
internal abstract record HelpBlock;

/// <summary>A paragraph.</summary>
/// <param name="Text">On one line.</param>
internal sealed record Paragraph(string Text) : HelpBlock;

/// <summary>A list.</summary>
/// <param name="Items">Each with its mark and its text.</param>
internal sealed record ItemList(IReadOnlyList<(string Mark, string Text)> Items) : HelpBlock;

/// <summary>Lines to be shown as they are.</summary>
/// <param name="Language">The language of the fence.</param>
/// <param name="Lines">The lines.</param>
/// <param name="Line">The fence's line on the page, from 1.</param>
internal sealed record Code(string Language, IReadOnlyList<string> Lines, int Line) : HelpBlock;

/// <summary>Turns Markdown into plain text.</summary>
internal static class Prose
{
    /// <summary>Reads paragraphs, flat lists and fenced code; refuses what a console can't show.</summary>
    public static IReadOnlyList<HelpBlock> Read(Page page, IEnumerable<Block> blocks) =>
        [.. blocks.Select(b => Read(page, b)).OfType<HelpBlock>()];

    /// <summary>Reads what may hold no code.</summary>
    public static IReadOnlyList<HelpBlock> ReadText(Page page, IEnumerable<Block> blocks)
    {
        var read = Read(page, blocks);
        foreach (var code in read.OfType<Code>())
        {
            page.Refuse(code.Line, "A block of code may only stand in an example.");
        }

        return read;
    }

    /// <summary>The text of inlines.</summary>
    public static string Text(Page page, ContainerInline? inlines)
    {
        var text = new StringBuilder();
        foreach (var inline in inlines ?? [])
        {
            text.Append(Text(page, inline));
        }

        return text.ToString().Trim();
    }

    private static HelpBlock? Read(Page page, Block block)
    {
        switch (block)
        {
            case ParagraphBlock paragraph:
                return new Paragraph(Text(page, paragraph.Inline));
            case FencedCodeBlock code:
                return new Code(
                    code.Info ?? "", [.. code.Lines.Lines.Take(code.Lines.Count).Select(l => l.Slice.ToString())], code.Line + 1);
            case ListBlock list:
                return new ItemList(
                    [.. list.OfType<ListItemBlock>().Select(i => (list.IsOrdered ? $"{i.Order}." : "-", ItemText(page, i)))]);
            default:
                page.Refuse(
                    block.Line + 1, $"{Name(block)} can't be shown in a console: write paragraphs, flat lists and fenced code.");
                return null;
        }
    }

    private static string ItemText(Page page, ListItemBlock item)
    {
        if (item is [ParagraphBlock paragraph])
        {
            return Text(page, paragraph.Inline);
        }

        page.Refuse(item.Line + 1, "An item of a list must be one paragraph.");
        return "";
    }

    private static string Text(Page page, Inline inline)
    {
        switch (inline)
        {
            case LiteralInline literal:
                return literal.Content.ToString();
            case CodeInline code:
                return code.Content;
            case LineBreakInline:
                return " ";
            case AutolinkInline auto:
                return auto.Url;
            case HtmlEntityInline entity:
                return entity.Transcoded.ToString();
            case LinkInline { IsImage: false } link:
                var (text, uri) = Link(page, link);
                return uri is null || uri == text ? text : $"{text} ({uri})";
            case EmphasisInline emphasis:
                return string.Concat(emphasis.Select(i => Text(page, i)));
            default:
                page.Refuse(inline.Line + 1, $"{Name(inline)} can't be shown in a console; code goes between backticks.");
                return "";
        }
    }

    /// <summary>Returns a link's text and target; null for a page of this help, which is found by its name.</summary>
    public static (string Text, string? Uri) Link(Page page, LinkInline link)
    {
        var text = Text(page, link);
        var url = link.Url ?? "";
        if (Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps)
        {
            return (text, url);
        }

        if (url.Length == 0 || !File.Exists(Path.Combine(Path.GetDirectoryName(page.Path)!, url.Split('#')[0])))
        {
            page.Refuse(link.Line + 1, $"The link '{url}' leads to no file beside this page and is no https address.");
        }

        return (text, null);
    }

    private static string Name(MarkdownObject what) => what switch
    {
        Table => "A table",
        CodeBlock => "Indented code",
        QuoteBlock => "A quotation",
        HtmlBlock or HtmlInline => "HTML",
        LinkInline => "An image",
        _ => what.GetType().Name,
    };
}
