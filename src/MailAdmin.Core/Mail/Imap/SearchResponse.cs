namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// The messages that a search found: SEARCH (RFC 3501 section 7.2.5) or ESEARCH (RFC 9051 section 7.3.4), which a
/// <see cref="NumberReader"/> has read as it arrived.
/// </summary>
/// <param name="Uids">Which; UIDs, as no other search is ever sent.</param>
internal sealed record SearchResponse(UidSet Uids) : ImapResponse;
