using System.Buffers;
using System.Net;
using System.Text;
using MimeKit.Text;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>Converts HTML to text and text to HTML, if a message has only one of them and the other is requested.</summary>
internal static class HtmlText
{
    private static readonly HtmlTagId[] Blocks =
    [
        HtmlTagId.Br, HtmlTagId.P, HtmlTagId.Div, HtmlTagId.TR, HtmlTagId.LI, HtmlTagId.H1, HtmlTagId.H2, HtmlTagId.H3,
        HtmlTagId.H4, HtmlTagId.H5, HtmlTagId.H6, HtmlTagId.Table, HtmlTagId.UL, HtmlTagId.OL, HtmlTagId.Pre,
        HtmlTagId.BlockQuote, HtmlTagId.HR,
    ];

    private const string Start = "<html><head>\r\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\">"
        + "</head><body><div class=\"PlainText\">", End = "</div></body></html>";

    // Line ends, and what HtmlEncode encodes.
    private static readonly SearchValues<char> Encoded = SearchValues.Create(
    [
        .. "\r\n&<>\"'", .. Enumerable.Range(0xA0, 0x60).Concat(Enumerable.Range(0xD800, 0x800)).Select(static c => (char)c),
    ]);

    private static readonly HtmlTagId[] Unseen = [HtmlTagId.Head, HtmlTagId.Style, HtmlTagId.Script, HtmlTagId.Title];

    /// <summary>
    /// Drops the tags: block elements become line ends, white space becomes one space, as on a screen.
    /// </summary>
    /// <param name="html">Any text at all.</param>
    /// <returns>Lines that end in CRLF.</returns>
    public static string ToText(string html)
    {
        var text = new StringBuilder(html.Length);
        // "<" before a blank is text. At the end, it would be a tag without an end, which is ignored.
        var tokenizer = new HtmlTokenizer(new StringReader(html + " ")) { IgnoreTruncatedTags = true };
        HtmlTagId? skipping = null;
        var isSpaced = false;
        while (tokenizer.ReadNextToken(out var token))
        {
            if (token is HtmlTagToken tag)
            {
                Pass(tag);
            }
            else if (skipping is null && token is HtmlDataToken data)
            {
                Append(data.Data);
            }
        }

        return text.ToString();

        void Append(string data)
        {
            foreach (var c in data)
            {
                if (c is ' ' or '\t' or '\r' or '\n')
                {
                    isSpaced = true;
                    continue;
                }

                text.Append(isSpaced && text.Length > 0 && text[^1] != '\n' ? " " : "").Append(c);
                isSpaced = false;
            }
        }

        void Pass(HtmlTagToken tag)
        {
            if (skipping is not null)
            {
                // A head without an end tag ends at the start of the body.
                skipping = (tag.IsEndTag && tag.Id == skipping) || tag.Id == HtmlTagId.Body ? null : skipping;
            }
            else if (!tag.IsEndTag && Unseen.Contains(tag.Id))
            {
                skipping = tag.Id;
            }
            else if (Blocks.Contains(tag.Id) && (tag.IsEndTag || tag.Id is HtmlTagId.Br or HtmlTagId.HR))
            {
                text.Append("\r\n");
                isSpaced = false;
            }
        }
    }

    /// <summary>Creates an HTML document that shows a text line by line.</summary>
    /// <param name="text">Any text at all.</param>
    /// <returns>The document.</returns>
    public static string FromText(string text)
    {
        var html = new StringBuilder(Start, Start.Length + text.Length + (text.Length / 8) + End.Length);
        var rest = text.AsSpan();
        while (rest.IndexOfAny(Encoded) is var at and >= 0)
        {
            html.Append(rest[..at]);
            rest = rest[at..];
            var length = rest.StartsWith("\r\n") || (char.IsHighSurrogate(rest[0]) && rest.Length > 1) ? 2 : 1;
            html.Append(rest[0] is '\r' or '\n' ? "<br>\r\n" : WebUtility.HtmlEncode(rest[..length].ToString()));
            rest = rest[length..];
        }

        return html.Append(rest).Append(End).ToString();
    }
}
