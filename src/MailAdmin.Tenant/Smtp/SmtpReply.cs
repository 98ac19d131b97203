namespace MailAdmin.Tenant.Smtp;

/// <summary>An answer of Exchange Online, in its words.</summary>
/// <remarks>
/// Most are as administrators and clients report them: MailKit#1126, #1176, #1712, #904; email-oauth2-proxy#193, #271;
/// rss2email#147;
/// https://learn.microsoft.com/exchange/troubleshoot/send-emails/smtp-submission-improvements and
/// https://learn.microsoft.com/exchange/mail-flow-best-practices/non-delivery-reports-in-exchange-online/non-delivery-reports-in-exchange-online.
/// </remarks>
/// <param name="Code">Of RFC 5321.</param>
/// <param name="Text">Enhanced status code (RFC 3463) and words.</param>
internal sealed record SmtpReply(int Code, string Text)
{
    public static SmtpReply Ready { get; } = new(220, "2.0.0 SMTP server ready");

    public static SmtpReply Bye { get; } = new(221, "2.0.0 Service closing transmission channel");

    public static SmtpReply Ok { get; } = new(250, "2.0.0 OK");

    public static SmtpReply Reset { get; } = new(250, "2.0.0 Resetting");

    public static SmtpReply SenderOk { get; } = new(250, "2.1.0 Sender OK");

    public static SmtpReply RecipientOk { get; } = new(250, "2.1.5 Recipient OK");

    public static SmtpReply SignedIn { get; } = new(235, "2.7.0 Authentication successful");

    public static SmtpReply StartInput { get; } = new(354, "Start mail input; end with <CRLF>.<CRLF>");

    public static SmtpReply CannotVerify { get; } = new(252, "2.1.5 Cannot VRFY user");

    public static SmtpReply TooLong { get; } = new(500, "5.5.2 Line too long");

    public static SmtpReply InvalidArguments { get; } = new(501, "5.5.4 Invalid arguments");

    public static SmtpReply InvalidAddress { get; } = new(501, "5.1.7 Invalid address");

    public static SmtpReply BadSequence { get; } = new(503, "5.5.1 Bad sequence of commands");

    public static SmtpReply SenderAlready { get; } = new(503, "5.5.2 Sender already specified");

    public static SmtpReply NeedMail { get; } = new(503, "5.5.2 Need mail command");

    public static SmtpReply NeedRecipient { get; } = new(503, "5.5.2 Need rcpt command");

    public static SmtpReply UnknownMechanism { get; } = new(504, "5.7.4 Unrecognized authentication type");

    public static SmtpReply NeedsTls { get; } = new(451, "5.7.3 STARTTLS is required to send mail");

    public static SmtpReply NotSignedIn { get; } = new(530, "5.7.57 Client not authenticated to send mail.");

    public static SmtpReply SignInFailed { get; } = new(535, "5.7.3 Authentication unsuccessful");

    public static SmtpReply SignInCancelled { get; } = new(501, "5.7.0 Authentication cancelled");

    public static SmtpReply BasicIsOff { get; } =
        new(535, "5.7.139 Authentication unsuccessful, basic authentication is disabled.");

    public static SmtpReply OffForMailbox { get; } = new(535,
        "5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. "
        + "Visit https://aka.ms/smtp_auth_disabled for more information.");

    public static SmtpReply OffForTenant { get; } = new(535,
        "5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. "
        + "Visit https://aka.ms/smtp_auth_disabled for more information.");

    public static SmtpReply SecurityDefaults { get; } = new(535,
        "5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy. "
        + "Contact your administrator.");

    public static SmtpReply TooManyRecipients { get; } = new(452, "4.5.3 Too many recipients");

    public static SmtpReply TooManyConnections { get; } = new(432,
        "4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending for more information.");

    public static SmtpReply TooLarge { get; } = new(552, "5.3.4 Message size exceeds fixed maximum message size");

    public static SmtpReply Full { get; } = new(554,
        "5.2.2 mailbox full; STOREDRV.Submission.Exception:QuotaExceededException.MapiExceptionQuotaExceeded; "
        + "Failed to process message due to a permanent exception with message Cannot submit message.");

    public static SmtpReply SendAsDenied { get; } = new(554,
        "5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied; "
        + "Failed to process message due to a permanent exception with message Cannot submit message.");

    public static SmtpReply LogonFailed { get; } = new(430,
        "4.2.0 STOREDRV; mailbox logon failure; "
        + "STOREDRV.Submission.Exception:ConnectionFailedTransientException.MapiExceptionLogonFailed; "
        + "Failed to process message due to a transient exception with message [BeginDiagnosticData]Cannot open mailbox.");

    public static SmtpReply QuotaExceeded { get; } = new(554,
        "5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; "
        + "Failed to process message due to a permanent exception with message "
        + "The message can't be submitted because the sender's submission quota was exceeded.");

    /// <summary>The number is Microsoft's; of the text only its subject is known.</summary>
    public static SmtpReply RoutingDomainLimit { get; } = new(550,
        "5.7.236 Your message can't be sent because your tenant exceeded its daily limit for sending email to external "
        + "recipients from onmicrosoft.com domains.");

    /// <summary>Whether the server's name and the time follow, as in most refusals.</summary>
    public bool IsSigned => Code is >= 400 and not (501 or 503 or 504);
}
