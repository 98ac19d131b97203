namespace MailAdmin.Tenant.Graph.OData;

/// <summary>Takes a filter apart: words, literals in quotation marks, parentheses, commas and colons.</summary>
internal static class FilterTokens
{
    /// <summary>The tokens in their order, literals with their quotation marks.</summary>
    /// <exception cref="GraphRefusal">A literal doesn't end.</exception>
    public static List<string> Of(string text)
    {
        var tokens = new List<string>();
        var i = 0;
        while (i < text.Length)
        {
            var c = text[i];
            var start = i;
            if (char.IsWhiteSpace(c))
            {
                i++;
                continue;
            }

            if (c == '\'')
            {
                i = EndOfText(text, i);
            }
            else if (c is '(' or ')' or ',' || (c == ':' && !IsTime(text, i)))
            {
                i++;
            }
            else
            {
                while (i < text.Length && !char.IsWhiteSpace(text[i]) && text[i] is not ('(' or ')' or ',' or '\'')
                    && (text[i] != ':' || IsTime(text, i)))
                {
                    i++;
                }
            }

            tokens.Add(text[start..i]);
        }

        return tokens;
    }

    /// <summary>A colon between digits belongs to a time of day; any other ends the variable of any().</summary>
    private static bool IsTime(string text, int colon) =>
        colon > 0 && colon + 1 < text.Length && char.IsAsciiDigit(text[colon - 1]) && char.IsAsciiDigit(text[colon + 1]);

    private static int EndOfText(string text, int start)
    {
        for (var i = start + 1; i < text.Length; i++)
        {
            if (text[i] != '\'')
            {
                continue;
            }

            if (i + 1 < text.Length && text[i + 1] == '\'')
            {
                i++;
                continue;
            }

            return i + 1;
        }

        throw GraphRefusal.BadRequest($"There is an unterminated string literal at position {text.Length} in '{text}'.");
    }
}
