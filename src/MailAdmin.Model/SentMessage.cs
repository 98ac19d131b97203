namespace MailAdmin;

/// <summary>A message that was handed to the service for delivery.</summary>
public sealed record SentMessage
{
    /// <summary>The mailbox it was sent from, as it was asked for.</summary>
    public required string Mailbox { get; init; }

    /// <summary>
    /// Its immutable id; null where the service tells none, as for mail that is small enough to go in one request.
    /// </summary>
    public string? Id { get; init; }

    /// <summary>
    /// The Message-ID field with its angle brackets, where it was given here; null where the service gives it.
    /// </summary>
    public string? InternetMessageId { get; init; }

    /// <summary>Whether it was sent now, sent by an earlier run, or may have been sent by one.</summary>
    public SendStatus Status { get; init; }

    /// <summary>The From that was asked for; null when it is the mailbox's own.</summary>
    public EmailAddress? From { get; init; }

    /// <summary>To.</summary>
    public EmailAddress[] To { get; init; } = [];

    /// <summary>Cc.</summary>
    public EmailAddress[] Cc { get; init; } = [];

    /// <summary>Bcc.</summary>
    public EmailAddress[] Bcc { get; init; } = [];

    /// <summary>Where replies go; none when they go to the sender.</summary>
    public EmailAddress[] ReplyTo { get; init; } = [];

    /// <summary>The subject; empty when there is none.</summary>
    public string Subject { get; init; } = "";

    /// <summary>How important it was said to be.</summary>
    public MailImportance Importance { get; init; }

    /// <summary>What it carries: names, sizes, and the files it was read from.</summary>
    public MailAttachment[] Attachment { get; init; } = [];

    /// <summary>Whether the service keeps a copy in Sent Items.</summary>
    public bool SavedToSentItems { get; init; }

    /// <summary>
    /// When the service took it, in UTC. Whether it is delivered is told by nobody but a report that comes back.
    /// </summary>
    public DateTimeOffset SentAt { get; init; }

    /// <summary>Created: a mail that is sent again is another mail.</summary>
    public ChangeKind Change { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Subject} to {string.Join(", ", To.Concat(Cc).Concat(Bcc).Select(a => a.Address))}";
}

/// <summary>What became of a message that was to be sent.</summary>
public enum SendStatus
{
    /// <summary>The service took it now.</summary>
    Sent,
    /// <summary>An earlier run with the same state sent it; it wasn't sent again.</summary>
    SentEarlier,
    /// <summary>
    /// An earlier run with the same state ended while it was being sent, and nothing tells whether it went out. It wasn't sent
    /// again.
    /// </summary>
    Unknown,
}
