namespace MailAdmin.Core.Mail.Imap;

/// <summary>Something a server said: one line, with the literals that belong to it (RFC 9051 section 7).</summary>
internal abstract record ImapResponse;
