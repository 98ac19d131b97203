namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// The octets of a message, or of a part of one, follow now. The <see cref="FetchResponse"/> that they belong to comes after
/// them, and only that says that they are complete.
/// </summary>
/// <param name="Uid">The message; null when the server names it only after the octets.</param>
/// <param name="Section">What was asked for; empty for the whole message (RFC 9051 section 6.4.5).</param>
/// <param name="Origin">Where a partial fetch begins; null for a whole part.</param>
/// <param name="Size">How many octets.</param>
internal sealed record FetchLiteral(uint? Uid, string Section, long? Origin, long Size) : ImapResponse;
