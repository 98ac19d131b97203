using MailAdmin.Core.Base;
using MailAdmin.Core.Journal;

namespace MailAdmin.Core.Diagnosis;

/// <summary>A change that is younger than the time the service takes to obey it.</summary>
/// <param name="Change">The change.</param>
/// <param name="ConclusiveAfter">From when on it counts everywhere.</param>
internal sealed record RecentChange(MailAdminChange Change, DateTimeOffset ConclusiveAfter);

/// <summary>Tells from the journal how long what is configured for an app is not yet what the service does.</summary>
/// <param name="journal">The journal of the app's tenant.</param>
/// <param name="wire">Whose clock and times.</param>
internal sealed class PropagationTracker(ChangeJournal journal, Wire wire)
{
    /// <summary>The change that settles last; null when none is young.</summary>
    /// <param name="clientId">The app.</param>
    /// <param name="mailbox">Primary address of the mailbox.</param>
    /// <param name="way">What is asked about.</param>
    public RecentChange? Latest(string clientId, string mailbox, AccessRoute way) => Latest(clientId, mailbox, way, _ => true);

    /// <summary>
    /// The change that may let the app in once it has settled, and so explains why it is kept out now; null when there is none.
    /// </summary>
    /// <param name="clientId">The app.</param>
    /// <param name="mailbox">Primary address of the mailbox.</param>
    /// <param name="way">What refused the app.</param>
    public RecentChange? Letting(string clientId, string mailbox, AccessRoute way) =>
        Latest(clientId, mailbox, way, c => JournalAction.Of(c)?.LetsIn == true);

    /// <summary>
    /// The change that takes access away once it has taken effect, and so ends what works now; null when there is none.
    /// </summary>
    /// <param name="clientId">The app.</param>
    /// <param name="mailbox">Primary address of the mailbox.</param>
    /// <param name="way">What works.</param>
    public RecentChange? Against(string clientId, string mailbox, AccessRoute way) =>
        Latest(clientId, mailbox, way, c => JournalAction.Of(c)?.LetsIn == false);

    private RecentChange? Latest(string clientId, string mailbox, AccessRoute way, Func<MailAdminChange, bool> which)
    {
        var now = wire.Time.GetUtcNow();
        return journal.Until(now)
            .Where(c => (c.ClientId is null || c.ClientId.Equals(clientId, StringComparison.OrdinalIgnoreCase)) && which(c))
            .Select(c => (Change: c, Takes: Takes(c, mailbox, way))).Where(c => c.Takes is { } takes && c.Change.At + takes > now)
            .Select(c => new RecentChange(c.Change, c.Change.At + c.Takes!.Value)).MaxBy(c => c.ConclusiveAfter);
    }

    /// <summary>How long a change takes to count; null when it is about something else.</summary>
    private TimeSpan? Takes(MailAdminChange change, string mailbox, AccessRoute way)
    {
        if (JournalAction.Of(change) is not { } action)
        {
            return null;
        }

        var resource = way == AccessRoute.Graph ? "Graph/" : "Exchange/";
        var isOfMailbox = change.Target.Equals(mailbox, StringComparison.OrdinalIgnoreCase);
        var concerns = action.About switch
        {
            ChangeSubject.MailboxSetting => isOfMailbox,
            ChangeSubject.MailboxRight => change.ClientId is not null && isOfMailbox,
            ChangeSubject.Grant => change.ClientId is not null && change.Target.Contains(resource, StringComparison.Ordinal),
            _ => change.ClientId is not null,
        };
        return concerns ? action.Takes(way, wire.Propagation) : null;
    }
}
