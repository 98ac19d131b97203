using MailAdmin.Core.Access;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Base;
using MailAdmin.Core.Journal;

namespace MailAdmin.Core.Diagnosis;

/// <summary>Where a change has to arrive before it counts.</summary>
internal enum AccessRoute
{
    /// <summary>Entra's sign-in: apps, credentials.</summary>
    SignIn,
    /// <summary>Graph: roles, scopes, policies, grants.</summary>
    Graph,
    /// <summary>Exchange Web Services: the same, with grants of Exchange's own.</summary>
    Ews,
    /// <summary>IMAP: the service principal in Exchange, rights on the mailbox, its switches, grants.</summary>
    Imap,
}

/// <summary>A change that is younger than the time the service takes to apply it.</summary>
/// <param name="ConclusiveAfter">From when on it counts everywhere.</param>
internal sealed record RecentChange(MailAdminChange Change, DateTimeOffset ConclusiveAfter);

/// <summary>Tells from the journal how long what is configured for an app is not yet what the service does.</summary>
/// <param name="journal">The journal of the app's tenant.</param>
/// <param name="wire">Whose clock and times.</param>
internal sealed class PropagationTracker(ChangeJournal journal, Wire wire)
{
    private static readonly string[] OfSignIn =
    [
        "New app", "New enterprise application", "Change app", CredentialChanges.NewSecret, CredentialChanges.NewCertificate,
    ];

    /// <summary>The change that settles last; null when none is young.</summary>
    /// <param name="clientId">The app.</param>
    /// <param name="mailbox">Primary address of the mailbox.</param>
    /// <param name="route">What is asked about.</param>
    public RecentChange? Latest(string clientId, string mailbox, AccessRoute route) =>
        Latest(clientId, mailbox, route, _ => true);

    /// <summary>
    /// The change that may let the app in once it has settled, and so explains why it is kept out now; null when there is none.
    /// </summary>
    /// <param name="clientId">The app.</param>
    /// <param name="mailbox">Primary address of the mailbox.</param>
    /// <param name="route">What refused the app.</param>
    public RecentChange? Letting(string clientId, string mailbox, AccessRoute route) => Latest(clientId, mailbox, route, LetsIn);

    private RecentChange? Latest(string clientId, string mailbox, AccessRoute route, Func<MailAdminChange, bool> which)
    {
        var now = wire.Time.GetUtcNow();
        return journal.Until(now)
            .Where(c => (c.ClientId is null || c.ClientId.Equals(clientId, StringComparison.OrdinalIgnoreCase)) && which(c))
            .Select(c => (Change: c, Takes: Takes(c, mailbox, route)))
            .Where(c => c.Takes is { } takes && c.Change.At + takes > now)
            .Select(c => new RecentChange(c.Change, c.Change.At + c.Takes!.Value)).MaxBy(c => c.ConclusiveAfter);
    }

    /// <summary>How long a change takes to count; null when it is about something else.</summary>
    private TimeSpan? Takes(MailAdminChange change, string mailbox, AccessRoute route)
    {
        var times = wire.Propagation;
        var isOfApp = change.ClientId is not null;
        var isOfMailbox = change.Target.Equals(mailbox, StringComparison.OrdinalIgnoreCase);
        return (route, change.Action) switch
        {
            (AccessRoute.SignIn, var action) when isOfApp && OfSignIn.Contains(action) => times.Directory,
            (AccessRoute.SignIn, _) => null,
            // A new grant is in the next token, as soon as Entra knows it everywhere; one that is gone stays in the old ones.
            (_, AppConsent.Revoked or AppConsent.Granted)
                when !isOfApp
                    || !change.Target.Contains(
                        route == AccessRoute.Graph ? "Graph/" : "Exchange/", StringComparison.Ordinal) => null,
            (_, AppConsent.Revoked) => times.Tokens,
            (_, AppConsent.Granted) => times.Directory,
            (AccessRoute.Graph or AccessRoute.Ews, var action) when isOfApp && AppScopes.IsAboutRoles(action) => times.Roles,
            (AccessRoute.Imap, var action) when isOfApp && action.EndsWith("ServicePrincipal", StringComparison.Ordinal) =>
                times.Permissions,
            (AccessRoute.Imap, var action)
                when isOfApp && isOfMailbox && action.EndsWith("MailboxPermission", StringComparison.Ordinal) =>
                times.Permissions,
            (AccessRoute.Imap, "Set-CASMailbox") when isOfMailbox => times.Permissions,
            _ => null,
        };
    }

    /// <summary>
    /// Whether a change can open a mailbox that was closed: something was added, or something that restricts was taken away.
    /// </summary>
    private static bool LetsIn(MailAdminChange change) => change.Action switch
    {
        AppConsent.Revoked or "New-ApplicationAccessPolicy" => false,
        "Remove-ApplicationAccessPolicy" or "Remove-DistributionGroupMember" => true,
        var action => !action.StartsWith("Remove", StringComparison.Ordinal),
    };
}
