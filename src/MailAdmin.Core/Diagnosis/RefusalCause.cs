using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Core.Diagnosis;

/// <summary>What stands behind a refusal of a mailbox.</summary>
internal static class RefusalCause
{
    /// <summary>The cause, in words.</summary>
    /// <param name="e">What the service said.</param>
    /// <param name="check">What was looked at.</param>
    /// <param name="connection">What was opened.</param>
    /// <param name="cloud">Its cloud.</param>
    /// <param name="checks">What was found out before.</param>
    public static string Of(
        ServiceRefusedException e, string check, MailboxConnection connection, Cloud cloud, IReadOnlyList<MailCheck> checks) =>
        e switch
    {
        { Service: "Entra" } when check == "Endpoint" =>
            $"{cloud.LoginHost} does not serve the tenant '{connection.TenantId}': {e.Message}",
        { Service: "Entra", Code: EntraCodes.InvalidClient } =>
            $"Entra does not accept the app's "
                + $"{(connection.CredentialType == "Certificate" ? "certificate" : "secret")}: {e.Message}",
        { Service: "IMAP", Code: ImapCodes.AuthenticationFailed } when connection.Server is null =>
            "Exchange does not accept the sign-in: the token is for another service or lacks IMAP.AccessAsApp, or the app's "
                + "service principal is not registered in Exchange with the enterprise application's object id.",
        { Service: "IMAP", Code: ImapCodes.AuthenticationFailed } => "The server does not accept the token for this mailbox.",
        { Service: "IMAP", Code: ImapCodes.NotConnected } =>
            "The token is good, and the mailbox is not open to the app: FullAccess is missing, IMAP is switched off on the "
                + "mailbox, or it has no mailbox in Exchange Online.",
        { Service: "SMTP" } when SmtpCause.Of(e, connection) is { } cause => cause,
        { Service: "Entra" } => $"Entra gives no token: {e.Message}",
        { Code: GraphCodes.AccessDenied } when e.Message.Contains("Access to OData is disabled", StringComparison.Ordinal) =>
            $"An application access policy of the tenant keeps the app out of '{connection.Mailbox}'.",
        { Code: GraphCodes.AccessDenied } when checks.Any(c => c is { Name: "Claims", Status: CheckStatus.Skipped }) =>
            "The app has no permission on this mailbox: its token carries no mail role, and Exchange grants it nothing "
                + "here either.",
        { Code: GraphCodes.AccessDenied } => "The app's permission does not reach this mailbox or this action.",
        { Code: GraphCodes.InvalidUser or GraphCodes.ResourceNotFound or GraphCodes.RequestResourceNotFound } =>
            $"There is no mailbox '{connection.Mailbox}' in this tenant.",
        { Code: GraphCodes.MailboxNotEnabled } => $"'{connection.Mailbox}' has no mailbox in Exchange Online that is active.",
        _ => e.Message,
    };

    /// <summary>
    /// The change that explains a refusal, and that might not have taken effect yet; null when there is none.
    /// </summary>
    public static RecentChange? ChangeBehind(ServiceRefusedException e, MailboxConnection connection, Wire wire)
    {
        AccessRoute? route = e switch
        {
            { Service: "Entra", Code: EntraCodes.InvalidClient or EntraCodes.UnauthorizedClient } => AccessRoute.SignIn,
            { Service: "IMAP", Code: ImapCodes.AuthenticationFailed or ImapCodes.NotConnected } when connection.Server is null =>
                AccessRoute.Imap,
            { Service: "SMTP" } when connection.Server is null => AccessRoute.Imap,
            { Code: GraphCodes.AccessDenied } => AccessRoute.Graph,
            _ => null,
        };
        try
        {
            var journal = MailboxAccess.SessionOf(connection)?.Journal ?? ChangeJournal.Of(wire, connection.TenantId);
            return route is { } known
                ? new PropagationTracker(journal, wire).Letting(connection.ClientId, connection.Mailbox, known)
                : null;
        }
        catch (InvalidRequestException unreadable)
        {
            VerboseLog.Write($"Whether a change is too young to judge can't be told: {unreadable.Message}");
            return null;
        }
    }
}
