using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Core.Diagnosis;

/// <summary>Determines the cause of a refused mailbox access.</summary>
internal static class RefusalCause
{
    /// <summary>Returns the failed check of a refusal, only from the service's response.</summary>
    /// <param name="e">The service's response.</param>
    /// <param name="check">The name of the check.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="cloud">Its cloud.</param>
    /// <param name="checks">The previous checks.</param>
    public static MailCheck Of(
        ServiceRefusedException e, string check, MailboxConnection connection, Cloud cloud, IReadOnlyList<MailCheck> checks)
    {
        var (reason, cause) = Meaning(e, check, connection, cloud, checks);
        return new MailCheck(check, CheckStatus.Failed)
        {
            Evidence = e.HttpStatus > 0 ? $"{e.Service} returned {e.HttpStatus} {e.Code}" : $"{e.Service} returned {e.Code}",
            Cause = cause,
            Reason = reason,
            Advice = AdviceOf(reason, e),
            Remedy = RemedyOf(reason, e, connection),
            ServiceMessage = e.Message,
            ServiceCode = e.SubCode ?? e.Code,
            RequestId = e.RequestId,
            CorrelationId = e.CorrelationId,
            HelpUri = e.HelpUri,
        };
    }

    /// <summary>Returns whether several causes are possible, so that the configuration must be read.</summary>
    public static bool IsGuess(MailCheck refused) => refused.Reason is MailCheckReason.Other && refused.Remedy is null;

    private static (MailCheckReason Reason, string Cause) Meaning(
        ServiceRefusedException e, string check, MailboxConnection connection, Cloud cloud, IReadOnlyList<MailCheck> checks) =>
        e switch
    {
        { Service: "Entra" } when check == "Endpoint" =>
            (e.Reason, $"{cloud.LoginHost} doesn't have the tenant '{connection.TenantId}': {e.Message}"),
        { Service: "Entra", Cause: { } cause } => (e.Reason, $"{cause} Entra: {e.Message}"),
        { Service: "Entra" } => (e.Reason, $"Entra didn't issue a token: {e.Message}"),
        { IsTransient: true } => (MailCheckReason.ServiceBusy, e.Message),
        { Service: "IMAP", Code: ImapCodes.AuthenticationFailed } when connection.Server is null => connection.Person is null
            ? (MailCheckReason.Other,
                "Exchange doesn't accept the sign-in. The token is for another service or lacks IMAP.AccessAsApp, or "
                    + "the app has no service principal with the correct object ID in Exchange.")
            : (MailCheckReason.Other,
                "Exchange doesn't accept the sign-in. The token is for another service or lacks "
                    + "IMAP.AccessAsUser.All, or the mailbox doesn't exist."),
        { Service: "IMAP", Code: ImapCodes.AuthenticationFailed } =>
            (MailCheckReason.CredentialWrong, "The server doesn't accept the token for this mailbox."),
        { Service: "IMAP", Code: ImapCodes.NotConnected } => (MailCheckReason.Other, connection.Person is null
            ? "The token is valid, but access to the mailbox is denied. FullAccess is missing, IMAP is disabled for "
                + "the mailbox, or it isn't in Exchange Online."
            : "The token is valid, but the user's access to the mailbox is denied. FullAccess is missing, IMAP is "
                + "disabled for the mailbox, or it isn't in Exchange Online."),
        { Service: "SMTP" } when SmtpCause.Of(e, connection) is { } known => (known.Reason, known.Cause),
        { Code: GraphCodes.AccessDenied } when e.Message.Contains("Access to OData is disabled", StringComparison.Ordinal) =>
            (MailCheckReason.PolicyDenied,
                $"An application access policy of the tenant denies the app access to '{connection.Mailbox}'."),
        { Code: GraphCodes.AccessDenied } when connection.Person is not null && !IsOwn(connection) => (MailCheckReason.Other,
            $"The user can't access '{connection.Mailbox}'. The user has no permission on the mailbox, or the app has "
                + "no .Shared permission for the user."),
        { Code: GraphCodes.AccessDenied } when checks.Any(c => c is { Name: "Claims", Status: CheckStatus.Skipped }) =>
            (MailCheckReason.Other,
                "The app has no permission on this mailbox. Its token contains no role for mail, and it has no role "
                    + "in Exchange for this mailbox."),
        { Code: GraphCodes.AccessDenied } =>
            (MailCheckReason.Other, "The app's permission doesn't include this mailbox or this action."),
        { Code: GraphCodes.InvalidUser or GraphCodes.ResourceNotFound or GraphCodes.RequestResourceNotFound } =>
            (MailCheckReason.MailboxNotFound, $"The mailbox '{connection.Mailbox}' wasn't found in this tenant."),
        { Code: GraphCodes.MailboxNotEnabled } =>
            (MailCheckReason.MailboxNotFound, $"'{connection.Mailbox}' has no active mailbox in Exchange Online."),
        { Code: GraphCodes.QuotaExceeded } => (MailCheckReason.MailboxFull, $"The mailbox '{connection.Mailbox}' is full."),
        { Code: GraphCodes.ItemNotFound } => (MailCheckReason.ItemNotFound, e.Message),
        { Code: GraphCodes.SendAsDenied } => (MailCheckReason.SendAsMissing, e.Message),
        _ => (e.Reason, e.Message),
    };

    private static string? AdviceOf(MailCheckReason reason, ServiceRefusedException e) =>
        reason == MailCheckReason.PolicyDenied ? GraphAdvice.PolicyDenied : e.Advice ?? GraphAdvice.Default;

    private static Remedy? RemedyOf(MailCheckReason reason, ServiceRefusedException e, MailboxConnection connection)
    {
        var to = new AccessRemedies(connection.ClientId, connection.Mailbox);
        return e.Remedy ?? reason switch
        {
            MailCheckReason.SmtpAuthDisabled => to.SmtpAuth(),
            MailCheckReason.PolicyDenied or MailCheckReason.MailboxNotFound when connection.Server is null =>
                to.Look(connection.Protocol),
            MailCheckReason.SendAsMissing when connection.Server is null && connection.Person is null =>
                to.Right(MailboxAccessRight.SendAs),
            _ => null,
        };
    }

    private static bool IsOwn(MailboxConnection connection) =>
        connection.Mailbox.Equals(connection.UserPrincipalName, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Returns the recent change that explains a refusal and might not have taken effect yet; null if there is none.
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
        return route is not { } known ? null
            : Recent(connection, wire, t => t.Letting(connection.ClientId, connection.Mailbox, known));
    }

    /// <summary>The change that can end an access that works now once it takes effect; null if there is none.</summary>
    public static RecentChange? ChangeAgainst(MailboxConnection connection, Wire wire) => Recent(
        connection, wire,
        t => t.Against(
            connection.ClientId, connection.Mailbox,
            connection.Protocol == MailProtocol.Graph ? AccessRoute.Graph : AccessRoute.Imap));

    private static RecentChange? Recent(
        MailboxConnection connection, Wire wire, Func<PropagationTracker, RecentChange?> find)
    {
        try
        {
            var journal = MailboxAccess.SessionOf(connection)?.Journal ?? ChangeJournal.Of(wire, connection.TenantId);
            return find(new PropagationTracker(journal, wire));
        }
        catch (InvalidRequestException unreadable)
        {
            VerboseLog.Write($"Recent changes can't be read: {unreadable.Message}");
            return null;
        }
    }
}
