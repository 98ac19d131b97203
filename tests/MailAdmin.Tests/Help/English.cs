using System.Text.RegularExpressions;

namespace MailAdmin.Tests.Help;

/// <summary>The rules that each text for a user follows, and the sentences of a Markdown page.</summary>
internal static partial class English
{
    /// <summary>The longest sentence, in words.</summary>
    public const int LongestSentence = 25;

    /// <summary>What a synopsis begins with, by the verb of its cmdlet.</summary>
    public static readonly IReadOnlyDictionary<string, string> SynopsisVerbs = new Dictionary<string, string>
    {
        ["Add"] = "Adds",
        ["Approve"] = "Approves",
        ["Compare"] = "Compares",
        ["Connect"] = "Connects",
        ["Disconnect"] = "Disconnects",
        ["Export"] = "Exports",
        ["Get"] = "Gets",
        ["Grant"] = "Grants",
        ["Initialize"] = "Creates",
        ["Install"] = "Sets",
        ["Limit"] = "Restricts",
        ["New"] = "Creates",
        ["Read"] = "Reads",
        ["Receive"] = "Downloads",
        ["Remove"] = "Removes",
        ["Repair"] = "Repairs",
        ["Revoke"] = "Revokes",
        ["Save"] = "Saves",
        ["Send"] = "Sends",
        ["Set"] = "Changes",
        ["Test"] = "Tests",
        ["Update"] = "Replaces",
    };

    /// <summary>Finds what a text does against the rules.</summary>
    /// <param name="text">A paragraph, a list item, a cell, a heading, or a literal.</param>
    /// <returns>Each as "rule: sentence".</returns>
    public static IEnumerable<string> Faults(string text)
    {
        if (ServiceText().IsMatch(text))
        {
            yield break;
        }

        var plain = Quotation().Replace(text, "\"x\"");
        foreach (var sentence in Sentences(plain))
        {
            if (Phrase().Match(sentence) is { Success: true } phrase)
            {
                yield return $"'{phrase.Value}': {sentence}";
            }

            var words = Words(sentence);
            if (words > LongestSentence)
            {
                yield return $"{words} words: {sentence}";
            }

            if (OtherDate().Match(sentence) is { Success: true } date)
            {
                yield return $"date '{date.Value}': {sentence}";
            }
        }
    }

    /// <summary>Finds the phrases that a comment of a source file must not have.</summary>
    /// <param name="comment">Its text, with the markup of documentation.</param>
    /// <returns>Each as "phrase: sentence".</returns>
    public static IEnumerable<string> CommentFaults(string comment) =>
        from sentence in Sentences(Quotation().Replace(Markup().Replace(comment, " "), "\"x\""))
        let phrase = Phrase().Match(sentence)
        where phrase.Success
        select $"'{phrase.Value}': {sentence}";

    /// <summary>Reads the comments of a source file: consecutive lines are one, and the end of a line of code is another.</summary>
    public static IEnumerable<string> Comments(string source)
    {
        var lines = new List<string>();
        foreach (var line in source.ReplaceLineEndings("\n").Split('\n').Append(""))
        {
            var comment = Comment().Match(line);
            if (comment.Success && comment.Groups["code"].Length == 0)
            {
                lines.Add(comment.Groups["text"].Value);
                continue;
            }

            if (lines.Count > 0)
            {
                yield return string.Join(' ', lines);
                lines.Clear();
            }

            if (comment.Success)
            {
                yield return comment.Groups["text"].Value;
            }
        }
    }

    /// <summary>Counts the words of a text: what has a letter or a digit.</summary>
    public static int Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Count(w => w.Any(char.IsLetterOrDigit));

    /// <summary>Splits a text after each full stop, question mark, and exclamation mark.</summary>
    public static IEnumerable<string> Sentences(string text) => SentenceEnd().Split(text).Select(s => s.Trim()).Where(s => s.Length > 0);

