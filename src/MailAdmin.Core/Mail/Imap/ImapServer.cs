namespace MailAdmin.Core.Mail.Imap;

/// <summary>Represents an IMAP server.</summary>
internal sealed record ImapServer : MailServer
{
    public ImapServer() => (Port, Security) = (993, ImapSecurity.Tls);
}
