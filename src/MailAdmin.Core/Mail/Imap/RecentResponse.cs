namespace MailAdmin.Core.Mail.Imap;

/// <summary>RECENT (RFC 3501 section 7.3.2; gone in RFC 9051).</summary>
/// <param name="Count">How many messages are new to this session.</param>
internal sealed record RecentResponse(uint Count) : ImapResponse;
