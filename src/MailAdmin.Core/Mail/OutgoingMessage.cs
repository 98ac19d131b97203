using MailAdmin.Core.Files;

namespace MailAdmin.Core.Mail;

/// <summary>A message that is to be sent.</summary>
internal sealed record OutgoingMessage
{
    /// <summary>Who it says it is from; null for the mailbox itself.</summary>
    public EmailAddress? From { get; init; }

    public IReadOnlyList<EmailAddress> To { get; init; } = [];

    public IReadOnlyList<EmailAddress> Cc { get; init; } = [];

    public IReadOnlyList<EmailAddress> Bcc { get; init; } = [];

    /// <summary>Where replies go; none for the sender.</summary>
    public IReadOnlyList<EmailAddress> ReplyTo { get; init; } = [];

    public string Subject { get; init; } = "";

    /// <summary>The body, as plain text or as HTML.</summary>
    public string Body { get; init; } = "";

    /// <summary>Whether the body is HTML.</summary>
    public bool IsHtml { get; init; }

    /// <summary>How important it is.</summary>
    public MailImportance Importance { get; init; }

    /// <summary>What it carries.</summary>
    public IReadOnlyList<OutgoingAttachment> Attachments { get; init; } = [];

    /// <summary>Whether a copy is to be kept in Sent Items.</summary>
    public bool SaveToSentItems { get; init; } = true;

    /// <summary>Refuses what would become another recipient or another header field on its way.</summary>
    /// <exception cref="InvalidRequestException">
    /// An address is none (InvalidAddress), or a text has a control character in it (ControlCharacter).
    /// </exception>
    internal void Check()
    {
        foreach (var address in To.Concat(Cc).Concat(Bcc).Concat(ReplyTo).Concat(From is null ? [] : [From]))
        {
            AddressCheck.Check(address);
        }

        AddressCheck.RefuseControlCharacters(Subject, "The subject");
        foreach (var attachment in Attachments)
        {
            AddressCheck.RefuseControlCharacters(attachment.Name, "The attachment name");
            AddressCheck.RefuseControlCharacters(attachment.ContentId, "The content ID");
        }
    }
}

/// <summary>A file that is to be sent; it is read when it is sent.</summary>
internal sealed record OutgoingAttachment
{
    /// <summary>No attachment may be larger, in bytes: https://learn.microsoft.com/graph/outlook-large-attachments.</summary>
    public const long LargestSize = 150 * 1024 * 1024;

    private OutgoingAttachment(string path, long size, string? contentId) => (Path, Size, ContentId) = (path, size, contentId);

    /// <summary>Its full path.</summary>
    public string Path { get; }

    /// <summary>Its name in the message.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Bytes, as they were when it was looked at.</summary>
    public long Size { get; }

    /// <summary>What the HTML body calls it by ("cid:..."); null when it is not shown within the body.</summary>
    public string? ContentId { get; }

    /// <summary>Its media type, by its extension.</summary>
    public string ContentType => MediaTypes.OfFile(Path);

    /// <summary>Looks at a file.</summary>
    /// <param name="path">Its full path.</param>
    /// <param name="contentId">What the HTML body calls it by; null when it is not shown within the body.</param>
    /// <exception cref="InvalidRequestException">There is none, it can't be read, or it is too large.</exception>
    public static OutgoingAttachment Of(string path, string? contentId = null)
    {
        using var file = Open(path);
        return file.Length <= LargestSize ? new OutgoingAttachment(path, file.Length, contentId)
            : throw new InvalidRequestException(
                "AttachmentTooLarge",
                $"'{path}' has {file.Length} bytes; no attachment may have more than {LargestSize} (150 MB).")
            {
                Target = path,
                Advice = "Put it where the recipients can fetch it, and send the link.",
            };
    }

    /// <summary>Opens it for reading from the start.</summary>
    /// <returns>A stream of exactly <see cref="Size"/> bytes; the caller disposes it.</returns>
    /// <exception cref="InvalidRequestException">It can't be read, or it was changed since.</exception>
    public FileStream Open()
    {
        var file = Open(Path);
        if (file.Length == Size)
        {
            return file;
        }

        file.Dispose();
        throw Unreadable(Path, "it was changed while it was being sent.", null);
    }

    private static FileStream Open(string path)
    {
        try
        {
            // No buffer: what reads it has one of its own. Nobody may write to it meanwhile.
            return FileSystem.OpenRead(
                path, FileShare.Read, options: FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Unreadable(path, e.Message, e);
        }
    }

    internal static InvalidRequestException Unreadable(string path, string why, Exception? inner) =>
        new("AttachmentNotReadable", $"'{path}' can't be attached: {why}", inner)
        {
            Target = path,
            Advice = "Nothing was sent. Give the path of a file that may be read and is complete.",
        };
}
