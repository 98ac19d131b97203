using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// Converts message bodies between text and HTML. "Prefer: outlook.body-content-type" requests one of them
/// (https://learn.microsoft.com/graph/api/message-get). Without it, a body is returned as written, as the draft from MIME in
/// https://learn.microsoft.com/graph/api/user-post-messages shows.
/// </summary>
internal static class BodyText
{
    public const string Preference = "outlook.body-content-type";

    private const int PreviewLength = 255;

    /// <summary>An itemBody in the form that is preferred.</summary>
    public static JsonObject Body(JsonObject? body, string? preference)
    {
        var content = body?.Text("content") ?? "";
        var isText = string.Equals(body?.Text("contentType"), "text", StringComparison.OrdinalIgnoreCase);
        var wantsText = preference is null ? isText : string.Equals(preference, "text", StringComparison.OrdinalIgnoreCase);
        return new JsonObject
        {
            ["contentType"] = wantsText ? "text" : "html",
            ["content"] = (isText, wantsText) switch
            {
                (false, true) => HtmlText.ToText(content),
                (true, false) when content.Length > 0 => HtmlText.FromText(content),
                _ => content,
            },
        };
    }

    /// <summary>The first 255 characters of the text.</summary>
    public static string Preview(JsonObject? body)
    {
        var text = Body(body, "text").Text("content")!.Trim();
        return text.Length <= PreviewLength
            ? text
            : text[..(char.IsHighSurrogate(text[PreviewLength - 1]) ? PreviewLength - 1 : PreviewLength)];
    }
}
