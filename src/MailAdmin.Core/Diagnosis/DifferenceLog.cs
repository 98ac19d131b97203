using MailAdmin.Core.Base;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Diagnosis;

/// <summary>
/// Records in the journal since when an app's access differs from what is configured. Exchange has no time for many changes, such
/// as mailbox permissions, so the first time that a difference is seen takes its place: a difference that lasts longer than a
/// change takes has another cause.
/// </summary>
/// <param name="session">The session that reads what is configured.</param>
/// <param name="clientId">The app.</param>
/// <param name="mailbox">The mailbox.</param>
/// <param name="protocol">The protocol.</param>
internal sealed class DifferenceLog(Session session, string clientId, string mailbox, MailProtocol protocol)
{
    private readonly string _target = $"{mailbox} over {protocol}";

    /// <summary>The time from which the result is conclusive.</summary>
    /// <param name="changed">When the last known change takes effect; null if none is known.</param>
    public DateTimeOffset Due(DateTimeOffset? changed)
    {
        var (wire, now) = (session.Wire, session.Wire.Time.GetUtcNow());
        return changed > now ? changed.Value
            : Since(now) + (protocol == MailProtocol.Graph ? wire.Propagation.Roles : wire.Propagation.Permissions);
    }

    /// <summary>Notes that what was tried and what is configured agree.</summary>
    public void End()
    {
        if (Try(() => Last()) is { } last && JournalAction.FindDifference.Is(last))
        {
            Note(JournalAction.EndDifference);
        }
    }

    private DateTimeOffset Since(DateTimeOffset now)
    {
        if (Try(() => Last()) is { } last && JournalAction.FindDifference.Is(last))
        {
            return last.At;
        }

        Note(JournalAction.FindDifference);
        return now;
    }

    private MailAdminChange? Last() => session.Journal.Until(session.Wire.Time.GetUtcNow()).LastOrDefault(c =>
        (JournalAction.FindDifference.Is(c) || JournalAction.EndDifference.Is(c))
        && clientId.Equals(c.ClientId, StringComparison.OrdinalIgnoreCase)
        && _target.Equals(c.Target, StringComparison.OrdinalIgnoreCase));

    private void Note(JournalAction action) => Try<object>(() =>
    {
        session.Note(new ChangeNote(action, clientId, _target));
        return null;
    });

    /// <summary>A test works without a journal, too.</summary>
    private static T? Try<T>(Func<T?> work)
        where T : class
    {
        try
        {
            return work();
        }
        catch (InvalidRequestException e)
        {
            VerboseLog.Write($"The journal can't be used: {e.Message}");
            return null;
        }
    }
}
