namespace MailAdmin.Core.Mail;

/// <summary>Represents a query for messages, with their order. A property that is null doesn't restrict the query.</summary>
internal sealed record MessageQuery
{
    /// <summary>Only unread ones (true) or only read ones (false).</summary>
    public bool? Unread { get; init; }

    /// <summary>Received at this time or later; exact to the second.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Received before this time; exact to the second.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>The From address, in any case.</summary>
    public string? From { get; init; }

    /// <summary>Text that the subject contains, in any case.</summary>
    public string? Subject { get; init; }

    /// <summary>Only these, where they are still in the folder.</summary>
    public IReadOnlyCollection<string>? Ids { get; init; }

    /// <summary>Only messages since a position; it also receives the new one. For fetching.</summary>
    public FolderCursor? Cursor { get; init; }

    /// <summary>
    /// A condition on the listed properties. It's evaluated once for each message, before content is downloaded. Messages that
    /// were already received are filtered here, so that their content isn't downloaded again.
    /// </summary>
    public Func<MailboxMessage, bool>? Where { get; init; }

    /// <summary>The maximum number of messages.</summary>
    public int? First { get; init; }

    /// <summary>Newest first instead of oldest first; for listings only.</summary>
    public bool Descending { get; init; }

    /// <summary>The properties to read in addition to a listing.</summary>
    public MessageDetail Detail { get; init; }

    /// <summary>Returns whether a message matches exactly; the server's own search can find too much.</summary>
    /// <param name="message">From the listing.</param>
    /// <returns>True if it matches.</returns>
    public bool Matches(MailboxMessage message) =>
        (Unread is not { } unread || message.IsRead != unread)
        // If the time can't be read, the result of the server's own search is used.
        && (Since is not { } since || message.ReceivedAt is not { } arrived || arrived >= since)
        && (Before is not { } before || message.ReceivedAt is not { } came || came < before)
        && (From is not { } from || string.Equals(message.From?.Address, from, StringComparison.OrdinalIgnoreCase))
        && (Subject is not { } subject || message.Subject.Contains(subject, StringComparison.OrdinalIgnoreCase))
        && (Where is not { } where || where(message));
}
