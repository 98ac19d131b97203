using System.Buffers;
using System.Net;
using System.Text;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>Converts HTML to text and text to HTML, if a message has only one of them and the other is requested.</summary>
internal static class HtmlText
{
    private static readonly string[] Blocks =
        ["br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "pre", "blockquote", "hr"];

    private const string Start = "<html><head>\r\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\">"
        + "</head><body><div class=\"PlainText\">", End = "</div></body></html>";

    // Line ends, and what HtmlEncode encodes.
    private static readonly SearchValues<char> Encoded = SearchValues.Create(
    [
        .. "\r\n&<>\"'", .. Enumerable.Range(0xA0, 0x60).Concat(Enumerable.Range(0xD800, 0x800)).Select(static c => (char)c),
    ]);

    private static readonly string[] Unseen = ["head", "style", "script", "title"];

    /// <summary>
    /// Drops the tags in one pass: block elements become line ends, white space becomes one space, as on a screen.
    /// </summary>
    /// <param name="html">Any text at all.</param>
    /// <returns>Lines that end in CRLF.</returns>
    public static string ToText(string html)
    {
        var text = new StringBuilder(html.Length);
        string? skipping = null;
        var isSpaced = false;
        for (var i = 0; i < html.Length; i++)
        {
            if (html[i] != '<' || !IsTag(html, i))
            {
                if (skipping is null)
                {
                    Append(html[i]);
                }

                continue;
            }

            var isComment = html.AsSpan(i).StartsWith("<!--");
            var end = isComment ? html.IndexOf("-->", i + 4, StringComparison.Ordinal) : html.IndexOf('>', i);
            if (end < 0)
            {
                break;
            }

            if (!isComment)
            {
                Pass(html.AsSpan(i + 1, end - i - 1));
            }

            i = isComment ? end + 2 : end;
        }

        return WebUtility.HtmlDecode(text.ToString());

        void Append(char c)
        {
            if (c is ' ' or '\t' or '\r' or '\n')
            {
                isSpaced = true;
                return;
            }

            if (isSpaced && text.Length > 0 && text[^1] != '\n')
            {
                text.Append(' ');
            }

            text.Append(c);
            isSpaced = false;
        }

        void Pass(ReadOnlySpan<char> tag)
        {
            var isEnd = tag.StartsWith("/");
            tag = isEnd ? tag[1..] : tag;
            var length = tag.IndexOfAnyExcept(Letters);
            var name = (length < 0 ? tag : tag[..length]).ToString().ToLowerInvariant();
            if (skipping is not null)
            {
                // A head without an end tag ends at the start of the body.
                skipping = (isEnd && name == skipping) || name == "body" ? null : skipping;
            }
            else if (!isEnd && Unseen.Contains(name))
            {
                skipping = name;
            }
            else if (Blocks.Contains(name) && (isEnd || name is "br" or "hr"))
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

    private static readonly SearchValues<char> Letters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

    // "1 < 2" is no tag.
    private static bool IsTag(string html, int at) =>
        at + 1 < html.Length && (char.IsAsciiLetter(html[at + 1]) || html[at + 1] is '/' or '!' or '?');
}
