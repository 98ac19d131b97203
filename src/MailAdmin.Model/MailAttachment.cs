namespace MailAdmin;

/// <summary>The kind of an attachment.</summary>
/// <remarks>https://learn.microsoft.com/graph/api/resources/attachment</remarks>
public enum MailAttachmentKind
{
    /// <summary>A file. Its bytes are in the message.</summary>
    File,
    /// <summary>Another message, an event or a contact.</summary>
    Item,
    /// <summary>A link to a file in another location, such as OneDrive.</summary>
    Reference,
}

/// <summary>An attachment without its content.</summary>
public sealed record MailAttachment
{
    /// <summary>The ID in Graph; null if it was read from the message's own bytes.</summary>
    public string? Id { get; init; }

    /// <summary>The name that the sender specified, or a descriptive one. It isn't a safe file name.</summary>
    public string Name { get; init; } = "";

    /// <summary>The kind of attachment.</summary>
    public MailAttachmentKind Kind { get; init; }

    /// <summary>The media type, such as "application/pdf"; null if the server doesn't return it.</summary>
    public string? ContentType { get; init; }

    /// <summary>The length in bytes as the server counts it: decoded, with the server's own data.</summary>
    public long Size { get; init; }

    /// <summary>Whether the HTML body shows it as a picture.</summary>
    public bool IsInline { get; init; }

    /// <summary>The content ID in the HTML body ("cid:..."), without angle brackets; null if missing.</summary>
    public string? ContentId { get; init; }

    /// <summary>When it was last changed; null if the server doesn't return it.</summary>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary>The full path of the saved file; null if it wasn't saved.</summary>
    public string? Path { get; init; }

    /// <summary>The path of the saved file, or the name, so that it can be used as a path.</summary>
    public override string ToString() => Path ?? Name;
}
