using System.Text;
using MailAdmin.Core.Mail.Mime;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.Imap;

/// <summary>A message's octets, and what their structure is; both are read when they are first needed.</summary>
internal sealed class MessageView(ItemContent content)
{
    private readonly Lazy<byte[]> _octets = new(() => Read(content));
    private MimeMessage? _message;

    public MimeMessage Message => _message ??= MimeMessage.Parse(_octets.Value);

    public ReadOnlyMemory<byte> Octets => _octets.Value;

    /// <summary>The octets of a section; null when the message has no such part.</summary>
    public ReadOnlyMemory<byte>? Section(BodySection section)
    {
        if (section == BodySection.Whole)
        {
            return Octets;
        }

        var source = Octets;
        var message = Message;
        var part = message.Root;
        foreach (var number in section.Part)
        {
            // The number counts within a multipart, or within the message that the part before holds.
            if (part != message?.Root && part.Message is { } held)
            {
                source = part.TransferEncoding == TransferEncoding.Identity ? source : part.Decode();
                (message, part) = (held, held.Root);
            }

            var isOnly = !part.IsMultipart && part == message?.Root && number == 1;
            if (!isOnly && number > part.Children.Count)
            {
                return null;
            }

            if (isOnly)
            {
                // Part 1 of a message that is no multipart is its body; there is nothing below it but a message it holds.
                message = null;
            }
            else
            {
                part = part.Children[number - 1];
            }
        }

        return section.Text switch
        {
            SectionText.Content => source[(int)part.BodyOffset..(int)part.EndOffset],
            SectionText.Mime => source[(int)part.Offset..(int)part.BodyOffset],
            _ => Held(section, part, source),
        };
    }

    /// <summary>The header or text of the message, or of the message that a part holds.</summary>
    private static ReadOnlyMemory<byte>? Held(BodySection section, MimePart part, ReadOnlyMemory<byte> source)
    {
        var root = part;
        if (section.Part.Count > 0)
        {
            if (part.Message is not { } held)
            {
                return null;
            }

            source = part.TransferEncoding == TransferEncoding.Identity ? source : part.Decode();
            root = held.Root;
        }

        var header = source[(int)root.Offset..(int)root.BodyOffset];
        return section.Text switch
        {
            SectionText.Header => header,
            SectionText.Text => source[(int)root.BodyOffset..(int)root.EndOffset],
            var text => Pick(header.Span, section.Fields, text == SectionText.HeaderFields),
        };
    }

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
