using System.Text.Json.Nodes;

namespace MailAdmin.Tenant.Mailboxes;

/// <summary>Represents the content of a message: MIME, or properties.</summary>
internal abstract class ItemContent
{
    /// <summary>
    /// Returns a property of https://learn.microsoft.com/graph/api/resources/message that the content determines (subject, body,
    /// from, toRecipients, ...); null if the content doesn't have it.
    /// </summary>
    public abstract JsonNode? Property(string name);

    /// <summary>Files, items and references attached to it, inline ones among them.</summary>
    public abstract IReadOnlyList<MessageAttachment> Attachments { get; }

    /// <summary>Octets of its MIME form.</summary>
    public abstract long MimeLength { get; }

    /// <summary>Opens its MIME form. The caller disposes it.</summary>
    public abstract Stream OpenMime();
}
