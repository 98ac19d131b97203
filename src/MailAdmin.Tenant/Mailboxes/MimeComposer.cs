using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MimeKit;

namespace MailAdmin.Tenant.Mailboxes;

/// <summary>A run of octets of a composed message: text as it is, or a blob in base64.</summary>
/// <param name="Text">The text; null for a blob.</param>
/// <param name="Blob">The blob; null for text.</param>
internal sealed record MimeSegment(byte[]? Text, Blob? Blob)
{
    public long Length => Text?.Length ?? Base64LineStream.EncodedLength(Blob!.Length);

    public Stream Open() => Text is null ? new Base64LineStream(Blob!.OpenRead()) : new MemoryStream(Text, writable: false);
}

/// <summary>
/// Writes a message from properties as MIME, for the recipients and for $value. MimeKit writes the header sections. Attachments
/// are read when the stream that contains them is read.
/// </summary>
internal sealed class MimeComposer
{
    private static readonly FormatOptions Format = new() { NewLineFormat = NewLineFormat.Dos };

    private readonly List<MimeSegment> _segments = [];
    private readonly MemoryStream _text = new();

    /// <summary>The message as segments; their lengths are known without reading the attachments.</summary>
    public static IReadOnlyList<MimeSegment> Compose(ItemContent content)
    {
        var composer = new MimeComposer();
        composer.Write(content);
        composer.Flush();
        return composer._segments;
    }

    private void Write(ItemContent content)
    {
        var headers = new HeaderList();
        Add(headers, "From", Addresses([content.Property("from")]));
        Add(headers, "To", Addresses(content.Property("toRecipients") as JsonArray));
        Add(headers, "Cc", Addresses(content.Property("ccRecipients") as JsonArray));
        Add(headers, "Bcc", Addresses(content.Property("bccRecipients") as JsonArray));
        Add(headers, "Reply-To", Addresses(content.Property("replyTo") as JsonArray));
        Add(headers, "Subject", (string?)content.Property("subject") ?? "");
        if ((string?)content.Property("sentDateTime") is { } sent)
        {
            var date = DateTimeOffset.Parse(sent, CultureInfo.InvariantCulture);
            Add(headers, "Date", date.ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture));
        }

        Add(headers, "Message-ID", (string?)content.Property("internetMessageId"));
        var importance = (string?)content.Property("importance");
        Add(headers, "Importance", importance is "normal" ? null : importance);
        foreach (var header in (content.Property("internetMessageHeaders") as JsonArray ?? []).OfType<JsonObject>())
        {
            Add(headers, header.Text("name")!, header.Text("value") ?? "");
        }

        Add(headers, "MIME-Version", "1.0");
        WriteParts(headers, content);
    }

    private void WriteParts(HeaderList headers, ItemContent content)
    {
        // A reference has no content. The link in the body represents it.
        var attached = content.Attachments.Where(a => a.Kind != AttachmentKind.Reference).ToList();
        var inline = attached.FindAll(a => a.IsInline);
        attached.RemoveAll(a => a.IsInline);
        Multipart(headers, "mixed", attached, outer => Multipart(outer, "related", inline, inner => WriteBody(inner, content)));
    }

    private void Multipart(HeaderList headers, string subtype, List<MessageAttachment> parts, Action<HeaderList> first)
    {
        if (parts.Count == 0)
        {
            first(headers);
            return;
        }

        var id = SHA256.HashData(Encoding.UTF8.GetBytes(subtype + string.Concat(parts.Select(p => p.Id))));
        var boundary = $"_{Convert.ToHexString(id)[..32]}_";
        WritePart(headers, new Multipart(subtype) { Boundary = boundary });
        Append($"--{boundary}\r\n");
        first([]);
        foreach (var part in parts)
        {
            Append($"\r\n--{boundary}\r\n");
            WriteAttachment(part);
        }

        Append($"\r\n--{boundary}--\r\n");
    }

    private void WriteBody(HeaderList headers, ItemContent content)
    {
        var body = content.Property("body") as JsonObject;
        var subtype = body?.Text("contentType") == "html" ? "html" : "plain";
        WritePart(headers, new MimePart(new ContentType("text", subtype) { Charset = "utf-8" })
        {
            ContentTransferEncoding = ContentEncoding.Base64,
        });
        Append(Blob.Of(Encoding.UTF8.GetBytes(body?.Text("content") ?? "")));
    }

    private void WriteAttachment(MessageAttachment attachment)
    {
        if (attachment.Kind == AttachmentKind.Item)
        {
            WritePart([], new MessagePart { ContentDisposition = new("attachment") });
            Flush();
            _segments.Add(new MimeSegment(attachment.Content.ToMemory().ToArray(), null));
            return;
        }

        var type = ContentType.TryParse(attachment.ContentType ?? "", out var told)
            ? told
            : new ContentType("application", "octet-stream");
        WritePart([], new MimePart(type)
        {
            ContentDisposition = new(attachment.IsInline ? "inline" : "attachment") { FileName = Clean(attachment.Name) },
            ContentId = attachment.ContentId is { Length: > 0 } id ? Clean(id) : null,
            ContentTransferEncoding = ContentEncoding.Base64,
        });
        Append(attachment.Content);
    }

    private static string? Addresses(IEnumerable<JsonNode?>? recipients)
    {
        var addresses = (recipients ?? []).OfType<JsonObject>().Select(r => r["emailAddress"]).OfType<JsonObject>()
            .Select(Address).ToList();
        return addresses.Count == 0 ? null : string.Join(", ", addresses);
    }

    private static string Address(JsonObject address)
    {
        string name = address.Text("name") ?? "", mailbox = Clean(address.Text("address") ?? "");
        try
        {
            return new MailboxAddress(name == mailbox ? null : Clean(name), mailbox).ToString(Format, encode: true);
        }
        catch (ParseException)
        {
            // It isn't an address. The service accepts it, and returns it as undeliverable.
            return mailbox;
        }
    }

    /// <summary>Adds a field; MimeKit encodes and folds it. Nothing that ends a line gets into it.</summary>
    private static void Add(HeaderList headers, string name, string? value)
    {
        if (value is not null)
        {
            headers.Add(new Header(Encoding.UTF8, Clean(name), Clean(value)));
        }
    }

    private void WritePart(HeaderList headers, MimeEntity part)
    {
        foreach (var header in part.Headers)
        {
            headers.Add(header.Clone());
        }

        headers.WriteTo(Format, _text);
    }

    private void Append(string text) => _text.Write(Encoding.ASCII.GetBytes(text));

    private void Append(Blob blob)
    {
        Flush();
        _segments.Add(new MimeSegment(null, blob));
    }

    private void Flush()
    {
        if (_text.Length > 0)
        {
            _segments.Add(new MimeSegment(_text.ToArray(), null));
            _text.SetLength(0);
        }
    }

    private static string Clean(string text) => string.Concat(text.Where(static c => !char.IsControl(c)));
}
