namespace MailAdmin;

/// <summary>Represents a message that the service accepted for delivery.</summary>
public sealed record SentMessage
{
    /// <summary>The tenant as the context names it, or its ID. Null for a server that isn't of a tenant.</summary>
    public string? Tenant { get; internal set; }

    /// <summary>The mailbox that it was sent from, as specified.</summary>
    public required string Mailbox { get; init; }

    /// <summary>The immutable ID; null if the service doesn't return it, as for small messages.</summary>
    public string? Id { get; init; }

    /// <summary>The Message-ID field with its angle brackets, if MailAdmin set it; null otherwise.</summary>
    public string? InternetMessageId { get; init; }

    /// <summary>Whether it was sent now, was sent by an earlier run, or might have been sent by one.</summary>
    public SendStatus Status { get; init; }

    /// <summary>The specified sender; null for the mailbox itself.</summary>
    public EmailAddress? From { get; init; }

    /// <summary>The To recipients.</summary>
    public EmailAddress[] To { get; init; } = [];

    /// <summary>The Cc recipients.</summary>
    public EmailAddress[] Cc { get; init; } = [];

    /// <summary>The Bcc recipients.</summary>
    public EmailAddress[] Bcc { get; init; } = [];

    /// <summary>The Reply-To addresses; empty if replies go to the sender.</summary>
    public EmailAddress[] ReplyTo { get; init; } = [];

    /// <summary>The subject; empty if missing.</summary>
    public string Subject { get; init; } = "";

    /// <summary>The importance.</summary>
    public MailImportance Importance { get; init; }

    /// <summary>The attachments: names, sizes, and paths.</summary>
    public MailAttachment[] Attachment { get; init; } = [];

    /// <summary>Whether the service keeps a copy in Sent Items.</summary>
    public bool SavedToSentItems { get; init; }

    /// <summary>When the service accepted it, in UTC. It can still fail to be delivered, which only a report shows.</summary>
    public DateTimeOffset SentAt { get; init; }

    /// <summary>Always Created, because each sent message is a new one.</summary>
    public ChangeKind Change { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Subject} to {string.Join(", ", To.Concat(Cc).Concat(Bcc).Select(a => a.Address))}";
}

/// <summary>The result of sending a message.</summary>
public enum SendStatus
{
    /// <summary>The service accepted it in this run.</summary>
    Sent,
    /// <summary>An earlier run with the same state sent it. It wasn't sent again.</summary>
    SentEarlier,
    /// <summary>
    /// An earlier run with the same state was interrupted while it was being sent, and the outcome is unknown. It wasn't sent
    /// again.
    /// </summary>
    Unknown,
}
