using System.Text;
using MailAdmin.Tenant.Mailboxes;
using MimeKit;

namespace MailAdmin.Tenant.Imap;

/// <summary>A message's octets, and what their structure is; both are read when they are first needed.</summary>
internal sealed class MessageView(ItemContent content)
{
    private readonly Lazy<byte[]> _octets = new(() => Read(content));
    private ParsedMessage? _message;

    public ParsedMessage Message => _message ??= new(_octets.Value);

    public ReadOnlyMemory<byte> Octets => _octets.Value;

    /// <summary>The octets of a section; null when the message has no such part.</summary>
    public ReadOnlyMemory<byte>? Section(BodySection section)
    {
        if (section == BodySection.Whole)
        {
            return Octets;
        }

        var (message, part) = ((ParsedMessage?)Message, Message.Root);
        foreach (var number in section.Part)
        {
            // The number counts within a multipart, or within the message that the part before holds.
            if (part != message?.Root && Message.Held(part) is { } held)
            {
                (message, part) = (held, held.Root);
            }

            var children = part as Multipart;
            var isOnly = children is null && part == message?.Root && number == 1;
            if (!isOnly && !(children?.Count >= number))
            {
                return null;
            }

            // Part 1 of a message that is no multipart is its body; there is nothing below it but a message it holds.
            (message, part) = isOnly ? (null, part) : (message, children![number - 1]);
        }

        var place = Place(message, part);
        return section.Text switch
        {
            SectionText.Content => Octets[place.Body..place.End],
            SectionText.Mime => Octets[place.Start..place.Body],
            _ => Held(section, part),
        };
    }

    /// <summary>The header or text of the message, or of the message that a part holds.</summary>
    private ReadOnlyMemory<byte>? Held(BodySection section, MimeEntity part)
    {
        if ((section.Part.Count == 0 ? Message : Message.Held(part)) is not { } held)
        {
            return null;
        }

        var place = held.Place(held.Root);
        var header = Octets[place.Start..place.Body];
        return section.Text switch
        {
            SectionText.Header => header,
            SectionText.Text => Octets[place.Body..place.End],
            var text => Pick(header.Span, section.Fields, text == SectionText.HeaderFields),
        };
    }

    private PartPlace Place(ParsedMessage? message, MimeEntity part) => (message ?? Message).Place(part);

    /// <summary>Header fields by name, as they are, with the empty line at the end.</summary>
    private static byte[] Pick(ReadOnlySpan<byte> header, IReadOnlyList<string> names, bool named)
    {
        var picked = new MemoryStream();
        var isIn = false;
        while (!header.IsEmpty)
        {
            var end = header.IndexOf((byte)'\n');
            var line = end < 0 ? header : header[..(end + 1)];
            header = header[line.Length..];
            if (line[0] is not ((byte)' ' or (byte)'\t'))
            {
                var colon = line.IndexOf((byte)':');
                var name = colon < 0 ? "" : Encoding.Latin1.GetString(line[..colon]).TrimEnd();
                isIn = name.Length > 0 && names.Contains(name, StringComparer.OrdinalIgnoreCase) == named;
            }

            if (isIn)
            {
                picked.Write(line);
            }
        }

        picked.Write("\r\n"u8);
        return picked.ToArray();
    }

    private static byte[] Read(ItemContent content)
    {
        using var stream = content.OpenMime();
        var octets = new byte[stream.Length];
        stream.ReadExactly(octets);
        return octets;
    }
}
