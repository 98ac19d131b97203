namespace MailAdmin;

/// <summary>A folder of a mailbox.</summary>
public sealed record MailFolder
{
    /// <summary>The mailbox, as it was asked for.</summary>
    public required string Mailbox { get; init; }

    /// <summary>The last part of the path.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// From the top, parts separated by "/" whatever the server's own separator is; a "/" in a name is written "\/".
    /// </summary>
    public required string Path { get; init; }

    /// <summary>Graph's id, or the server's own octets of the IMAP mailbox name (modified UTF-7 as received).</summary>
    public required string Id { get; init; }

    /// <summary>
    /// Graph's well-known name, such as "inbox" or "deleteditems"; over IMAP the one that the folder's special-use attribute
    /// stands for, which can also be "allmail" or "flagged". In Exchange, "calendar", "contacts", "journal", "notes", and "tasks"
    /// are folders that hold no mail.
    /// </summary>
    public string? WellKnownName { get; init; }

    /// <summary>Messages in it; null where the server was not asked.</summary>
    public int? TotalItemCount { get; init; }

    /// <summary>Unread messages in it; null where the server was not asked.</summary>
    public int? UnreadItemCount { get; init; }

    /// <summary>Folders in it; null where the server does not tell.</summary>
    public int? ChildFolderCount { get; init; }

    /// <summary>UIDVALIDITY (RFC 9051 section 2.3.1.1); null over Graph, and where IMAP was not asked.</summary>
    public uint? UidValidity { get; init; }

    /// <summary>
    /// When Receive-MailboxMessage last received from it to the -StatePath that was looked at; null when never, or not asked.
    /// </summary>
    public DateTimeOffset? LastChecked { get; init; }

    /// <summary>How many of its messages are remembered there as received; null when nothing is, or not asked.</summary>
    public long? ReceivedCount { get; init; }

    /// <summary>What the changing cmdlet did; null when the folder was only read.</summary>
    public ChangeKind? Change { get; init; }

    /// <summary>The connection it was read over, so that it can be piped on.</summary>
    public MailboxConnection? Connection { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Path;
}
