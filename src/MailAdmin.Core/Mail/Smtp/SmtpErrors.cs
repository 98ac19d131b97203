namespace MailAdmin.Core.Mail.Smtp;

/// <summary>Maps a server's responses over SMTP to exceptions; the only class that does.</summary>
internal static class SmtpErrors
{
    /// <summary>
    /// Recommended actions for Exchange Online's refusals, by their text. Sources in addition to the sandbox's answers:
    /// https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/authenticated-client-smtp-submission.
    /// </summary>
    private static readonly (string Text, string Advice)[] Table =
    [
        ("SmtpClientAuthentication is disabled for the Mailbox",
            "SMTP AUTH is disabled for the mailbox, also for OAuth. Run Set-MailboxSetting -SmtpAuth Enabled."),
        ("SmtpClientAuthentication is disabled for the Tenant",
            "SMTP AUTH is disabled for the tenant, also for OAuth. To enable it for this mailbox only, run "
            + "Set-MailboxSetting -SmtpAuth Enabled. Or send over Graph."),
        ("security defaults",
            "The security defaults of the tenant disable SMTP AUTH. Send over Graph, or replace security defaults "
            + "with Conditional Access policies."),
        ("basic authentication is disabled",
            "Exchange Online doesn't accept passwords. Sign in with OAuth: New-MailboxConnection -Protocol Smtp."),
        ("5.7.3 Authentication unsuccessful",
            "Check that the token is for https://outlook.office365.com and that the address of the mailbox is "
            + "correct. Check that the app has a service principal in Exchange. The app requires SMTP.SendAsApp "
            + "with SendAs on the mailbox (Grant-MailboxAccess -SendAs), or the role Application SMTP.SendAsApp "
            + "(Limit-MailApp)."),
        ("SendAsDenied",
            "Exchange checks the mailbox that signs in. Grant it Send As on the From address (Grant-MailboxAccess -SendAs), or "
            + "use a connection to the mailbox of that address."),
        ("logon failure",
            "The app can't access the mailbox. Run Grant-MailboxAccess -SendAs for the app and the mailbox."),
        ("SubmissionQuotaExceeded",
            "The mailbox has sent to 10,000 recipients in 24 hours. Wait until the number decreases, or use another "
            + "service for bulk mail."),
        ("5.7.236",
            "A tenant can send to 100 external recipients a day from onmicrosoft.com addresses. Send from an address of your own "
            + "domain."),
        ("mailbox full", "The mailbox is full and can't keep a copy of the sent message. Delete or archive messages."),
        ("Concurrent connections limit", "A mailbox can send over three connections at a time. Stop other programs "
            + "that send from it."),
        ("thread limit exceeded", "A mailbox can send over three connections at a time. Stop other programs that "
            + "send from it."),
        ("5.3.4", "The message is larger than the mailbox can send. Send a link instead of the attachment."),
        ("5.1.", "Check the addresses of the recipients in the error."),
    ];

    /// <summary>A command was refused.</summary>
    /// <param name="reason">The status in the refusal of a token.</param>
    /// <param name="recipients">The refused recipients, if it's about them.</param>
    public static ServiceRefusedException Refused(
        SmtpReply reply, bool isSignIn = false, string? reason = null, IReadOnlyList<RefusedRecipient>? recipients = null)
    {
        var about = recipients is [_, ..]
            ? $"Nothing was sent. Rejected: {string.Join("; ", recipients)}"
            : reply.Text.Length > 0 ? reply.Text : $"{reply.Code}";
        return new ServiceRefusedException(about)
        {
            Service = "SMTP",
            // A sign-in is refused permanently (5) or temporarily (4). That the sign-in was refused is more specific than the
            // number.
            Code = isSignIn && reply.Code >= 500 ? "AUTHENTICATIONFAILED" : reply.BestCode,
            SubCode = isSignIn ? reason ?? reply.Status : null,
            Recipient = [.. recipients ?? []],
            Advice = AdviceFor(recipients is [var first, ..] ? first.Message : reply.Text) ?? DefaultAdvice(reply),
        };
    }

    /// <summary>Returns the recommended action for a response, by its text; null if the text is unknown.</summary>
    public static string? AdviceFor(string text) =>
        Array.Find(Table, row => text.Contains(row.Text, StringComparison.OrdinalIgnoreCase)).Advice;

    private static string? DefaultAdvice(SmtpReply reply) => reply.Code switch
    {
        530 => "The connection was rejected. Sign in before you send.",
        >= 400 and < 500 => "The server temporarily rejected the message. Send it again later.",
        _ => null,
    };
}
