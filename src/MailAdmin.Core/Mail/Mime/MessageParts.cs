namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// Parses a message. If <see cref="PartReader"/> can't read a part in one pass, it's read again with a boundary that MimeKit
/// supports: one that is missing, ends in blanks, has lost its semicolon, or whose header section has no empty line.
/// </summary>
internal static class MessageParts
{
    /// <param name="context">The context of the message, in which the root is set.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="IOException">The source can't be read.</exception>
    public static void Read(MimeContext context, CancellationToken cancellationToken)
    {
        var unread = new List<MimePart>();
        var length = context.Source.Length;
        var (start, isMessage) = FindHeader(context.Source);
        if (isMessage)
        {
            var reader = new PartReader(context, new(context.Source, default, start, length), (start, length), 0, null, unread);
            reader.Run(cancellationToken);
        }

        context.Root ??= new MimePart(context, null, new(start, context), start);
        context.Root.EndAt(length);
        // A part that is read again can contain parts that must be read again. A part is never longer than its parent.
        var budget = 4 * length;
        for (var i = 0; i < unread.Count && budget > 0; i++)
        {
            budget -= unread[i].EncodedSize;
            ReadAgain(context, unread[i], unread, cancellationToken);
        }
    }

    /// <summary>
    /// Returns the start of the header section, and whether there is one: MimeKit refuses a message whose first line isn't a
    /// field.
    /// </summary>
    private static (long Start, bool IsMessage) FindHeader(MimeSource source)
    {
        var head = source.Read(0, 4096).Span;
        var start = head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? 3 : 0;
        while (start < head.Length)
        {
            var line = head[start..];
            var length = line.IndexOfAny((byte)'\n', (byte)'\r');
            if (HeaderSection.IsMboxLine(line) && length > 0)
            {
                start += length + (line[length..].StartsWith("\r\n"u8) ? 2 : 1);
                continue;
            }

            var blanks = line.Length - line.TrimStart(" \t"u8).Length;
            var isField = length != 0 && HeaderSection.IsField(line[blanks..], line[blanks..].IndexOf((byte)':'));
            return isField ? (start + blanks, true) : (start, length == 0);
        }

        return (start, false);
    }

    /// <summary>Reads the parts of a multipart that MimeKit found none in.</summary>
    private static void ReadAgain(MimeContext context, MimePart part, List<MimePart> unread, CancellationToken cancellationToken)
    {
        if (part.Depth >= context.Limits.MaxDepth)
        {
            context.Truncate();
            return;
        }

        var boundary = part.ContentType.Boundary is { Length: < 1024 } told
            ? told
            : BoundarySearch.Find(context.Source, part.BodyOffset, part.EndOffset);
        if (boundary is not { Length: > 0 })
        {
            return;
        }

        var type = part.ContentType.Value == "multipart/digest" ? "digest"u8 : "mixed"u8;
        byte[] prefix = [.. "Content-Type: multipart/"u8, .. type, .. "; boundary=\""u8, .. Quoted(boundary), .. "\"\r\n\r\n"u8];
        var range = (part.BodyOffset, part.EndOffset);
        var stream = new MessageStream(context.Source, prefix, part.BodyOffset, part.EndOffset);
        part.RemoveChildren();
        new PartReader(context, stream, range, prefix.Length, part, unread).Run(cancellationToken);
    }

    private static IEnumerable<byte> Quoted(byte[] text) =>
        text.SelectMany(static c => c is (byte)'"' or (byte)'\\' ? new[] { (byte)'\\', c } : [c]);
}
