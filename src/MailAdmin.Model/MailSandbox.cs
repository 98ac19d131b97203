namespace MailAdmin;

/// <summary>
/// A tenant that exists only in this process, or in one that serves it: Entra, Graph and mailboxes with mail, for trying and
/// testing.
/// </summary>
/// <remarks>Made by New-MailSandbox or Connect-MailAdmin -Sandbox, it goes when nothing refers to it.</remarks>
public sealed class MailSandbox
{
    internal MailSandbox(string tenantId, string domain, object handle, Func<DateTimeOffset> now, Func<int> activeRequests)
    {
        (TenantId, Domain, Handle, _now, _activeRequests) = (tenantId, domain, handle, now, activeRequests);
    }

    private readonly Func<DateTimeOffset> _now;
    private readonly Func<int> _activeRequests;

    /// <summary>The tenant's id, a GUID.</summary>
    public string TenantId { get; }

    /// <summary>The tenant's verified domain; every mailbox has an address in it.</summary>
    public string Domain { get; }

    /// <summary>The primary addresses of its mailboxes.</summary>
    public string[] Mailbox { get; internal set; } = [];

    /// <summary>How quickly changes take effect.</summary>
    public Propagation Propagation { get; internal set; }

    /// <summary>The faults that are switched on, by name.</summary>
    public string[] Fault { get; internal set; } = [];

    /// <summary>The time on the tenant's own clock.</summary>
    public DateTimeOffset Now => _now();

    /// <summary>Requests that were taken and are not answered yet: none once every client is done or has gone.</summary>
    public int ActiveRequests => _activeRequests();

    /// <summary>The tenant itself.</summary>
    internal object Handle { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Domain} (sandbox)";
}
