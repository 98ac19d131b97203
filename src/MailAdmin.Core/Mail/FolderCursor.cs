namespace MailAdmin.Core.Mail;

/// <summary>
/// Where the reading of a folder stands, so that the next one goes on there. Positions are the store's own: UIDVALIDITY and UID
/// over IMAP, a link with a delta token over Graph.
/// </summary>
/// <param name="start">Where the last reading ended; null for the beginning.</param>
/// <remarks>
/// A store that no longer knows the position throws a <see cref="ServiceRefusedException"/> that <see cref="IsLost"/> is true
/// for.
/// </remarks>
internal sealed class FolderCursor(string? start)
{
    /// <summary>Where to start; null for the beginning.</summary>
    public string? Start { get; } = start;

    /// <summary>
    /// Where to go on once all messages of this reading are dealt with. Null until it has come to the end, and where the server
    /// gives no position that would last.
    /// </summary>
    public string? End { get; set; }

    /// <summary>
    /// Whether a store refused because it no longer knows the position, so that reading has to start from the beginning.
    /// </summary>
    /// <param name="error">What it threw.</param>
    /// <returns>True for a UIDVALIDITY that changed (RFC 9051 section 2.3.1.1) and a delta token that expired
    /// (https://learn.microsoft.com/graph/delta-query-overview).</returns>
    public static bool IsLost(Exception error) =>
        error is ServiceRefusedException { Code: ImapCodes.UidValidity } or ServiceRefusedException { HttpStatus: 410 }
        || (error is ServiceRefusedException { Code: var code }
            && code.Equals("SyncStateNotFound", StringComparison.OrdinalIgnoreCase));
}
