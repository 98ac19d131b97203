using System.Diagnostics.CodeAnalysis;

namespace MailAdmin;

/// <summary>A message in a mailbox, with the listed and requested properties.</summary>
public record MailboxMessage
{
    /// <summary>The immutable ID in Graph, or "UIDVALIDITY.UID" over IMAP.</summary>
    public required string Id { get; init; }

    /// <summary>The tenant as the context names it, or its ID. Null for a server that isn't of a tenant.</summary>
    public string? Tenant { get; internal set; }

    /// <summary>The mailbox, as specified.</summary>
    public required string Mailbox { get; init; }

    /// <summary>The path of its folder.</summary>
    public required string Folder { get; init; }

    /// <summary>The decoded subject; empty if missing.</summary>
    public string Subject { get; init; } = "";

    /// <summary>The From address; null if missing.</summary>
    public EmailAddress? From { get; init; }

    /// <summary>The Sender address, if it differs from From.</summary>
    public EmailAddress? Sender { get; init; }

    /// <summary>The To recipients.</summary>
    public EmailAddress[] To { get; init; } = [];

    /// <summary>The Cc recipients.</summary>
    public EmailAddress[] Cc { get; init; } = [];

    /// <summary>The Bcc recipients, only in sent messages and drafts.</summary>
    public EmailAddress[] Bcc { get; init; } = [];

    /// <summary>The Reply-To addresses.</summary>
    public EmailAddress[] ReplyTo { get; init; } = [];

    /// <summary>
    /// When the server received it: receivedDateTime in Graph, INTERNALDATE in IMAP. If that can't be read, the Date field;
    /// null if that is missing too.
    /// </summary>
    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>The Date field; null if it is missing or can't be read.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>Whether it is marked as read (IMAP: \Seen).</summary>
    public bool IsRead { get; init; }

    /// <summary>Whether it has attachments, without inline pictures; null if this requires the content.</summary>
    public bool? HasAttachments { get; init; }

    /// <summary>The size in bytes in its wire form; null if the server doesn't return it.</summary>
    public long? Size { get; init; }

    /// <summary>The Message-ID field with its angle brackets.</summary>
    public string? InternetMessageId { get; init; }

    /// <summary>The importance; null if the listing doesn't contain it.</summary>
    public MailImportance? Importance { get; init; }

    /// <summary>The kind of message; null if the content wasn't read.</summary>
    public MailMessageKind? Kind { get; init; }

    /// <summary>The status of each recipient in a delivery report; null for other messages.</summary>
    public MailDeliveryStatus[]? DeliveryStatus { get; init; }

    /// <summary>The body as plain text, converted from HTML if required; null if it wasn't requested.</summary>
    public string? TextBody { get; init; }

    /// <summary>The body as HTML, converted from plain text if required; null if it wasn't requested.</summary>
    public string? HtmlBody { get; init; }

    /// <summary>The attachments, including inline ones; null if they weren't requested.</summary>
    public MailAttachment[]? Attachment { get; init; }

    /// <summary>The header fields in their order; null if they weren't requested, or for a draft without them.</summary>
    public MailHeader[]? InternetHeader { get; init; }

    /// <summary>The connection that the message was read with.</summary>
    public MailboxConnection? Connection { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{ReceivedAt:yyyy-MM-dd HH:mm} {From?.Address}: {Subject}";
}

/// <summary>A message that Receive-MailboxMessage downloaded. Its attachments are in files, if requested.</summary>
public sealed record ReceivedMessage : MailboxMessage
{
    /// <summary>Creates the object from the listed message.</summary>
    /// <param name="message">The message.</param>
    [SetsRequiredMembers]
    public ReceivedMessage(MailboxMessage message) : base(message) { }

    /// <summary>The full path of the .eml file; null without a destination.</summary>
    public string? Path { get; init; }

    /// <summary>True if it was received before but not acknowledged, so that it might have been processed.</summary>
    public bool Redelivered { get; init; }

    /// <summary>The action on the server after the pipeline has processed the message.</summary>
    public AfterProcessing AfterProcessing { get; init; }

    /// <summary>The folder that it is moved to; null if it isn't moved.</summary>
    public string? MovedTo { get; init; }

    /// <summary>
    /// The folder of a deleted message. From "Recoverable Items", its owner can recover it until the retention time ends (14
    /// days by default, at most 30). "Purges" is only for eDiscovery. Null if it isn't deleted, or was permanently deleted.
    /// </summary>
    public string? DeletedTo { get; init; }
}
