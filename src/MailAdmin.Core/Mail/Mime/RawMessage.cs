using MimeKit;
using MimeKit.IO;
using MimeKit.IO.Filters;

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
    private readonly HeaderSection _header;
    private readonly long _bodyOffset;

    private RawMessage(OutgoingAttachment file, MimePart message) =>
        (_file, _header, _bodyOffset) = (file, message.Header, message.BodyOffset);

    /// <summary>Its Message-ID; null if it has none.</summary>
    public string? MessageId => OutgoingMime.ReadIds(_header["Message-ID"]).FirstOrDefault();

    /// <summary>The thread before it, as its header names it.</summary>
    public string? References => _header["References"];

    /// <summary>Its subject, decoded; empty if it has none.</summary>
    public string Subject => _header["Subject"] ?? "";

    /// <summary>Reads the header section of a file.</summary>
    /// <exception cref="InvalidRequestException">It has none (NotAMessage), or can't be read.</exception>
    public static RawMessage Of(OutgoingAttachment file)
    {
        using var stream = file.Open();
        var head = new byte[(int)Math.Min(LongestHeader, file.Size)];
        var length = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        using var message = MimeMessage.Parse(head.AsMemory(0, length));
        var isWhole = message.Root.BodyOffset < length || length == file.Size;
        // A line that is no field would end the header section on the way, and then the rest of it is text.
        return isWhole && message.Headers is { Count: > 0, EndsEarly: false, HasBadLine: false }
            ? new RawMessage(file, message.Root)
            : throw new InvalidRequestException(
                "NotAMessage", $"'{file.Path}' isn't a message because it doesn't begin with header fields.")
            {
                Target = file.Path,
                Advice = "Specify an .eml file. To send any other file, use -Attachment.",
            };
    }

    /// <summary>Writes it with the header fields that the caller decides, and with its own others.</summary>
    public async Task WriteAsync(HeaderList given, Stream stream, CancellationToken cancellationToken)
    {
        using (var header = new FilteredStream(stream))
        {
            header.Add(new Unix2DosFilter());
            foreach (var field in given.Where(h => IsGiven(h.Field)))
            {
                await header.WriteAsync(field.RawField, cancellationToken).ConfigureAwait(false);
                await header.WriteAsync(":"u8.ToArray(), cancellationToken).ConfigureAwait(false);
                await header.WriteAsync(field.RawValue, cancellationToken).ConfigureAwait(false);
            }

            foreach (var (_, field) in _header.Fields.Where(static f => !Dropped.Contains(f.Name)))
            {
                await header.WriteAsync(field, cancellationToken).ConfigureAwait(false);
                await header.WriteAsync("\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
            }

            await header.WriteAsync("\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
            await header.FlushAsync(cancellationToken).ConfigureAwait(false);
        }

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
        "MESSAGE-ID" or "DATE" => _header[field] is null,
        _ => false,
    };
}