    /// <summary>Reads the prose of a Markdown page: no code, no front matter, no addresses. Inline code counts as one word.</summary>
    /// <param name="page">The text of the page.</param>
    /// <returns>Its paragraphs, list items, cells, and headings.</returns>
    public static IEnumerable<string> Prose(string page)
    {
        var text = Syntax().Replace(Fence().Replace(FrontMatter().Replace(Generated().Replace(page.ReplaceLineEndings("\n"), ""), ""), "\n"), "\n");
        foreach (var block in BlockEdge().Split(text))
        {
            var plain = Link().Replace(Code().Replace(block, "`x`"), "$1").Replace("**", "", StringComparison.Ordinal);
            foreach (var cell in plain.TrimStart().StartsWith('|') ? plain.Split('|') : [plain])
            {
                var line = Space().Replace(Mark().Replace(cell.Trim(), ""), " ").Trim();
                if (line.Any(char.IsLetter))
                {
                    yield return line;
                }
            }
        }
    }

    // Words that were translated, and software with a mind. A quotation or code isn't looked at.
    [GeneratedRegex(
        @"\b(nobody|somebody|whoever|whatever|anew|meanwhile|alone|licen[c]e[sd]?|from then on|from its birth|in place of|as a rule"
        + @"|and no others|through with|by what|as it is then|(is|are) (not )?there"
        + @"|there (is|are) no|tells|told|tak(e|es|en|ing) away|took away|lets? in|gets? in|kept out|keeps? out|the road|obey(s|ed|ing)?"
        + @"|brings?|brought|forgets?|forgot(ten)?|knows|knew|learns?|dies|died|asks|asked|one's own|its birth|too young|younger than"
        + @"|at hand|goes on|comes again)\b", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Phrase();

    [GeneratedRegex(@"\d{1,2}/\d{1,2}/\d{4}|\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2})?(Z|\b(?!:| UTC| [+-]\d))")]
    private static partial Regex OtherDate();

    /// <summary>What a service says, in its own words: an error code and a message.</summary>
    [GeneratedRegex(@"^(AADSTS\d+|\d{3} \w+): ")]
    private static partial Regex ServiceText();

    /// <summary>A table that a test writes, with names of operations and no sentences.</summary>
    [GeneratedRegex(@"<!-- judges -->.*?<!-- /judges -->", RegexOptions.Singleline)]
    private static partial Regex Generated();

    [GeneratedRegex(@"""[^""]*""")]
    private static partial Regex Quotation();

    /// <summary>A comment at the end of a line; code with a quotation mark can contain "//" in a text, so it isn't read.</summary>
    [GeneratedRegex(@"^\s*(?<code>[^\s/""](?:[^""/]|/(?!/))*)?///?\s(?<text>.*)$")]
    private static partial Regex Comment();

    /// <summary>Code, tags, and addresses in a comment.</summary>
    [GeneratedRegex(@"<c>.*?</c>|<[^>]*>|https?://\S+")]
    private static partial Regex Markup();

    [GeneratedRegex(@"(?<=[.!?][)'""`]*)\s+|(?<=:)\s*\n")]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"\A---\n.*?\n---\n", RegexOptions.Singleline)]
    private static partial Regex FrontMatter();

    [GeneratedRegex(@"^[ ]*(`{3,})[^\n]*\n.*?^[ ]*\1[ ]*$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^## (SYNTAX|RELATED LINKS)\n.*?(?=^## |\z)", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Syntax();

    [GeneratedRegex(@"\n\s*\n|\n(?=\s*([-*]|\d+\.)\s)|\n(?=\|)|(?<=^#[^\n]*)\n", RegexOptions.Multiline)]
    private static partial Regex BlockEdge();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex Link();

    [GeneratedRegex("`[^`]+`")]
    private static partial Regex Code();

    [GeneratedRegex(@"^(#+|[-*]|\d+\.)\s+")]
    private static partial Regex Mark();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
