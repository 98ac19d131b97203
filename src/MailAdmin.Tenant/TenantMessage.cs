using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant;

/// <summary>Represents a message in a sandbox at the time of the request.</summary>
internal sealed class TenantMessage
{
    private readonly ItemContent _content;

    internal TenantMessage(Item item)
    {
        // A draft can change while a caller reads its previous content.
        _content = item.IsDraft ? WrittenContent.Of(item.Content) : item.Content;
        Id = item.ImmutableId;
        Mailbox = item.Mailbox.Address;
        Folder = item.Folder.Path;
        ReceivedAt = item.ReceivedAt;
        IsRead = item.IsRead;
        IsDraft = item.IsDraft;
        Subject = Text(item, "subject") ?? "";
        InternetMessageId = Text(item, "internetMessageId");
        From = ((item.Changes["from"] ?? _content.Property("from")) as JsonObject)?["emailAddress"] is JsonObject from
            ? new EmailAddress(from.Text("name"), from.Text("address") ?? "")
            : null;
    }

    /// <summary>Its immutable ID.</summary>
    public string Id { get; }

    /// <summary>The primary address of the mailbox.</summary>
    public string Mailbox { get; }

    /// <summary>The path of the folder; "Recoverable Items/Deletions" or "Recoverable Items/Purges" after a deletion.</summary>
    public string Folder { get; }

    /// <summary>The time of receipt.</summary>
    public DateTimeOffset ReceivedAt { get; }

    /// <summary>Whether it is marked as read.</summary>
    public bool IsRead { get; }

    /// <summary>Whether it was never sent.</summary>
    public bool IsDraft { get; }

    /// <summary>Decoded subject; empty when there is none.</summary>
    public string Subject { get; }

    /// <summary>The From address; null if it has none.</summary>
    public EmailAddress? From { get; }

    /// <summary>The Message-ID field with its angle brackets; null if there is none.</summary>
    public string? InternetMessageId { get; }

    /// <summary>Octets of its MIME form.</summary>
    public long Size => _content.MimeLength;

    /// <summary>Opens its MIME form; for a message that arrived as MIME, unchanged. The caller disposes it.</summary>
    /// <returns>A stream that can seek.</returns>
    public Stream OpenContent() => _content.OpenMime();

    /// <summary>Its MIME form in memory.</summary>
    /// <returns>The octets.</returns>
    public byte[] GetContent()
    {
        using var stream = OpenContent();
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Returns the object for scripts.</summary>
    /// <returns>Its description.</returns>
    public SandboxMessage Describe() => new()
    {
        Mailbox = Mailbox,
        Folder = Folder,
        Id = Id,
        Subject = Subject,
        From = From,
        ReceivedAt = ReceivedAt,
        IsRead = IsRead,
        Size = Size,
        Content = GetContent,
    };

    /// <inheritdoc/>
    public override string ToString() => $"{Mailbox}/{Folder}: {Subject}";

    private static string? Text(Item item, string property) =>
        (item.Changes[property] ?? item.Content.Property(property)) is JsonValue value && value.TryGetValue(out string? text)
            ? text
            : null;
}
