using MimeKit;
using MimeKit.Utils;

namespace MailAdmin.Tenant.Mailboxes;

/// <summary>Represents the position of a part in its message.</summary>
/// <param name="Start">Its header section.</param>
/// <param name="Body">Its body.</param>
/// <param name="End">The end of its body.</param>
internal readonly record struct PartPlace(int Start, int Body, int End);

/// <summary>
/// Represents a message as MimeKit reads it: its fields, its parts, and their positions. Content that it refuses is a text.
/// </summary>
internal sealed class ParsedMessage
{
    private readonly Dictionary<object, PartPlace> _places = new(ReferenceEqualityComparer.Instance);
    private readonly MailText _text;
    private List<TextPart>? _body;

    /// <summary>Reads a message.</summary>
    /// <param name="octets">All of it.</param>
    public ParsedMessage(ReadOnlyMemory<byte> octets)
    {
        Message = Parse(octets);
        // A mailer that leaves header fields in 8 bit is likely to write them in the charset of the text.
        _text = new(Texts.Select(static part => MailText.Find(part.ContentType.Charset)).FirstOrDefault());
    }

    private ParsedMessage(MimeMessage message, ParsedMessage within) =>
        (Message, _places, _text) = (message, within._places, within._text);

    /// <summary>MimeKit's message.</summary>
    public MimeMessage Message { get; }

    /// <summary>The outermost part.</summary>
    public MimeEntity Root => Message.Body!;

    /// <summary>Its parts, multiparts among them; what attached messages hold is theirs.</summary>
    public IEnumerable<MimeEntity> Parts => Walk(Root);

    /// <summary>The parts that are the body.</summary>
    public IReadOnlyList<TextPart> Body => _body ??=
    [
        .. BodyOf(Root).DefaultIfEmpty(Texts.FirstOrDefault(static text => !text.IsAttachment && (text.IsPlain || text.IsHtml)))
            .OfType<TextPart>(),
    ];

    /// <summary>All parts that are text.</summary>
    public IEnumerable<TextPart> Texts => Parts.OfType<TextPart>();

    /// <summary>Invitations and other iCalendar objects.</summary>
    public IEnumerable<MimeEntity> Calendars =>
        Parts.Where(static p => p.ContentType.IsMimeType("text", "calendar") || p.ContentType.IsMimeType("application", "ics"));

    /// <summary>The subject; null if there is none.</summary>
    public string? Subject => Text("Subject");

    /// <summary>The time of the Date field; null if it has none.</summary>
    public DateTimeOffset? Date =>
        Raw("Date") is { } raw && DateUtils.TryParse(raw, 0, raw.Length, out var date) && date.Year > 1 ? date : null;

    /// <summary>The message ID with its brackets; null if there is none.</summary>
    public string? MessageId => Raw("Message-ID") is not { } raw ? null
        : MimeUtils.ParseMessageId(raw, 0, raw.Length) is { Length: > 0 } id ? $"<{id}>" : null;

    /// <summary>Returns whether the HTML can refer to a part, and it isn't marked as an attachment.</summary>
    public static bool IsInline(MimeEntity part) => part.ContentId is not null
        && (part.ContentDisposition is { } disposition
            ? disposition.Disposition.Equals("inline", StringComparison.OrdinalIgnoreCase)
            : part is not TextPart);

    /// <summary>The raw value of the first field of a name.</summary>
    public byte[]? Raw(string name) => Field(Message.Headers, name)?.RawValue;

