namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// The server broke the protocol in a way after which nothing it sends can be trusted. The connection turns it into a
/// <see cref="ConnectionLostException"/>.
/// </summary>
internal sealed class ImapProtocolException(string message) : Exception(message);

/// <summary>One response does not follow the grammar; where it ends is known, so the next one can be read.</summary>
internal sealed class ImapSyntaxException(string message) : Exception(message);
