using System.Text.RegularExpressions;
using MimeKit;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// Defines which parts are attachments: all parts with their own content, except the parts of the displayed bodies. Pictures that
/// the displayed HTML refers to are inline: [MS-OXCMAIL] section 2.2.3.4.1.4.1.
/// </summary>
internal sealed partial class MessageFiles
{
    private const int LongestTnef = 32 * 1024 * 1024;

    private MessageFiles(IReadOnlyList<MimePart> attachments, IReadOnlyList<MimePart> pictures) =>
        (Attachments, Pictures) = (attachments, pictures);

    /// <summary>The files to save, including nested messages but not their attachments.</summary>
    public IReadOnlyList<MimePart> Attachments { get; }

    /// <summary>The files that the HTML displays.</summary>
    public IReadOnlyList<MimePart> Pictures { get; }

    public static MessageFiles Of(MimeMessage message)
    {
        var shown = message.Bodies.Plain.Concat(message.Bodies.Html).ToHashSet();
        var chosen = shown.SelectMany(Ancestors)
            .Where(static part => part.ContentType.Value == "multipart/alternative").ToHashSet();
        var files = message.Root.Walk()
            .Where(part => IsFile(part) && !shown.Contains(part) && !IsOtherForm(part, chosen)).ToList();
        var references = new Lazy<HashSet<string>>(() => References(message.HtmlBody));
        var pictures = files.Where(part => IsReferred(part, references)).ToList();
        return new([.. files.Except(pictures)], pictures);
    }

    /// <summary>
    /// Returns the files in a winmail.dat (TNEF, [MS-OXTNEF]), read by MimeKit; empty if it has none or can't be read.
    /// </summary>
    public static IReadOnlyList<MailFile> Unpack(MimePart part)
    {
        var isTnef = part.ContentType.Value is "application/ms-tnef" or "application/vnd.ms-tnef"
            || string.Equals(part.FileName, "winmail.dat", StringComparison.OrdinalIgnoreCase);
        if (!isTnef || part.EncodedSize > LongestTnef)
        {
            return [];
        }

        try
        {
            using var tnef = new MimeKit.Tnef.TnefPart { Content = new MimeContent(new MemoryStream(part.Decode())) };
            return
            [
                .. tnef.ConvertToMessage().BodyParts.Where(static p => p is MessagePart || p.IsAttachment).Select(MailFile.Of),
            ];
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // It is saved as it is.
            return [];
        }
    }

    // An empty part is a file if it has a name or is marked as an attachment.
    private static bool IsFile(MimePart part) =>
        !part.IsMultipart && (part.EncodedSize > 0 || part.FileName is not null || part.Disposition.Value == "attachment");

    // One of several forms of the text that is shown: another is what people read.
    private static bool IsOtherForm(MimePart part, HashSet<MimePart> chosen) =>
        part is { Parent: { } parent, FileName: null, IsCalendar: false } && chosen.Contains(parent)
        && part.ContentType.IsType("text") && part.Disposition.Value != "attachment";

    private static IEnumerable<MimePart> Ancestors(MimePart part)
    {
        for (var parent = part.Parent; parent is not null; parent = parent.Parent)
        {
            yield return parent;
        }
    }

    private static bool IsReferred(MimePart part, Lazy<HashSet<string>> references)
    {
        var isPicture = part.ContentType.IsType("image") || (part.ContentType.Value == "application/octet-stream"
            && MimeTypes.GetMimeType(part.FileName ?? "").StartsWith("image/", StringComparison.Ordinal));
        return isPicture
            && ((part.ContentId is { } id && references.Value.Contains($"cid:{id}"))
                || (part.Header["Content-Location"] is { Length: > 0 } place && references.Value.Contains(place)));
    }

    /// <summary>Returns the references of an HTML body: RFC 2392 ("cid:"), RFC 2557 section 4.2 (Content-Location).</summary>
    private static HashSet<string> References(string? html) => html is null ? []
        : [.. Reference().Matches(html).Select(static m => Readable(m.Groups[1].Value))];

    private static string Readable(string reference)
    {
        var text = Uri.UnescapeDataString(System.Net.WebUtility.HtmlDecode(reference));
        return text.StartsWith("cid:", StringComparison.OrdinalIgnoreCase) ? $"cid:{text.AsSpan(4).Trim("<>")}" : text;
    }

    [GeneratedRegex(
        """(?:\b(?:src|background|href)\s*=\s*["']?|url\(\s*["']?|(?=\bcid:))([^"'\s>)]{1,1000})""", RegexOptions.IgnoreCase)]
    private static partial Regex Reference();
}
