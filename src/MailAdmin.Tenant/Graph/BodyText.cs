using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// Message bodies as text and as HTML. "Prefer: outlook.body-content-type" asks for one of them
/// (https://learn.microsoft.com/graph/api/message-get); without it a body comes as it was written, as the draft made from MIME
/// in https://learn.microsoft.com/graph/api/user-post-messages shows.
/// </summary>
internal static class BodyText
{
    public const string Preference = "outlook.body-content-type";

    private const int PreviewLength = 255;

    private static readonly string[] Blocks = ["br", "p", "div", "tr", "li", "h1", "h2", "h3", "table", "ul", "ol"];
    private static readonly string[] Unseen = ["head", "style", "script", "title"];

    /// <summary>An itemBody in the form that is preferred.</summary>
    public static JsonObject Body(JsonObject? body, string? preference)
    {
        string content = body?.Text("content") ?? "";
        bool isText = string.Equals(body?.Text("contentType"), "text", StringComparison.OrdinalIgnoreCase);
        bool wantsText = preference is null ? isText : string.Equals(preference, "text", StringComparison.OrdinalIgnoreCase);
        return new JsonObject
        {
            ["contentType"] = wantsText ? "text" : "html",
            ["content"] = isText == wantsText ? content : wantsText ? ToText(content) : content.Length == 0 ? "" : ToHtml(content),
        };
    }

    /// <summary>The first 255 characters of the text.</summary>
    public static string Preview(JsonObject? body)
    {
        string text = Body(body, "text").Text("content")!.Trim();
        return text.Length <= PreviewLength ? text : text[..(char.IsHighSurrogate(text[PreviewLength - 1]) ? PreviewLength - 1 : PreviewLength)];
    }

    private static string ToHtml(string text) =>
        "<html><head>\r\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\"></head><body><div class=\"PlainText\">"
        + WebUtility.HtmlEncode(text).Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "<br>\r\n", StringComparison.Ordinal)
        + "</div></body></html>";

    /// <summary>Drops the tags in one pass; block elements become line ends.</summary>
    private static string ToText(string html)
    {
        var text = new StringBuilder(html.Length);
        string? skipping = null;
        for (int i = 0; i < html.Length; i++)
        {
            if (html[i] != '<')
            {
                if (skipping is null && html[i] is not ('\r' or '\n'))
                {
                    text.Append(html[i]);
                }

                continue;
            }

            int end = html.IndexOf('>', i);
            if (end < 0)
            {
                break;
            }

            string tag = html[(i + 1)..end];
            string name = string.Concat(tag.TrimStart('/').TakeWhile(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
            if (tag.StartsWith('/') ? name == skipping : skipping is null && Unseen.Contains(name))
            {
                skipping = tag.StartsWith('/') ? null : name;
            }
            else if (skipping is null && Blocks.Contains(name) && (name == "br" || tag.StartsWith('/')))
            {
                text.Append("\r\n");
            }

            i = end;
        }

        return WebUtility.HtmlDecode(text.ToString());
    }
}
