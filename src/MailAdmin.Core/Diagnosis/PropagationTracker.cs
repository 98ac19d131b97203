using MailAdmin.Core.Base;
using MailAdmin.Core.Journal;

namespace MailAdmin.Core.Diagnosis;

/// <summary>Represents a change that hasn't propagated yet.</summary>
/// <param name="Change">The change.</param>
/// <param name="ConclusiveAfter">From when on it counts everywhere.</param>
internal sealed record RecentChange(MailAdminChange Change, DateTimeOffset ConclusiveAfter);

/// <summary>Determines from the journal until when the configuration of an app isn't in effect.</summary>
/// <param name="journal">The journal of the app's tenant.</param>
/// <param name="wire">The wire with the clock and the propagation times.</param>
internal sealed class PropagationTracker(ChangeJournal journal, Wire wire)
{
    /// <summary>The change that settles last; null when none is young.</summary>
    /// <param name="clientId">The app.</param>
    /// <param name="mailbox">Primary address of the mailbox.</param>
    /// <param name="way">The route to check.</param>
    public RecentChange? Latest(string clientId, string mailbox, AccessRoute way) => Latest(clientId, mailbox, way, _ => true);

    /// <summary>
    /// Returns the recent change that can grant access after it propagates, and so explains the denial; null if there is none.
    /// </summary>
    /// <param name="clientId">The app.</param>
    /// <param name="mailbox">Primary address of the mailbox.</param>
    /// <param name="way">The route on which access was denied.</param>
    public RecentChange? Letting(string clientId, string mailbox, AccessRoute way) =>
        Latest(clientId, mailbox, way, c => JournalAction.Of(c)?.LetsIn == true);

    /// <summary>
    /// Returns the recent change that removes access after it takes effect, and so ends the access that works now; null if there
    /// is none.
    /// </summary>
    /// <param name="clientId">The app.</param>
    /// <param name="mailbox">Primary address of the mailbox.</param>
    /// <param name="way">The route that works.</param>
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

    /// <summary>Returns the propagation time of a change; null if it's about something else.</summary>
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
