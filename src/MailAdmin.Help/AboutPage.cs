using System.Text;

namespace MailAdmin.Help;

/// <summary>Turns an about_ page into the plain text that Get-Help shows.</summary>
/// <remarks>https://learn.microsoft.com/powershell/scripting/developer/help/writing-help-for-windows-powershell-modules</remarks>
internal static class AboutPage
{
    private const int Width = 80;

    /// <summary>Reads the page and writes the text. Errors are recorded on the page; then the text isn't valid.</summary>
    public static string Write(Page page)
    {
        if (page.Top.Title != page.Name)
        {
            page.Refuse(page.Top.Line, $"The page must be headed '# {page.Name}', as its file is named.");
        }

        if (page.Top.Sections is not [{ Title: "Short description" } summary, { Title: "Long description" }, ..])
        {
            page.Refuse(page.Top.Line, "The page must begin with the sections 'Short description' and 'Long description'.");
            return "";
        }

        // Get-Help uses the fifth line of the file as the synopsis, so the short description must fit on one line.
        if (Prose.Read(page, summary.Blocks) is not [Paragraph { Text.Length: > 0 and <= Width - 4 }])
        {
            page.Refuse(summary.Line, $"The short description must be one paragraph of at most {Width - 4} characters.");
        }

        var text = new StringBuilder($"TOPIC\n    {page.Name}\n");
        foreach (var section in page.Top.Sections)
        {
            Write(page, section, text);
        }

        return text.ToString();
    }

    private static void Write(Page page, Section section, StringBuilder text)
    {
        text.Append('\n').Append(section.Level == 2 ? section.Title.ToUpperInvariant() : $"  {section.Title}").Append('\n');
        var content = Prose.Read(page, section.Blocks);
        if (content.Count + section.Sections.Count == 0)
        {
            page.Refuse(section.Line, $"The section '{section.Title}' is empty.");
        }

        for (var i = 0; i < content.Count; i++)
        {
            text.Append(i == 0 ? "" : "\n");
            Write(page, content[i], text);
        }

        foreach (var below in section.Sections)
        {
            Write(page, below, text);
        }
    }

    private static void Write(Page page, HelpBlock block, StringBuilder text)
    {
        switch (block)
        {
            case Paragraph paragraph:
                Wrap(text, "    ", "    ", paragraph.Text);
                break;
            case ItemList list:
                foreach (var (mark, item) in list.Items)
                {
                    Wrap(text, $"    {mark} ", new string(' ', mark.Length + 5), item);
                }

                break;
            case Code code:
                foreach (var (line, offset) in code.Lines.Select((l, i) => (l, i)))
                {
                    if (line.Length > Width - 8)
                    {
                        page.Refuse(code.Line + 1 + offset, $"A line of code may have at most {Width - 8} characters.");
                    }

                    text.Append($"        {line}".TrimEnd()).Append('\n');
                }

                break;
        }
    }

    /// <summary>Wraps lines at words. A word that is longer than a line, such as an address, has a separate line.</summary>
    private static void Wrap(StringBuilder text, string first, string next, string words)
    {
        var line = new StringBuilder(first);
        var empty = true;
        foreach (var word in words.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!empty && line.Length + 1 + word.Length > Width)
            {
                text.Append(line).Append('\n');
                line.Clear().Append(next);
                empty = true;
            }

            line.Append(empty ? "" : " ").Append(word);
            empty = false;
        }

        text.Append(line).Append('\n');
    }
}
