using MimeKit;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// Represents a part of a message: RFC 2045. It has the position of its bytes, which are read from memory or the file on request.
/// </summary>
internal sealed class MimePart
{
    private readonly MimeContext _context;
    private List<MimePart>? _children;
    private StructuredValue? _contentType;
    private StructuredValue? _disposition;
    private MimeMessage? _message;

    internal MimePart(MimeContext context, MimePart? parent, HeaderSection header, long bodyOffset) =>
        (_context, Parent, Depth, Header, BodyOffset, EndOffset) =
            (context, parent, (parent?.Depth ?? 0) + 1, header, bodyOffset, bodyOffset);

    /// <summary>The parent multipart or message/rfc822; null for the outermost part.</summary>
    public MimePart? Parent { get; }

    /// <summary>The position of its header section, in bytes from the start of the source.</summary>
    public long Offset => Header.Start;

    public long BodyOffset { get; }

    /// <summary>The end of its body. The line end before a boundary belongs to the boundary.</summary>
    public long EndOffset { get; private set; }

    /// <summary>Bytes of its body as it is, still encoded.</summary>
    public long EncodedSize => EndOffset - BodyOffset;

    public HeaderSection Header { get; }

    /// <summary>The parts of a multipart. What message/rfc822 holds is in <see cref="Message"/>.</summary>
    public IReadOnlyList<MimePart> Children => IsMultipart && _children is not null ? _children : [];

    /// <summary>Content-Type, or its default.</summary>
    public StructuredValue ContentType => _contentType ??=
        Header.TryFind("Content-Type", out var raw) ? StructuredValue.ContentType(raw, _context)
        : Parent?.ContentType.Value == "multipart/digest" ? StructuredValue.MessageRfc822
        : StructuredValue.TextPlain;

    public StructuredValue Disposition => _disposition ??= Header.TryFind("Content-Disposition", out var raw)
        ? StructuredValue.Disposition(raw, _context)
        : StructuredValue.NoDisposition;

    /// <summary>
    /// The decoded name from the sender; null if there is none. It isn't safe for a file system, unlike
    /// <see cref="MailFile.FileName"/>.
    /// </summary>
    public string? FileName
    {
        get
        {
            var name = Disposition["filename"];
            name = string.IsNullOrEmpty(name) ? ContentType["name"] : name;
            return string.IsNullOrEmpty(name) ? null : name;
        }
    }

    /// <summary>Content-ID without its angle brackets; null if there is none.</summary>
    public string? ContentId =>
        Header.TryFind("Content-ID", out var raw) && MessageIds.First(raw) is { Length: > 2 } id ? id[1..^1] : null;

    /// <summary>The transfer encoding of the body. A multipart's has none: RFC 2045 section 6.4.</summary>
    public ContentEncoding TransferEncoding =>
        !IsMultipart && Header.TryFind("Content-Transfer-Encoding", out var raw)
            ? ContentReader.EncodingOf(HeaderText.Decode(raw[..Math.Min(raw.Length, 256)]))
            : ContentEncoding.Default;

    public bool IsMultipart => ContentType.IsType("multipart");

    /// <summary>
    /// The message in a message/rfc822 part; null for any other part, and at <see cref="MimeLimits.MaxDepth"/>.
    /// </summary>
    public MimeMessage? Message => _message ??= ReadMessage();

    /// <summary>Whether it is an iCalendar object: RFC 5545, RFC 6047.</summary>
    public bool IsCalendar => ContentType.Value is "text/calendar" or "application/ics";

    /// <summary>The depth of the part; the message itself is at 1.</summary>
    internal int Depth { get; }

    /// <summary>Whether the body is a message that can be read in place.</summary>
    internal bool HoldsMessage =>
        IsMessage && !Header.EndsEarly && TransferEncoding == ContentEncoding.Default && _children is [_];

    internal bool IsMessage => ContentType.Value is "message/rfc822" or "message/global";

    /// <summary>Reads and decodes the body.</summary>
    /// <returns>All of it: for a big part use <see cref="DecodeToAsync"/>.</returns>
    public byte[] Decode() => ContentReader.Decode(_context.Source, BodyOffset, EncodedSize, TransferEncoding).ToArray();

    /// <summary>Decodes the body into a stream, holding a few kilobytes of it in memory.</summary>
    /// <param name="destination">Takes the bytes.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The number of bytes that were read.</returns>
    public Task<long> DecodeToAsync(Stream destination, CancellationToken cancellationToken) =>
        ContentReader.CopyAsync(_context.Source, BodyOffset, EncodedSize, TransferEncoding, destination, cancellationToken);

    /// <summary>Returns the body as text, in any charset, up to <see cref="MimeLimits.MaxTextBytes"/>.</summary>
    public string GetText()
    {
        _context.Truncate(_context.Limits.MaxTextBytes < EncodedSize);
        return GetBeginning(_context.Limits.MaxTextBytes);
    }

    /// <summary>The beginning of the body as text.</summary>
    /// <param name="most">No more encoded bytes than this.</param>
    public string GetBeginning(int most)
    {
        var length = Math.Min(EncodedSize, most);
        var bytes = ContentReader.Decode(_context.Source, BodyOffset, length, TransferEncoding);
        var charset = ContentType["charset"] ?? (ContentType.Value == "text/html" ? CharsetResolver.InHtml(bytes.Span) : null);
        return CharsetResolver.Decode(bytes.Span, charset);
    }

    /// <summary>This part and all below it in their order; what nested messages hold is left out.</summary>
    public IEnumerable<MimePart> Walk()
    {
        var stack = new Stack<MimePart>([this]);
        while (stack.TryPop(out var part))
        {
            yield return part;
            for (var i = part.Children.Count - 1; i >= 0; i--)
            {
                stack.Push(part.Children[i]);
            }
        }
    }

    public override string ToString() => ContentType.Value;

    internal void Add(MimePart child) => (_children ??= []).Add(child);

    internal void RemoveLast() => _children!.RemoveAt(_children.Count - 1);

    internal void RemoveChildren() => _children = null;

    /// <summary>
    /// Ends it. If a header section ends in the line end before a boundary, MimeKit counts that line end as both.
    /// </summary>
    internal void EndAt(long end) =>
        EndOffset = Math.Max(
            Math.Max(end, BodyOffset), _children is [.., var last] && (IsMultipart || HoldsMessage) ? last.EndOffset : 0);

    private MimeMessage? ReadMessage()
    {
        if (HoldsMessage)
        {
            return new(_context, _children![0]);
        }
        // RFC 2046 section 5.2.1 doesn't allow encoding here, but mailers use it. Each such level is decoded again, so it uses
        // half of the remaining depth to limit their number.
        var limits = _context.Limits with { MaxDepth = (_context.Limits.MaxDepth - Depth) / 2 };
        var mayOpen = IsMessage && limits.MaxDepth > 0 && EncodedSize <= limits.MaxTextBytes;
        return mayOpen ? MimeMessage.Parse(Decode(), limits) : null;
    }
}
