namespace MailAdmin;

/// <summary>A tenant in this process or served by another one, with Entra, Graph, and mailboxes, for tests.</summary>
/// <remarks>New-MailSandbox or Connect-MailAdmin -Sandbox creates it. It's removed when nothing refers to it anymore.</remarks>
public sealed class MailSandbox
{
    internal MailSandbox(string tenantId, string domain, object handle, Func<DateTimeOffset> now, Func<int> activeRequests)
    {
        (TenantId, Domain, Handle, _now, _activeRequests) = (tenantId, domain, handle, now, activeRequests);
    }

    private readonly Func<DateTimeOffset> _now;
    private readonly Func<int> _activeRequests;

    /// <summary>The tenant ID, a GUID.</summary>
    public string TenantId { get; }

    /// <summary>The verified domain of the tenant. Each mailbox has an address in it.</summary>
    public string Domain { get; }

    /// <summary>The primary addresses of the mailboxes.</summary>
    public string[] Mailbox { get; internal set; } = [];

    /// <summary>The time until changes take effect.</summary>
    public Propagation Propagation { get; internal set; }

    /// <summary>The names of the enabled faults.</summary>
    public string[] Fault { get; internal set; } = [];

    /// <summary>The time of the tenant's own clock.</summary>
    public DateTimeOffset Now => _now();

    /// <summary>The number of open requests.</summary>
    public int ActiveRequests => _activeRequests();

    /// <summary>The tenant.</summary>
    internal object Handle { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Domain} (sandbox)";
}
