namespace MailAdmin.Core.Mail.Imap;

/// <summary>A message or a part of one, in a FETCH response.</summary>
/// <param name="Section">In upper case; empty for the whole message (RFC 9051 section 6.4.5.1).</param>
/// <param name="Origin">Where a partial fetch began; null for a whole part.</param>
/// <param name="StreamedSize">Octets that went to their destination before; null when there were none.</param>
/// <param name="Value">The octets of a quoted string; null for NIL, and for what was streamed.</param>
internal readonly record struct FetchedSection(string Section, long? Origin, long? StreamedSize, byte[]? Value);
