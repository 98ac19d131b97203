namespace MailAdmin.Core.Mail.Imap;

/// <summary>Data that does not follow the grammar, is unknown, or is too large. Where it ends is known, so the next response can be read.</summary>
/// <param name="Reason">What is wrong with it.</param>
internal sealed record UnreadableResponse(string Reason) : ImapResponse;
