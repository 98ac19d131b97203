namespace MailAdmin;

/// <summary>A folder of a mailbox.</summary>
public sealed record MailFolder
{
    /// <summary>The tenant as the context names it, or its ID. Null for a server that isn't of a tenant.</summary>
    public string? Tenant { get; internal set; }

    /// <summary>The mailbox, as specified.</summary>
    public required string Mailbox { get; init; }

    /// <summary>The last part of the path.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The path from the top level. Parts are separated by "/", regardless of the server's separator. A "/" in a name is
    /// written "\/".
    /// </summary>
    public required string Path { get; init; }

    /// <summary>The ID in Graph, or the bytes of the IMAP mailbox name (modified UTF-7 as received).</summary>
    public required string Id { get; init; }

    /// <summary>
    /// The well-known name in Graph, such as "inbox" or "deleteditems". Over IMAP, it comes from the special-use attribute,
    /// and can also be "allmail" or "flagged". In Exchange, "calendar", "contacts", "journal", "notes", and "tasks" are
    /// folders that can't contain messages.
    /// </summary>
    public string? WellKnownName { get; init; }

    /// <summary>The number of messages; null if it wasn't requested.</summary>
    public int? TotalItemCount { get; init; }

    /// <summary>The number of unread messages; null if it wasn't requested.</summary>
    public int? UnreadItemCount { get; init; }

    /// <summary>The number of subfolders; null if the server doesn't return it.</summary>
    public int? ChildFolderCount { get; init; }

    /// <summary>UIDVALIDITY (RFC 9051 section 2.3.1.1); null over Graph, or if it wasn't requested.</summary>
    public uint? UidValidity { get; init; }

    /// <summary>
    /// When Receive-MailboxMessage last checked the folder, according to -StatePath; null if never or not requested.
    /// </summary>
    public DateTimeOffset? LastChecked { get; init; }

    /// <summary>The number of received messages in the state; null if there is none or it wasn't requested.</summary>
    public long? ReceivedCount { get; init; }

    /// <summary>The change that the cmdlet made; null if the folder was only read.</summary>
    public ChangeKind? Change { get; init; }

    /// <summary>The connection that the folder was read with.</summary>
    public MailboxConnection? Connection { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Path;
}
