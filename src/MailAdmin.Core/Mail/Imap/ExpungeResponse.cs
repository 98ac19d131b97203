namespace MailAdmin.Core.Mail.Imap;

/// <summary>EXPUNGE: a message is gone (RFC 9051 section 7.5.1).</summary>
/// <param name="SequenceNumber">Its number before it went; every higher one has become one less.</param>
internal sealed record ExpungeResponse(uint SequenceNumber) : ImapResponse;
