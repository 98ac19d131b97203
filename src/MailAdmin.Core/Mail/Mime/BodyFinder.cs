namespace MailAdmin.Core.Mail.Mime;

/// <summary>Finds the parts that are the text of a message: RFC 2046 section 5.1.4 (alternative), RFC 2387 (related).</summary>
internal static class BodyFinder
{
    /// <summary>The plain and the HTML form of the text; null where there is none.</summary>
    public static (MimePart? Plain, MimePart? Html) Find(MimePart part)
    {
        if (!part.IsMultipart)
        {
            var isShown = part.Disposition?.Type != "attachment";
            return (isShown && part.ContentType.MediaType == "text/plain" ? part : null,
                isShown && part.ContentType.MediaType == "text/html" ? part : null);
        }
        return part.ContentType.MediaType switch
        {
            "multipart/alternative" => Best(part),
            "multipart/related" when RootOfRelated(part) is { } root => Find(root),
            _ => First(part),
        };
    }

    // The last alternative is the best: RFC 2046 section 5.1.4.
    private static (MimePart? Plain, MimePart? Html) Best(MimePart alternative)
    {
        (MimePart? Plain, MimePart? Html) best = default;
        for (var i = alternative.Children.Count - 1; i >= 0; i--)
        {
            var found = Find(alternative.Children[i]);
            best = (best.Plain ?? found.Plain, best.Html ?? found.Html);
        }
        return best;
    }

    // What comes after the first text is an attachment, a footer, or another message's.
    private static (MimePart? Plain, MimePart? Html) First(MimePart mixed)
    {
        foreach (var child in mixed.Children)
        {
            var found = Find(child);
            if (found != default)
            {
                return found;
            }
        }
        return default;
    }

    // The one that the start parameter names, else the first of the type that the type parameter tells: RFC 2387 sections 3.1 and
    // 3.2.
    private static MimePart? RootOfRelated(MimePart related)
    {
        var (start, type) = (related.ContentType.Parameters["start"]?.Trim('<', '>', ' '),
            related.ContentType.Parameters["type"]);
        return (string.IsNullOrEmpty(start) ? null : related.Children.FirstOrDefault(c => c.ContentId == start))
            ?? related.Children.FirstOrDefault(c => c.ContentType.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase))
            ?? (related.Children.Count > 0 ? related.Children[0] : null);
    }
}
