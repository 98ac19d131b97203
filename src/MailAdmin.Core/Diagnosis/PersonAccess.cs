using MailAdmin.Core.Access;
using MailAdmin.Core.Base;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Core.Diagnosis;

/// <summary>
/// Determines a signed-in user's access to a mailbox: the app's permission, the user's own permission, and the protocol settings.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/graph/outlook-share-messages-folders: another user's mailbox requires a .Shared permission and a
/// permission in Exchange.
/// </remarks>
internal sealed class PersonAccess(Session session, MailboxConnection connection, ExchangeMailbox mailbox)
{
    private readonly AccessRemedies _to = new(connection.ClientId, mailbox.Address, mailbox.ObjectId);

    /// <summary>Finds what denies it.</summary>
    public async Task<CauseFound> FindAsync(bool sends, AccessToken? token, CancellationToken cancellationToken)
    {
        var user = connection.UserPrincipalName ?? token?.User;
        var isOwn = user is not null
            && (mailbox.Is(user) || user.Equals(mailbox.UserPrincipalName, StringComparison.OrdinalIgnoreCase));
        if (token is not null && MissingScope(token, isOwn, sends) is { } scope)
        {
            return Denied(
                MailCheckReason.PermissionMissing, $"The app has no permission {scope} for the user.",
                "Grant the permission for this user, and sign in again.",
                new Remedy(
                    $"Grant-MailAppConsent -App {CommandText.Of(connection.ClientId)} -DelegatedPermission {scope}"
                        + (user is null ? "" : $" -User {CommandText.Of(user)}"))
                {
                    RequiredRole = "Privileged Role Administrator",
                });
        }

        if (!isOwn && user is not null
            && await RightAsync(user, sends, cancellationToken).ConfigureAwait(false) is { } missing)
        {
            return missing;
        }

        var settings = connection.Protocol == MailProtocol.Graph ? null
            : await new MailboxSettings(session).GetAsync(mailbox, cancellationToken).ConfigureAwait(false);
        var check = (connection.Protocol, settings) switch
        {
            (MailProtocol.Imap, not null) => AccessChecks.ImapEnabled(settings.ImapEnabled, _to),
            (MailProtocol.Smtp, not null) =>
                AccessChecks.SmtpAuth(settings.SmtpAuthEnabled, settings.SmtpAuthInherited == true, _to),
            _ => null,
        };
        return check?.Status == CheckStatus.Failed
            ? new CauseFound(check, IsAllowed: false) : new CauseFound(null, IsAllowed: true);
    }

    private async Task<CauseFound?> RightAsync(string user, bool sends, CancellationToken cancellationToken)
    {
        var person = await ExchangePeople.FindAsync(session, user, cancellationToken).ConfigureAwait(false);
        var rights = await MailboxRights.ReadAsync(session, mailbox.Address, person, cancellationToken).ConfigureAwait(false);
        var (needed, reason) = sends || connection.Protocol == MailProtocol.Smtp
            ? (MailboxAccessRight.SendAs, MailCheckReason.SendAsMissing)
            : (MailboxAccessRight.FullAccess, MailCheckReason.FullAccessMissing);
        return rights.Contains(needed) ? null : Denied(
            reason, $"{user} has no {(needed == MailboxAccessRight.SendAs ? "Send As" : "FullAccess")} on {mailbox.Address}.",
            "Grant the user the permission on the mailbox. It takes up to an hour to take effect.",
            _to.UserRight(user, needed == MailboxAccessRight.SendAs));
    }

    /// <summary>The permission that the token would have to carry; null if it does.</summary>
    private string? MissingScope(AccessToken token, bool isOwn, bool sends)
    {
        if (!token.IsReadable)
        {
            return null;
        }

        bool Has(string scope) => token.Scopes.Contains(scope, StringComparer.OrdinalIgnoreCase);
        return connection.Protocol switch
        {
            MailProtocol.Imap => Has("IMAP.AccessAsUser.All") ? null : "Exchange/IMAP.AccessAsUser.All",
            MailProtocol.Smtp => Has("SMTP.Send") ? null : "Exchange/SMTP.Send",
            _ when sends && isOwn => Has("Mail.Send") ? null : "Graph/Mail.Send",
            _ when sends => Has("Mail.Send.Shared") ? null : "Graph/Mail.Send.Shared",
            _ when isOwn => token.Scopes.Any(s => s.StartsWith("Mail.Read", StringComparison.OrdinalIgnoreCase))
                ? null : "Graph/Mail.Read",
            _ => Has("Mail.Read.Shared") || Has("Mail.ReadWrite.Shared") ? null : "Graph/Mail.Read.Shared",
        };
    }

    private static CauseFound Denied(MailCheckReason reason, string cause, string advice, Remedy remedy) => new(
        new MailCheck("Mailbox", CheckStatus.Failed)
        {
            Reason = reason, Cause = cause, Advice = advice, Remedy = remedy,
        },
        IsAllowed: false);
}
