using MailAdmin.Core.Base;

namespace MailAdmin.Core.Journal;

/// <summary>Specifies where a change must propagate before it takes effect.</summary>
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

/// <summary>Specifies the subject of a change.</summary>
internal enum ChangeSubject
{
    /// <summary>A registration or an enterprise application.</summary>
    App,
    /// <summary>A secret or a certificate of an app.</summary>
    Credential,
    /// <summary>The users who can sign in to an app.</summary>
    Assignment,
    /// <summary>A permission granted in Entra; the target names it with its resource.</summary>
    Grant,
    /// <summary>
    /// The Exchange data about an app: its service principal, role assignments, scopes, policies, and the groups that these name.
    /// </summary>
    ExchangeApp,
    /// <summary>A permission of an app or a user on one mailbox, which is the target.</summary>
    MailboxRight,
    /// <summary>The settings of one mailbox, for all clients; the mailbox is the target.</summary>
    MailboxSetting,
    /// <summary>A setting of the whole tenant.</summary>
    Tenant,
    /// <summary>No change: a discovery, an announcement, or a verification.</summary>
    Nothing,
}

/// <summary>
/// Represents an action of the journal: its name, its subject, the propagation time for each route, and whether it can grant
/// access that was denied. An action of an Exchange cmdlet has the name of the cmdlet.
/// </summary>
/// <param name="Name">The name in the journal. Don't rename it, because journals are kept.</param>
/// <param name="About">The subject of the action.</param>
/// <param name="LetsIn">Whether the action can grant access to an app: it adds access, or removes a restriction.</param>
internal sealed partial record JournalAction(string Name, ChangeSubject About, bool LetsIn = true)
{
    /// <summary>The time until sign-ins follow the change; null if it doesn't affect them.</summary>
    private Func<PropagationTimes, TimeSpan>? SignIn { get; init; }

    /// <summary>The time until Graph and EWS follow the change; null if it doesn't affect them.</summary>
    private Func<PropagationTimes, TimeSpan>? Graph { get; init; }

    /// <summary>The time until IMAP follows the change; null if it doesn't affect IMAP.</summary>
    private Func<PropagationTimes, TimeSpan>? Imap { get; init; }

    /// <summary>Returns the time until a route follows the change; null if it doesn't affect that route.</summary>
    public TimeSpan? Takes(AccessRoute route, PropagationTimes times) => route switch
    {
        AccessRoute.SignIn => SignIn?.Invoke(times),
        AccessRoute.Imap => Imap?.Invoke(times),
        _ => Graph?.Invoke(times),
    };

    /// <summary>Whether a change is of this action.</summary>
    public bool Is(MailAdminChange change) => change.Action == Name;

    /// <summary>Returns the action of a change; null if this version has no such action.</summary>
    public static JournalAction? Of(MailAdminChange change) => ByName.GetValueOrDefault(change.Action);

    /// <summary>Returns the action of an Exchange cmdlet.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <exception cref="KeyNotFoundException">It isn't in the table.</exception>
    public static JournalAction OfCmdlet(string cmdlet) => ByName[cmdlet];

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>Represents a change as the journal records it, before it's made.</summary>
/// <param name="Action">The action.</param>
/// <param name="ClientId">Client ID of the affected app; null for none.</param>
/// <param name="Target">The changed object.</param>
/// <param name="Before">The value before the change; null if there was none.</param>
/// <param name="After">The value after the change; null if it's removed.</param>
internal sealed record ChangeNote(
    JournalAction Action, string? ClientId, string Target, string? Before = null, string? After = null);
