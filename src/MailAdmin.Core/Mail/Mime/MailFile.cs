using MimeKit;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>Represents an attachment of a message, with a name that shows its type.</summary>
/// <param name="Name">The name from the sender; without one, a name for its type.</param>
/// <param name="FileName">A name to save it by that is safe on Windows, Linux and macOS.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="CopyAsync">Copies its content, decoded; gives its length.</param>
internal sealed record MailFile(
    string Name, string FileName, string ContentType, Func<Stream, CancellationToken, Task<long>> CopyAsync)
{
    public bool IsMessage => ContentType is "message/rfc822" or "message/global";

    /// <summary>Whether the HTML shows it.</summary>
    public bool IsInline { get; init; }

    /// <summary>The content ID that the HTML refers to.</summary>
    public string? ContentId { get; init; }

    /// <summary>All that a message carries in its order, pictures of the HTML among it; of a winmail.dat what it holds.</summary>
    public static IReadOnlyList<MailFile> AllOf(MimeMessage message)
    {
        var pictures = message.Files.Pictures.ToHashSet();
        return
        [
            .. message.Files.Attachments.Concat(pictures).OrderBy(static part => part.Offset).SelectMany(part =>
                MessageFiles.Unpack(part) is { Count: > 0 } held ? held : [Of(part, pictures.Contains(part))]),
        ];
    }

    /// <summary>A file that MimeKit read from a winmail.dat.</summary>
    public static MailFile Of(MimeEntity entity)
    {
        var type = entity.ContentType.MimeType.ToLowerInvariant();
        var given = entity is MessagePart { Message.Subject: { Length: > 0 } subject } ? subject
            : entity.ContentDisposition?.FileName ?? entity.ContentType.Name;
        var name = Clean(given, type);
        return new(name, Safe(name, type), type, async (destination, cancellationToken) =>
        {
            var copy = new MemoryStream();
            await (entity is MessagePart { Message: { } message } ? message.WriteToAsync(copy, cancellationToken)
                : entity is MimeKit.MimePart { Content: { } content } ? content.DecodeToAsync(copy, cancellationToken)
                : Task.CompletedTask).ConfigureAwait(false);
            copy.Position = 0;
            await copy.CopyToAsync(destination, cancellationToken).ConfigureAwait(false);
            return copy.Length;
        });
    }

    private static MailFile Of(MimePart part, bool isInline)
    {
        var type = part.ContentType.Value;
        var name = Clean(part.FileName ?? (part.IsMessage ? part.Message?.Subject : null), type);
        return new(name, Safe(name, type), type, part.DecodeToAsync) { IsInline = isInline, ContentId = part.ContentId };
    }

    private static string Clean(string? name, string type) =>
        string.IsNullOrWhiteSpace(name) ? NameOf(type) : HeaderText.Clean(name);

    private static string NameOf(string type) => type switch
    {
        "message/rfc822" or "message/global" => "message.eml",
        "message/delivery-status" or "message/global-delivery-status" => "delivery-status.txt",
        "message/disposition-notification" or "message/global-disposition-notification" => "read-report.txt",
        "text/rfc822-headers" or "message/global-headers" => "headers.txt",
        "text/calendar" or "application/ics" => "invitation.ics",
        "text/plain" => "text.txt",
        _ => string.Concat(Kind(type), MimeTypes.TryGetExtension(type, out var extension) ? extension : ".bin"),
    };

    private static string Kind(string type) =>
        type.Split('/')[0] is var kind && kind is "image" or "audio" or "video" or "text" or "message"
            ? kind : "attachment";

    // A message or an invitation opens only by its extension.
    private static string Safe(string name, string type)
    {
        var safe = Files.SafeFileName.From(name, type);
        var extension = type switch
        {
            "message/rfc822" or "message/global" => ".eml",
            "text/calendar" or "application/ics" => ".ics",
            _ => "",
        };
        return safe.EndsWith(extension, StringComparison.OrdinalIgnoreCase)
            ? safe
            : Files.SafeFileName.From(safe + extension, type);
    }
}
