namespace MailAdmin.Core.Diagnosis;

/// <summary>What stands behind a refusal over SMTP, by Exchange Online's words.</summary>
/// <remarks>
/// https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/authenticated-client-smtp-submission
/// </remarks>
internal static class SmtpCause
{
    private static readonly (string Text, string Cause)[] Table =
    [
        ("SmtpClientAuthentication is disabled for the Mailbox", "SMTP AUTH is switched off for the mailbox, for OAuth too."),
        ("SmtpClientAuthentication is disabled for the Tenant",
            "SMTP AUTH is switched off for the tenant, for OAuth too, and the mailbox has no setting of its own."),
        ("security defaults", "The tenant's security defaults switch SMTP AUTH off."),
        ("SendAsDenied", "The mailbox that signs in may not send as the From address, or the app may not send as the mailbox."),
        ("logon failure", "The app has neither Send As nor FullAccess on the mailbox."),
        ("5.7.3 Authentication unsuccessful",
            "Exchange doesn't accept the sign-in: the token is for another service, no such mailbox exists, the app's service "
            + "principal isn't registered in Exchange, or the app has neither SMTP.SendAsApp nor the role Application "
            + "SMTP.SendAsApp for the mailbox."),
    ];

    /// <summary>The cause; null when the words are not known.</summary>
    public static string? Of(ServiceRefusedException e, MailboxConnection connection) =>
        connection.Server is not null && e.Code == "AUTHENTICATIONFAILED"
            ? "The server does not accept the token for this mailbox."
        : Array.Find(Table, row => e.Message.Contains(row.Text, StringComparison.OrdinalIgnoreCase)).Cause;
}
