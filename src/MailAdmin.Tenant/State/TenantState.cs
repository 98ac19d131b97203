using MailAdmin.Core.Base;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Configuration;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.State;

/// <summary>
/// Represents the state of the tenant. To read or change it, hold <see cref="Gate"/>. Don't wait while you hold it.
/// </summary>
internal sealed class TenantState
{
    public TenantState(SandboxOptions options)
    {
        Domain = options.Domain;
        Cloud = Cloud.Of(options.Environment);
        Clock = options.Clock ?? new TenantClock();
        CreatedAt = Clock.GetUtcNow();
        Delays = PropagationDelays.Of(options.Propagation);
        Directory = new DirectoryStore(Clock, Delays);
        Mailboxes = new MailboxStore(Clock);
        Audit = new MailboxAudit(Clock);
        Exchange = new ExchangeDirectory(Clock, Delays) { TrustsObjectIds = options.TrustsObjectIds };
        Faults = new FaultSet();
    }

    /// <summary>The tenant's one lock.</summary>
    public object Gate { get; } = new();

    public string TenantId { get; } = Guid.NewGuid().ToString();

    public string Domain { get; }

    public Cloud Cloud { get; }

    public TenantClock Clock { get; }

    public PropagationDelays Delays { get; }

    public DirectoryStore Directory { get; }

    /// <summary>The users' requests for admin consent.</summary>
    public ConsentWorkflow Consent { get; } = new();

    public MailboxStore Mailboxes { get; }

    /// <summary>The actions in mailboxes, with their users.</summary>
    public MailboxAudit Audit { get; }

    /// <summary>Exchange's data about apps, groups, scopes, and permissions.</summary>
    public ExchangeDirectory Exchange { get; }

    public FaultSet Faults { get; }

    /// <summary>The time of the tenant's creation.</summary>
    public DateTimeOffset CreatedAt { get; }

    public DateTimeOffset Now => Clock.GetUtcNow();

    /// <summary>True when a name in a URL ("common" apart) means this tenant.</summary>
    public bool IsMe(string tenant) =>
        string.Equals(tenant, TenantId, StringComparison.OrdinalIgnoreCase)
        || string.Equals(tenant, Domain, StringComparison.OrdinalIgnoreCase);
}
