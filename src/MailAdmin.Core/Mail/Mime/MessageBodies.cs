namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// Represents the parts that are displayed as the text of a message: RFC 2046 section 5.1.4 (alternative), RFC 2387 (related).
/// Several texts are one if the message marks them so: with a picture or another file between them that isn't marked as an
/// attachment, as Apple Mail writes them ([MS-OXCMAIL] section 2.2.3.3.2.2), or marked as inline, as list servers add them (RFC
/// 2183 section 2.1). Otherwise the first is the text, and the others are attachments, as in Exchange.
/// </summary>
/// <param name="Plain">The parts of the text. A part without a plain form is HTML.</param>
/// <param name="Html">The parts of the HTML. A part without an HTML form is plain text.</param>
internal sealed record MessageBodies(IReadOnlyList<MimePart> Plain, IReadOnlyList<MimePart> Html)
{
    // How much is taken for a text, until there is one.
    private enum Choice
    {
        Unnamed,
        OneWithName,
        AloneAndOfAnyKind,
    }

    private static MessageBodies None { get; } = new([], []);

    // Where and how mailers of Apple name themselves: [MS-OXCMAIL] section 2.2.3.3.2.2.
    private static readonly string[] Mailers = ["MIME-Version", "X-User-Agent", "X-Mailer"];
    private static readonly string[] AppleMailers = ["apple", "ipad", "ipod"];

    private bool IsEmpty => Plain.Count == 0 && Html.Count == 0;

    private long Start => Plain.Concat(Html).Min(static part => part.Offset);

    private bool IsInline => Plain.Concat(Html).All(static part => part.Disposition.Value == "inline");

    /// <param name="root">Its outermost part.</param>
    /// <returns>The displayed text; empty if there is none.</returns>
    public static MessageBodies Of(MimePart root)
    {
        var found = None;
        for (var choice = Choice.Unnamed; choice <= Choice.AloneAndOfAnyKind && found.IsEmpty; choice++)
        {
            found = Find(root, choice, isForm: false);
        }

        return found;
    }

    /// <summary>Whether a kind of text is a file, and nothing to read.</summary>
    public static bool IsFile(string mediaType) => mediaType is "text/calendar" or "text/csv" or "text/vcard" or "text/x-vcard"
        or "text/directory" or "text/rfc822-headers" or "text/css";

    public string? PlainText() => Plain.Count == 0 ? null
        : string.Join("\r\n", Plain.Select(static part => HasTags(part) ? HtmlText.ToText(part.GetText()) : part.GetText()));

    /// <summary>The HTML; null if there is none.</summary>
    public string? HtmlDocument() => Html.Count == 0 ? null
        : string.Join("\r\n", Html.Select(static part => IsHtml(part) ? part.GetText() : HtmlText.FromText(part.GetText())));

    private static MessageBodies Find(MimePart part, Choice choice, bool isForm) => part.IsMultipart
        ? part.ContentType.Value switch
        {
            "multipart/alternative" => Best(part, choice),
            "multipart/related" when RootOf(part) is { } root && Find(root, choice, isForm) is { IsEmpty: false } found => found,
            // The other parts of these are about the first: RFC 3462 section 1, RFC 1847 section 2.1.
            "multipart/report" or "multipart/signed" when part.Children is [var first, ..]
                && Find(first, choice, isForm) is { IsEmpty: false } found => found,
            _ => Together(part, choice),
        }
        : part.Disposition.Value == "attachment" || (choice == Choice.Unnamed && !isForm && part.FileName is not null) ? None
        : IsHtml(part) ? new([], [part])
        : IsPlain(part) || (choice == Choice.AloneAndOfAnyKind && IsOtherText(part)) ? new([part], [])
        : None;

    // The last alternative is the best: RFC 2046 section 5.1.4.
    private static MessageBodies Best(MimePart alternative, Choice choice)
    {
        var best = None;
        for (var i = alternative.Children.Count - 1; i >= 0; i--)
        {
            var found = Find(alternative.Children[i], choice, isForm: true);
            best = new(best.Plain.Count > 0 ? best.Plain : found.Plain, best.Html.Count > 0 ? best.Html : found.Html);
        }

        return best;
    }

    private static MessageBodies Together(MimePart mixed, Choice choice)
    {
        var all = mixed.Children.Select(child => Find(child, choice, isForm: false))
            .Where(static found => !found.IsEmpty).ToList();
        var filled = all.FindAll(static found => found.Plain.Concat(found.Html).Any(static part => part.EncodedSize > 0));
        all = filled.Count == 0 || choice != Choice.Unnamed ? [.. all.Take(1)]
            : IsComposed(mixed, filled) ? filled
            : [.. filled.Take(1), .. filled.Skip(1).Where(static found => found.IsInline)];
        return all.Count switch
        {
            0 => None,
            1 => all[0],
            _ => new(
                Join(all, static b => b.Plain, static b => b.Html), Join(all, static b => b.Html, static b => b.Plain)),
        };
    }

    /// <summary>Returns whether the texts are one text around other parts.</summary>
    private static bool IsComposed(MimePart mixed, List<MessageBodies> texts)
    {
        if (texts.Count < 2)
        {
            return false;
        }

        var top = mixed;
        while (top.Parent is { } parent)
        {
            top = parent;
        }

        var (start, end) = (texts[0].Start, texts[^1].Start);
        var shown = texts.SelectMany(static found => found.Plain.Concat(found.Html)).ToHashSet();
        return Array.Exists(Mailers, name => top.Header[name] is { } mailer
                && Array.Exists(AppleMailers, apple => mailer.Contains(apple, StringComparison.OrdinalIgnoreCase)))
            || mixed.Walk().Any(part => part.Offset > start && part.Offset < end && !part.IsMultipart
                && (part.EncodedSize > 0 || part.FileName is not null)
                && part.Parent?.ContentType.Value is "multipart/mixed" or "multipart/related"
                && part.Disposition.Value != "attachment" && !shown.Contains(part) && !IsPlain(part) && !IsHtml(part)
                && !part.ContentType.IsType("message"));
    }

    // If one text has this form, the others are included in their own form.
    private static IReadOnlyList<MimePart> Join(
        List<MessageBodies> all, Func<MessageBodies, IReadOnlyList<MimePart>> form,
        Func<MessageBodies, IReadOnlyList<MimePart>> other) =>
        all.Exists(b => form(b).Count > 0) ? [.. all.SelectMany(b => form(b).Count > 0 ? form(b) : other(b))] : [];

    // The part that the start parameter names, otherwise the first of the type in the type parameter: RFC 2387 sections 3.1 and
    // 3.2.
    private static MimePart? RootOf(MimePart related)
    {
        var (start, type) = (related.ContentType["start"]?.Trim('<', '>', ' '),
            related.ContentType["type"]);
        return (string.IsNullOrEmpty(start) ? null : related.Children.FirstOrDefault(c => c.ContentId == start))
            ?? related.Children.FirstOrDefault(c => c.ContentType.Value.Equals(type, StringComparison.OrdinalIgnoreCase))
            ?? (related.Children.Count > 0 ? related.Children[0] : null);
    }

    private static bool IsPlain(MimePart part) => part.ContentType.Value == "text/plain";

    private static bool IsHtml(MimePart part) => part.ContentType.Value == "text/html";

    // RFC 1896 has its own markup.
    private static bool HasTags(MimePart part) =>
        part.ContentType.Value is "text/html" or "text/enriched" or "text/richtext";

    private static bool IsOtherText(MimePart part) =>
        part is { Parent: null, FileName: null } && part.ContentType.IsType("text") && !IsFile(part.ContentType.Value);
}
