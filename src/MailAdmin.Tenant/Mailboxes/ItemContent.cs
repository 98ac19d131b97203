using System.Text.Json.Nodes;

namespace MailAdmin.Tenant.Mailboxes;

/// <summary>What a message says, whether it came as MIME or was written property by property.</summary>
internal abstract class ItemContent
{
    /// <summary>
    /// One property of https://learn.microsoft.com/graph/api/resources/message that the content decides (subject, body, from,
    /// toRecipients, ...); null when it says nothing about it.
    /// </summary>
    public abstract JsonNode? Property(string name);

    /// <summary>Files, items and references attached to it, inline ones among them.</summary>
    public abstract IReadOnlyList<MessageAttachment> Attachments { get; }

    /// <summary>Octets of its MIME form.</summary>
    public abstract long MimeLength { get; }

    /// <summary>Opens its MIME form. The caller disposes it.</summary>
    public abstract Stream OpenMime();
}
