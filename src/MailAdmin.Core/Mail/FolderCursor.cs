namespace MailAdmin.Core.Mail;

/// <summary>
/// Represents the position in a folder at which the next reading continues. Positions depend on the store: UIDVALIDITY and UID
/// over IMAP, a link with a delta token over Graph.
/// </summary>
/// <param name="start">The position of the previous reading; null for the beginning.</param>
/// <remarks>
/// If the position has expired, a store throws a <see cref="ServiceRefusedException"/> for which <see cref="IsLost"/> is true.
/// </remarks>
internal sealed class FolderCursor(string? start)
{
    /// <summary>The start position; null for the beginning.</summary>
    public string? Start { get; } = start;

    /// <summary>
    /// The next position, valid after all messages of this reading are processed. Null until the reading is complete, and if the
    /// server has no lasting position.
    /// </summary>
    public string? End { get; set; }

    /// <summary>
    /// Returns whether a store refused because the position has expired. Then reading must start from the beginning.
    /// </summary>
    /// <param name="error">The store's error.</param>
    /// <returns>True for a UIDVALIDITY that changed (RFC 9051 section 2.3.1.1) and a delta token that expired
    /// (https://learn.microsoft.com/graph/delta-query-overview).</returns>
    public static bool IsLost(Exception error) =>
        error is ServiceRefusedException { Code: ImapCodes.UidValidity } or ServiceRefusedException { HttpStatus: 410 }
        || (error is ServiceRefusedException { Code: var code }
            && code.Equals("SyncStateNotFound", StringComparison.OrdinalIgnoreCase));
}
