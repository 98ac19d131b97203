namespace MailAdmin.Core.Mail.Imap;

/// <summary>EXISTS: how many messages are in the selected mailbox (RFC 9051 section 7.4.1).</summary>
/// <param name="Count">How many.</param>
internal sealed record ExistsResponse(uint Count) : ImapResponse;
