namespace MailAdmin.Core.Mail.Smtp;

/// <summary>Represents a submission server.</summary>
internal sealed record SmtpServer : MailServer
{
    public SmtpServer() => (Port, Security) = (587, ImapSecurity.StartTls);

    /// <summary>Whether it's Exchange Online's, which saves a copy of sent messages and limits the rate.</summary>
    public bool IsExchangeOnline { get; init; }
}
