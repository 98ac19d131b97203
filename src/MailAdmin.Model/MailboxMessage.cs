using System.Diagnostics.CodeAnalysis;

namespace MailAdmin;

/// <summary>A message in a mailbox: what its listing tells, and what else was asked for.</summary>
public record MailboxMessage
{
    /// <summary>Graph's immutable id, or "UIDVALIDITY.UID" over IMAP: what names this message in its mailbox for good.</summary>
    public required string Id { get; init; }

    /// <summary>The mailbox, as it was asked for.</summary>
    public required string Mailbox { get; init; }

    /// <summary>The path of the folder it was found in.</summary>
    public required string Folder { get; init; }

    /// <summary>Decoded subject; empty when there is none.</summary>
    public string Subject { get; init; } = "";

    /// <summary>Who it says it is from; null when it does not say.</summary>
    public EmailAddress? From { get; init; }

    /// <summary>Who sent it, where that is somebody else.</summary>
    public EmailAddress? Sender { get; init; }

    /// <summary>To.</summary>
    public EmailAddress[] To { get; init; } = [];

    /// <summary>Cc.</summary>
    public EmailAddress[] Cc { get; init; } = [];

    /// <summary>Bcc; only in sent and draft messages.</summary>
    public EmailAddress[] Bcc { get; init; } = [];

    /// <summary>Where replies go.</summary>
    public EmailAddress[] ReplyTo { get; init; } = [];

    /// <summary>
    /// When the server took it: Graph's receivedDateTime, IMAP's INTERNALDATE. Where that can't be read, the Date field; null
    /// when there is none either.
    /// </summary>
    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>The Date field; null when it is missing or can't be read.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>Whether it is marked as read (IMAP: \Seen).</summary>
    public bool IsRead { get; init; }

    /// <summary>
    /// Whether it has attachments, inline pictures not counted; null where nobody can tell without reading the content.
    /// </summary>
    public bool? HasAttachments { get; init; }

    /// <summary>Bytes of the message in its wire form; null where the server does not tell.</summary>
    public long? Size { get; init; }

    /// <summary>The Message-ID field with its angle brackets.</summary>
    public string? InternetMessageId { get; init; }

    /// <summary>How important its sender says it is; null where the listing does not tell.</summary>
    public MailImportance? Importance { get; init; }

    /// <summary>What kind of message it is; null where the content wasn't read.</summary>
    public MailMessageKind? Kind { get; init; }

    /// <summary>What a delivery report says about each recipient; null for other messages.</summary>
    public MailDeliveryStatus[]? DeliveryStatus { get; init; }

    /// <summary>
    /// The body as plain text, made from the HTML where the message has that alone; null when it was not asked for.
    /// </summary>
    public string? TextBody { get; init; }

    /// <summary>
    /// The body as HTML, made from the plain text where the message has that alone; null when it was not asked for.
    /// </summary>
    public string? HtmlBody { get; init; }

    /// <summary>Its attachments, inline ones among them; null when they were not asked for.</summary>
    public MailAttachment[]? Attachment { get; init; }

    /// <summary>
    /// Its header fields in their order; null when they were not asked for, or where there are none as in a draft.
    /// </summary>
    public MailHeader[]? InternetHeader { get; init; }

    /// <summary>The connection it was read over, so that it can be piped on.</summary>
    public MailboxConnection? Connection { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{ReceivedAt:yyyy-MM-dd HH:mm} {From?.Address}: {Subject}";
}

/// <summary>A message that Receive-MailboxMessage brought. Its attachments, where they were asked for, lie in files.</summary>
public sealed record ReceivedMessage : MailboxMessage
{
    /// <summary>Starts from what the listing told.</summary>
    /// <param name="message">The message.</param>
    [SetsRequiredMembers]
    public ReceivedMessage(MailboxMessage message) : base(message) { }

    /// <summary>Full path of the .eml file; null when no destination was asked for.</summary>
    public string? Path { get; init; }

    /// <summary>True when it was brought before and not acknowledged then: what it caused may have happened already.</summary>
    public bool Redelivered { get; init; }

    /// <summary>What is done on the server once the next stage of the pipeline is through with it.</summary>
    public AfterProcessing AfterProcessing { get; init; }

    /// <summary>Where it is moved to; null when it is not moved.</summary>
    public string? MovedTo { get; init; }

    /// <summary>
    /// Where it goes when it is deleted: "Purges" is for eDiscovery alone, from "Recoverable Items" its owner can bring it back
    /// as long as the mailbox keeps deleted items (14 days, unless an admin has set it to up to 30). Null when it is not
    /// deleted, and where it is gone for good.
    /// </summary>
    public string? DeletedTo { get; init; }
}