    /// <summary>The first field of a name.</summary>
    public static Header? Field(HeaderList headers, string name) =>
        headers.FirstOrDefault(h => h.Field.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The decoded value of the first field of a name.</summary>
    public string? Text(string name) => Raw(name) is { } raw ? _text.Unstructured(raw) : null;

    /// <summary>All fields with their decoded values, in their order; MimeKit keeps those of the body apart.</summary>
    public IEnumerable<(string Name, string Value)> Fields => Message.Headers.Concat(Root.Headers)
        .OrderBy(static h => h.Offset).Select(h => (h.Field, _text.Unstructured(h.RawValue)));

    /// <summary>The text of a part.</summary>
    public string Text(TextPart part) => _text.Decode(part);

    /// <summary>
    /// Returns the addresses of a field, those of a group under its name. Text that MimeKit refuses is returned as written.
    /// </summary>
    public IEnumerable<(string? Group, EmailAddress[] Mailboxes)> List(string name)
    {
        foreach (var header in Message.Headers.Where(h => h.Field.Equals(name, StringComparison.OrdinalIgnoreCase)))
        {
            if (!InternetAddressList.TryParse(_text.Options, _text.WithGoodWords(header.RawValue), out var list))
            {
                yield return (null, [AsItStands(_text.Unstructured(header.RawValue))]);
                continue;
            }

            foreach (var address in list)
            {
                yield return address is GroupAddress group
                    ? (group.Name, [.. Mailboxes(group.Members)])
                    : (null, [.. Mailboxes([address])]);
            }
        }
    }

    /// <summary>The mailboxes of a field, those of its groups included.</summary>
    public IEnumerable<EmailAddress> Addresses(string name) => List(name).SelectMany(static item => item.Mailboxes);

    /// <summary>Returns the position of a part.</summary>
    public PartPlace Place(MimeEntity part) => part == Root ? _places[Message] : _places.GetValueOrDefault(part);

    /// <summary>
    /// Whether a part is a message. The mere header section of one is a text, which MimeKit reads like a message.
    /// </summary>
    public static bool IsMessage(MimeEntity part) => part is MessagePart and not TextRfc822Headers;

    /// <summary>The message that a part holds; null for any other part.</summary>
    public ParsedMessage? Held(MimeEntity part) =>
        IsMessage(part) && part is MessagePart { Message: { Body: not null } message } ? new(message, this) : null;

    /// <summary>The decoded octets of a part; of an attached message its own.</summary>
    public byte[] Decode(MimeEntity part, ReadOnlyMemory<byte> octets)
    {
        var decoded = new MemoryStream();
        if (part is MimePart { Content: { } content })
        {
            content.DecodeTo(decoded);
            return decoded.ToArray();
        }

        var place = Place(part);
        return octets[place.Body..place.End].ToArray();
    }

    private MimeMessage Parse(ReadOnlyMemory<byte> octets)
    {
        var bytes = octets.ToArray();
        if (!bytes.AsSpan().Contains((byte)'\n'))
        {
            // Lines that end in CR only, as in old Macintosh files.
            bytes.AsSpan().Replace((byte)'\r', (byte)'\n');
        }

        var parser = new MimeParser(new MemoryStream(bytes, writable: false), MimeFormat.Entity);
        parser.MimeEntityEnd += (_, e) => _places[e.Entity] = Place(e.BeginOffset, e.HeadersEndOffset, e.EndOffset);
        parser.MimeMessageEnd += (_, e) => _places[e.Message] = Place(e.BeginOffset, e.HeadersEndOffset, e.EndOffset);
        try
        {
            var message = parser.ParseMessage();
            // "Content-Type: text", which MimeKit reads as no type at all.
            if (message.Body is MimePart { ContentType.MediaType: "application" } part
                && Field(part.Headers, "Content-Type")?.Value is { } type
                && type.Trim().StartsWith("text", StringComparison.OrdinalIgnoreCase))
            {
                message.Body = new TextPart("plain")
                {
                    Content = part.Content,
                    ContentTransferEncoding = part.ContentTransferEncoding,
                };
            }

            if (message.Body is not null)
            {
                return message;
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // It has no header section.
        }

        var text = new TextPart { Content = new MimeKit.MimeContent(new MemoryStream(octets.ToArray())) };
        var bare = new MimeMessage(new List<Header>()) { Body = text };
        bare.Headers.Clear();
        _places[text] = _places[bare] = new(0, 0, octets.Length);
        return bare;
    }

    private static PartPlace Place(long start, long body, long end) => new((int)start, (int)body, (int)Math.Max(body, end));

    private static IEnumerable<EmailAddress> Mailboxes(InternetAddressList list) => list.SelectMany(static a => a switch
    {
        GroupAddress group => Mailboxes(group.Members),
        MailboxAddress { Address.Length: 0 } mailbox => [new EmailAddress(mailbox.Name, "")],
        MailboxAddress mailbox => [new EmailAddress(mailbox.Name, mailbox.Address)],
        _ => Enumerable.Empty<EmailAddress>(),
    });

    // The word with the "@" is the address, and the text before it is the name.
    private static EmailAddress AsItStands(string text)
    {
        var words = text.Split(['<', '>', ' ', '"'], StringSplitOptions.RemoveEmptyEntries);
        var address = Array.FindLast(words, static w => w.Contains('@', StringComparison.Ordinal) && !w.EndsWith('@'));
        return address is null
            ? new(text, "")
            : new(text[..text.LastIndexOf(address, StringComparison.Ordinal)].Trim('<', ' ', '"'), address);
    }

    private static IEnumerable<MimeEntity> Walk(MimeEntity part) =>
        part is Multipart multipart ? multipart.SelectMany(Walk).Prepend(part) : [part];

    /// <summary>
    /// The last of several forms, the root of related parts, and of mixed ones all texts that are no files:
    /// [MS-OXCMAIL] section 2.1.3.4.
    /// </summary>
    private static IEnumerable<TextPart> BodyOf(MimeEntity part) => part switch
    {
        MultipartAlternative forms => forms.Reverse().Select(BodyOf).FirstOrDefault(static body => body.Any()) ?? [],
        MultipartRelated { Count: > 0 } related => BodyOf(related.Root ?? related[0]),
        Multipart mixed => mixed.SelectMany(BodyOf),
        TextPart { IsAttachment: false, FileName: null } text when text.IsPlain || text.IsHtml => [text],
        _ => [],
    };
}
