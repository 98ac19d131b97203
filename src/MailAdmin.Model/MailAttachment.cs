namespace MailAdmin;

/// <summary>What kind of thing is attached.</summary>
/// <remarks>https://learn.microsoft.com/graph/api/resources/attachment</remarks>
public enum MailAttachmentKind
{
    /// <summary>A file: its bytes are in the message.</summary>
    File,
    /// <summary>Another message, an event or a contact.</summary>
    Item,
    /// <summary>A link to a file that lies elsewhere, as in OneDrive.</summary>
    Reference,
}

/// <summary>Something that a message carries: what is known of it, without its content.</summary>
public sealed record MailAttachment
{
    /// <summary>Graph's id of it; null when it was read from the message's own bytes.</summary>
    public string? Id { get; init; }

    /// <summary>
    /// The name that its sender gave it, or one that tells what it is; not fit for a file system as it is.
    /// </summary>
    public string Name { get; init; } = "";

    /// <summary>What kind of thing it is.</summary>
    public MailAttachmentKind Kind { get; init; }

    /// <summary>Its media type, such as "application/pdf"; null where the server tells none.</summary>
    public string? ContentType { get; init; }

    /// <summary>Its length in bytes as the server counts it: decoded, and with what the server stores about it.</summary>
    public long Size { get; init; }

    /// <summary>Whether it is a picture that the HTML body shows.</summary>
    public bool IsInline { get; init; }

    /// <summary>What the HTML body calls it by ("cid:..."), without angle brackets; null when it has none.</summary>
    public string? ContentId { get; init; }

    /// <summary>When it was last changed; null where the server does not tell.</summary>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary>Full path of the file that it was saved to; null when it was not saved.</summary>
    public string? Path { get; init; }

    /// <summary>The path where it was saved, else the name: so that it can stand where a path is asked for.</summary>
    public override string ToString() => Path ?? Name;
}
