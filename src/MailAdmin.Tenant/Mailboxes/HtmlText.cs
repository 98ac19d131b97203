using System.Net;
using System.Text;
using MimeKit.Text;

namespace MailAdmin.Tenant.Mailboxes;

/// <summary>Converts bodies to a preferred form, as the service does.</summary>
internal static class HtmlText
{
    private static readonly HashSet<HtmlTagId> Blocks =
    [
        HtmlTagId.P, HtmlTagId.Div, HtmlTagId.TR, HtmlTagId.LI, HtmlTagId.H1, HtmlTagId.H2, HtmlTagId.H3, HtmlTagId.H4,
        HtmlTagId.H5, HtmlTagId.H6, HtmlTagId.Table, HtmlTagId.UL, HtmlTagId.OL, HtmlTagId.Pre, HtmlTagId.BlockQuote,
    ];

    /// <summary>The text of an HTML document: blocks become lines, white space becomes one space.</summary>
    public static string ToText(string html)
    {
        var text = new StringBuilder(html.Length);
        var tokenizer = new HtmlTokenizer(new StringReader(html)) { DecodeCharacterReferences = true };
        var hidden = 0;
        while (tokenizer.ReadNextToken(out var token))
        {
            if (token is HtmlTagToken tag)
            {
                hidden = Math.Max(0, hidden + (tag.Id is not (HtmlTagId.Head or HtmlTagId.Title) || tag.IsEmptyElement ? 0
                    : tag.IsEndTag ? -1 : 1));
                hidden = tag.Id == HtmlTagId.Body ? 0 : hidden;
                text.Append(tag.Id is HtmlTagId.Br or HtmlTagId.HR || (tag.IsEndTag && Blocks.Contains(tag.Id)) ? "\r\n" : "");
            }
            else if (token is HtmlDataToken { Kind: HtmlTokenKind.Data, Data: { } data } && hidden == 0)
            {
                Append(text, data);
            }
        }

        return text.ToString();
    }

    /// <summary>An HTML document that shows a text line by line.</summary>
    public static string FromText(string text) =>
        "<html><head>\r\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\"></head><body><div "
        + "class=\"PlainText\">"
        + WebUtility.HtmlEncode(text).Replace("\r\n", "\n", StringComparison.Ordinal)
            .Replace("\n", "<br>\r\n", StringComparison.Ordinal)
        + "</div></body></html>";

    private static void Append(StringBuilder text, string data)
    {
        foreach (var c in data)
        {
            if (c is not (' ' or '\t' or '\r' or '\n'))
            {
                text.Append(c);
            }
            else if (text.Length > 0 && text[^1] is not (' ' or '\n'))
            {
                text.Append(' ');
            }
        }
    }
}
