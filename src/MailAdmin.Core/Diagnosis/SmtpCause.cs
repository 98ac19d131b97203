namespace MailAdmin.Core.Diagnosis;

/// <summary>Determines the cause of a refusal over SMTP from Exchange Online's text.</summary>
/// <remarks>
/// https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/authenticated-client-smtp-submission
/// </remarks>
internal static class SmtpCause
{
    private static readonly (string Text, MailCheckReason Reason, string Cause)[] Table =
    [
        ("SmtpClientAuthentication is disabled for the Mailbox", MailCheckReason.SmtpAuthDisabled,
            "SMTP AUTH is disabled for the mailbox, also for OAuth."),
        ("SmtpClientAuthentication is disabled for the Tenant", MailCheckReason.SmtpAuthDisabled,
            "SMTP AUTH is disabled for the tenant, also for OAuth, and the mailbox has no setting."),
        ("security defaults", MailCheckReason.SecurityDefaults, "The security defaults of the tenant disable SMTP AUTH."),
        ("SendAsDenied", MailCheckReason.SendAsMissing,
            "The mailbox that signs in can't send as the From address, or the app can't send as the mailbox."),
        ("logon failure", MailCheckReason.SendAsMissing, "The app has neither Send As nor FullAccess on the mailbox."),
        ("5.7.3 Authentication unsuccessful", MailCheckReason.Other,
            "Exchange doesn't accept the sign-in. The token is for another service, the mailbox doesn't exist, or "
            + "the app has no service principal in Exchange. Or the app has neither SMTP.SendAsApp nor the role "
            + "Application SMTP.SendAsApp for the mailbox."),
    ];

    /// <summary>The cause; null when the words aren't known.</summary>
    public static (MailCheckReason Reason, string Cause)? Of(ServiceRefusedException e, MailboxConnection connection)
    {
        if (connection.Server is not null && e.Code == "AUTHENTICATIONFAILED")
        {
            return (MailCheckReason.CredentialWrong, "The server doesn't accept the token for this mailbox.");
        }

        var row = Array.Find(Table, r => e.Message.Contains(r.Text, StringComparison.OrdinalIgnoreCase));
        return row.Text is null ? null : (row.Reason, row.Cause);
    }
}
