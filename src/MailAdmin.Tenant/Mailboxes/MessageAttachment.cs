using System.Text.Json.Nodes;

namespace MailAdmin.Tenant.Mailboxes;

/// <summary>The three kinds: https://learn.microsoft.com/graph/api/resources/attachment.</summary>
internal enum AttachmentKind
{
    File,
    Item,
    Reference,
}

/// <summary>Represents an attachment of a message.</summary>
internal sealed record MessageAttachment
{
    public required string Id { get; init; }

    public required AttachmentKind Kind { get; init; }

    public required string Name { get; init; }

    public string? ContentType { get; init; }

    public string? ContentId { get; init; }

    public bool IsInline { get; init; }

    public required DateTimeOffset ModifiedAt { get; init; }

    /// <summary>The decoded content: a file's octets, or the MIME form of an attached message. Empty for a reference.</summary>
    public Blob Content { get; init; } = Blob.Empty;

    /// <summary>The attached message, event, or contact in JSON; null if it arrived as MIME.</summary>
    public JsonObject? Item { get; init; }

    /// <summary>The target of a reference.</summary>
    public string? SourceUrl { get; init; }
}
