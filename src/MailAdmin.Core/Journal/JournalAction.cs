using MailAdmin.Core.Base;

namespace MailAdmin.Core.Journal;

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

/// <summary>What a change is about.</summary>
internal enum ChangeSubject
{
    /// <summary>A registration or an enterprise application.</summary>
    App,
    /// <summary>A secret or a certificate of an app.</summary>
    Credential,
    /// <summary>Who may sign in to an app.</summary>
    Assignment,
    /// <summary>A permission granted in Entra; the target names it with its resource.</summary>
    Grant,
    /// <summary>What Exchange remembers for an app: its entry, roles, scopes, policies and the groups that these name.</summary>
    ExchangeApp,
    /// <summary>A right of an app or a person on one mailbox, which is the target.</summary>
    MailboxRight,
    /// <summary>How one mailbox is set, whoever opens it; the mailbox is the target.</summary>
    MailboxSetting,
    /// <summary>A setting of the whole tenant.</summary>
    Tenant,
    /// <summary>Nothing was changed: something was found, announced or proved.</summary>
    Nothing,
}

/// <summary>
/// An action of the journal: what it is called there, what it is about, how long each route takes to obey it, and whether it can
/// open a mailbox that was closed. An action that a cmdlet of Exchange makes has the cmdlet's name.
/// </summary>
/// <param name="Name">What the journal calls it. Journals are kept: a name stays.</param>
/// <param name="About">What it is about.</param>
/// <param name="LetsIn">
/// Whether it can let an app in: something was added, or something that restricts was taken away.
/// </param>
internal sealed partial record JournalAction(string Name, ChangeSubject About, bool LetsIn = true)
{
    /// <summary>How long sign-ins take to obey it; null when it is nothing to them.</summary>
    private Func<PropagationTimes, TimeSpan>? SignIn { get; init; }

    /// <summary>How long Graph and EWS take to obey it; null when it is nothing to them.</summary>
    private Func<PropagationTimes, TimeSpan>? Graph { get; init; }

    /// <summary>How long IMAP takes to obey it; null when it is nothing to it.</summary>
    private Func<PropagationTimes, TimeSpan>? Imap { get; init; }

    /// <summary>How long a route takes to obey it; null when it is nothing to that route.</summary>
    public TimeSpan? Takes(AccessRoute route, PropagationTimes times) => route switch
    {
        AccessRoute.SignIn => SignIn?.Invoke(times),
        AccessRoute.Imap => Imap?.Invoke(times),
        _ => Graph?.Invoke(times),
    };

    /// <summary>Whether a change is of this action.</summary>
    public bool Is(MailAdminChange change) => change.Action == Name;

    /// <summary>The action that a change is of; null for one that this version doesn't know.</summary>
    public static JournalAction? Of(MailAdminChange change) => ByName.GetValueOrDefault(change.Action);

    /// <summary>The action that a cmdlet of Exchange makes.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <exception cref="KeyNotFoundException">It isn't in the table.</exception>
    public static JournalAction OfCmdlet(string cmdlet) => ByName[cmdlet];

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>A change as the journal will tell it, before it has happened.</summary>
/// <param name="Action">What is done.</param>
/// <param name="ClientId">Client ID of the app that it is about; null when it is about none.</param>
/// <param name="Target">What is changed.</param>
/// <param name="Before">What it was before; null when it wasn't there.</param>
/// <param name="After">What it is then; null when it is gone.</param>
internal sealed record ChangeNote(
    JournalAction Action, string? ClientId, string Target, string? Before = null, string? After = null);
