using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// Represents Graph's state between requests, which other services don't use. The tenant's lock protects it, too.
/// </summary>
internal sealed class GraphState(TenantClock clock)
{
    public Quotas Quotas { get; } = new(clock);

    public DeltaStates Deltas { get; } = new(clock);

    /// <summary>The positions of clients in the changes of directory collections and folders, by state token.</summary>
    public Dictionary<string, SnapshotRound> Snapshots { get; } = new(StringComparer.Ordinal);

    /// <summary>Queries of the audit log, by ID.</summary>
    public Dictionary<string, AuditQuery> AuditQueries { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Uploads under way, by the token in their URL.</summary>
    public Dictionary<string, Upload> Uploads { get; } = new(StringComparer.Ordinal);
}
