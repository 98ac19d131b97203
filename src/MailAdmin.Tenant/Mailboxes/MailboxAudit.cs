using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.Mailboxes;

/// <summary>Represents an action in a mailbox, as in the unified audit log.</summary>
/// <param name="Operation">The mailbox action: https://learn.microsoft.com/purview/audit-mailboxes#mailbox-actions.</param>
/// <param name="AppId">The client.</param>
/// <param name="ActorId">Object ID of the service principal, or of the user of delegated access.</param>
/// <param name="Mailbox">In which mailbox.</param>
internal sealed record AuditEntry(string Operation, string AppId, string ActorId, Mailbox Mailbox, DateTimeOffset At)
{
    public string Id { get; } = Guid.NewGuid().ToString();

    /// <summary>The number of actions in a record.</summary>
    public int Count { get; set; } = 1;

    /// <summary>Whether the app acted on behalf of a user.</summary>
    public bool IsPerson { get; init; }

    public string ClientIp { get; init; } = MailboxAudit.DefaultIp;
}

/// <summary>
/// The mailbox actions of the last 180 days: https://learn.microsoft.com/purview/audit-log-retention-policies. Accesses of two
/// minutes are one record: https://learn.microsoft.com/purview/audit-log-investigate-accounts#auditing-bind-access.
/// </summary>
internal sealed class MailboxAudit(TenantClock clock)
{
    public const string DefaultIp = "192.0.2.10", Accessed = "MailItemsAccessed";

    private static readonly TimeSpan Kept = TimeSpan.FromDays(180), Together = TimeSpan.FromMinutes(2);

    private readonly Queue<AuditEntry> _all = [];
    private readonly Dictionary<(string App, string Mailbox), AuditEntry> _accesses = [];

    /// <summary>All of them, the oldest first.</summary>
    public IEnumerable<AuditEntry> All => _all.Where(e => e.At + Kept > clock.GetUtcNow());

    /// <summary>Notes an action. The tenant's lock holds for it.</summary>
    public void Note(string operation, string appId, string actorId, bool isPerson, Mailbox mailbox)
    {
        var now = clock.GetUtcNow();
        while (_all.TryPeek(out var oldest) && oldest.At + Kept <= now)
        {
            _all.Dequeue();
        }

        var key = (appId, mailbox.UserId);
        if (operation == Accessed && _accesses.TryGetValue(key, out var last) && now - last.At < Together)
        {
            last.Count++;
            return;
        }

        var entry = new AuditEntry(operation, appId, actorId, mailbox, now) { IsPerson = isPerson };
        _all.Enqueue(entry);
        if (operation == Accessed)
        {
            _accesses[key] = entry;
        }
    }
}
