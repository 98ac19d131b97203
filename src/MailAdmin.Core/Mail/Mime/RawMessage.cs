using System.Text;
using MimeKit;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// Represents a file that is a whole message. Its content and most of its header are sent unchanged. The caller specifies the
/// sender and the recipients, which are never read from the file.
/// </summary>
internal sealed class RawMessage
{
    /// <summary>The maximum length of a header section.</summary>
    private const int LongestHeader = 1024 * 1024;

    /// <summary>The fields with senders and recipients, those that are added in transit, and the signatures of these.</summary>
    private static readonly HashSet<string> Dropped = new(StringComparer.OrdinalIgnoreCase)
    {
        "From", "Sender", "To", "Cc", "Bcc", "Reply-To", "Return-Path", "Apparently-To", "Delivered-To", "X-Original-To",
        "Resent-From", "Resent-Sender", "Resent-To", "Resent-Cc", "Resent-Bcc", "Resent-Date", "Resent-Message-ID",
        "Disposition-Notification-To", "Return-Receipt-To", "Errors-To", "DKIM-Signature", "Received",
    };

    private readonly OutgoingAttachment _file;
    private readonly IReadOnlyList<(string Name, byte[] Field)> _fields;
    private readonly long _bodyOffset;

    private RawMessage(OutgoingAttachment file, IReadOnlyList<(string Name, byte[] Field)> fields, long bodyOffset) =>
        (_file, _fields, _bodyOffset) = (file, fields, bodyOffset);

    /// <summary>Its Message-ID; null if it has none.</summary>
    public string? MessageId => OutgoingMime.ReadIds(Value("Message-ID")).FirstOrDefault();

    /// <summary>The thread before it, as its header names it.</summary>
    public string? References => Value("References");

    /// <summary>Its subject, decoded; empty if it has none.</summary>
    public string Subject => Value("Subject") is { } value
        ? MimeKit.Utils.Rfc2047.DecodeText(Encoding.Latin1.GetBytes(value)).Trim() : "";

    /// <summary>Reads the header section of a file.</summary>
    /// <exception cref="InvalidRequestException">It has none (NotAMessage), or can't be read.</exception>
    public static RawMessage Of(OutgoingAttachment file)
    {
        using var stream = file.Open();
        var head = new byte[(int)Math.Min(LongestHeader, file.Size)];
        var length = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        var fields = new List<(string Name, byte[] Field)>();
        var at = 0;
        while (at < length)
        {
            var end = head.AsSpan(at, length - at).IndexOf((byte)'\n');
            if (end < 0 && length < file.Size)
            {
                break;
            }

            var line = head.AsSpan(at, end < 0 ? length - at : end + 1);
            at += line.Length;
            var text = line.TrimEnd("\r\n"u8);
            if (text.IsEmpty)
            {
                return fields.Count > 0 ? new RawMessage(file, fields, at) : throw None(file);
            }

            if (text[0] is (byte)' ' or (byte)'\t' && fields.Count > 0)
            {
                fields[^1] = (fields[^1].Name, [.. fields[^1].Field, .. text, .. "\r\n"u8]);
                continue;
            }

            var colon = text.IndexOf((byte)':');
            if (colon <= 0 || text[..colon].TrimEnd((byte)' ').ContainsAnyExceptInRange((byte)33, (byte)126))
            {
                throw None(file);
            }

            fields.Add((Encoding.ASCII.GetString(text[..colon]).TrimEnd(), [.. text, .. "\r\n"u8]));
        }

        return at == file.Size && fields.Count > 0 ? new RawMessage(file, fields, at) : throw None(file);
    }

    /// <summary>Writes it with the header fields that the caller decides, and with its own others.</summary>
    public async Task WriteAsync(HeaderList given, Stream stream, CancellationToken cancellationToken)
    {
        foreach (var header in given.Where(h => IsGiven(h.Field)))
        {
            await stream.WriteAsync(
                Encoding.ASCII.GetBytes($"{header.Field}:{Encoding.ASCII.GetString(header.RawValue).TrimEnd('\r', '\n')}\r\n"),
                cancellationToken).ConfigureAwait(false);
        }

        foreach (var (_, field) in _fields.Where(f => !Dropped.Contains(f.Name)))
        {
            await stream.WriteAsync(field, cancellationToken).ConfigureAwait(false);
        }

        await stream.WriteAsync("\r\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
        var file = _file.Open();
        await using (file.ConfigureAwait(false))
        {
            file.Position = _bodyOffset;
            await file.CopyToAsync(stream, cancellationToken).ConfigureAwait(false);
        }
    }

    private bool IsGiven(string field) => field.ToUpperInvariant() switch
    {
        "FROM" or "TO" or "CC" or "BCC" or "REPLY-TO" => true,
        "MESSAGE-ID" or "DATE" => Value(field) is null,
        _ => false,
    };

    private string? Value(string name) => _fields.Where(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        .Select(f => Encoding.Latin1.GetString(f.Field)[(f.Name.Length + 1)..].TrimStart(':'))
        .FirstOrDefault()?.Replace("\r\n", "", StringComparison.Ordinal);

    private static InvalidRequestException None(OutgoingAttachment file) =>
        new("NotAMessage", $"'{file.Path}' isn't a message because it doesn't begin with header fields.")
        {
            Target = file.Path,
            Advice = "Specify an .eml file. To send any other file, use -Attachment.",
        };
}
