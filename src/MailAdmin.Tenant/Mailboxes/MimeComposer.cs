using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;

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
/// Writes what was given property by property as MIME, for the recipients and for $value: RFC 5322, RFC 2045, encoded words of
/// RFC 2047, parameter values of RFC 2231. Attachments are read when the stream that carries them is.
/// </summary>
internal sealed class MimeComposer
{
    private readonly List<MimeSegment> _segments = [];
    private readonly StringBuilder _text = new();

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
        WriteAddresses("From", new JsonArray(content.Property("from")?.DeepClone()));
        WriteAddresses("To", content.Property("toRecipients") as JsonArray);
        WriteAddresses("Cc", content.Property("ccRecipients") as JsonArray);
        WriteAddresses("Bcc", content.Property("bccRecipients") as JsonArray);
        WriteAddresses("Reply-To", content.Property("replyTo") as JsonArray);
        Header("Subject", Words((string?)content.Property("subject") ?? ""));
        if ((string?)content.Property("sentDateTime") is { } sent)
        {
            var date = DateTimeOffset.Parse(sent, CultureInfo.InvariantCulture);
            Header("Date", date.ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture));
        }

        Header("Message-ID", CleanOrNone((string?)content.Property("internetMessageId")));
        var importance = CleanOrNone((string?)content.Property("importance"));
        Header("Importance", importance is "normal" ? null : importance);
        foreach (var header in (content.Property("internetMessageHeaders") as JsonArray ?? []).OfType<JsonObject>())
        {
            Header(header.Text("name")!, Words(header.Text("value") ?? ""));
        }

        Header("MIME-Version", "1.0");
        WriteParts(content);
    }

    private void WriteParts(ItemContent content)
    {
        // A reference has no content to carry; the link in the body stands for it.
        var attached = content.Attachments.Where(a => a.Kind != AttachmentKind.Reference).ToList();
        var inline = attached.FindAll(a => a.IsInline);
        attached.RemoveAll(a => a.IsInline);
        Multipart("mixed", attached, () => Multipart("related", inline, () => WriteBody(content)));
    }

    private void Multipart(string subtype, List<MessageAttachment> parts, Action first)
    {
        if (parts.Count == 0)
        {
            first();
            return;
        }

        var boundary = "_"
            + Convert.ToHexString(
                SHA256.HashData(Encoding.UTF8.GetBytes(subtype + string.Concat(parts.Select(p => p.Id)))))[..32] + "_";
        Header("Content-Type", $"multipart/{subtype};\r\n\tboundary=\"{boundary}\"");
        _text.Append("\r\n--").Append(boundary).Append("\r\n");
        first();
        foreach (var part in parts)
        {
            _text.Append("\r\n--").Append(boundary).Append("\r\n");
            WriteAttachment(part);
        }

        _text.Append("\r\n--").Append(boundary).Append("--\r\n");
    }

    private void WriteBody(ItemContent content)
    {
        var body = content.Property("body") as JsonObject;
        Header("Content-Type", $"text/{(body?.Text("contentType") == "html" ? "html" : "plain")}; charset=\"utf-8\"");
        Header("Content-Transfer-Encoding", "base64");
        _text.Append("\r\n");
        Append(Blob.Of(Encoding.UTF8.GetBytes(body?.Text("content") ?? "")));
    }

    private void WriteAttachment(MessageAttachment attachment)
    {
        if (attachment.Kind == AttachmentKind.Item)
        {
            Header("Content-Type", "message/rfc822");
            Header("Content-Disposition", "attachment");
            _text.Append("\r\n");
            Flush();
            _segments.Add(new MimeSegment(attachment.Content.ToMemory().ToArray(), null));
            return;
        }

        Header("Content-Type", CleanOrNone(attachment.ContentType) ?? "application/octet-stream");
        Header("Content-Disposition", (attachment.IsInline ? "inline" : "attachment") + Parameter("filename", attachment.Name));
        Header("Content-ID", CleanOrNone(attachment.ContentId) is { } id ? $"<{id}>" : null);
        Header("Content-Transfer-Encoding", "base64");
        _text.Append("\r\n");
        Append(attachment.Content);
    }

    private void WriteAddresses(string name, JsonArray? recipients)
    {
        var addresses = (recipients ?? []).OfType<JsonObject>().Select(r => r["emailAddress"]).OfType<JsonObject>()
            .Select(Address);
        Header(name, string.Join(",\r\n\t", addresses) is { Length: > 0 } list ? list : null);
    }

    private static string Address(JsonObject address)
    {
        string name = address.Text("name") ?? "", mailbox = Clean(address.Text("address") ?? "");
        if (name.Length == 0 || name == mailbox)
        {
            return mailbox;
        }

        var isAscii = name.All(c => c is >= ' ' and < '\x7f');
        var phrase = isAscii
            ? $"\"{name.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""
            : Words(name);
        return $"{phrase} <{mailbox}>";
    }

    private void Header(string name, string? value)
    {
        if (value is not null)
        {
            _text.Append(Clean(name)).Append(": ").Append(value).Append("\r\n");
        }
    }

    private void Append(Blob blob)
    {
        Flush();
        _segments.Add(new MimeSegment(null, blob));
    }

    private void Flush()
    {
        if (_text.Length > 0)
        {
            _segments.Add(new MimeSegment(Encoding.ASCII.GetBytes(_text.ToString()), null));
            _text.Clear();
        }
    }

    /// <summary>Unstructured text: as it is where that is ASCII, otherwise encoded words of at most 75 characters.</summary>
    private static string Words(string text)
    {
        text = Clean(text);
        if (text.All(c => c < '\x7f'))
        {
            return text;
        }

        var words = new List<string>();
        var word = new List<byte>(45);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            var count = rune.EncodeToUtf8(utf8);
            if (word.Count + count > 45)
            {
                words.Add(Word(word));
                word.Clear();
            }

            word.AddRange(utf8[..count]);
        }

        words.Add(Word(word));
        return string.Join("\r\n ", words);
    }

    private static string Word(List<byte> utf8) => $"=?utf-8?B?{Convert.ToBase64String([.. utf8])}?=";

    private static string Parameter(string name, string value) => value.All(c => c is >= ' ' and < '\x7f' and not ('"' or '\\'))
        ? $";\r\n\t{name}=\"{value}\""
        : $";\r\n\t{name}*=utf-8''{Uri.EscapeDataString(value)}";

    private static string? CleanOrNone(string? text) => text is null ? null : Clean(text);

    /// <summary>Nothing that ends a line gets into a header, nor any other control character.</summary>
    private static string Clean(string text) => string.Concat(text.Where(c => !char.IsControl(c)));
}
