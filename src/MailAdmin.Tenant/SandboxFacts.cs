namespace MailAdmin.Tenant;

/// <summary>Represents the properties that a served sandbox returns.</summary>
internal sealed record SandboxFacts
{
    /// <summary>Its id, a GUID.</summary>
    public required string TenantId { get; init; }

    /// <summary>Its verified domain.</summary>
    public required string Domain { get; init; }

    /// <summary>The cloud that it pretends to live in.</summary>
    public MailEnvironment Environment { get; init; }

    /// <summary>The client ID of the app that may administer it.</summary>
    public required string ClientId { get; init; }

    /// <summary>The primary addresses of its mailboxes.</summary>
    public string[] Mailboxes { get; init; } = [];

    /// <summary>The time until changes take effect.</summary>
    public Propagation Propagation { get; init; }

    /// <summary>The faults that are switched on.</summary>
    public string[] Faults { get; init; } = [];

    /// <summary>The time on its own clock.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>Requests that were taken and aren't answered yet.</summary>
    public int ActiveRequests { get; init; }

    /// <summary>The facts of a tenant in this process.</summary>
    /// <returns>Its facts as of now.</returns>
    public static SandboxFacts Of(SandboxTenant tenant)
    {
        var seen = tenant.Describe();
        return new SandboxFacts
        {
            TenantId = seen.TenantId,
            Domain = seen.Domain,
            Environment = tenant.Environment,
            ClientId = tenant.AdminApp.ClientId,
            Mailboxes = seen.Mailbox,
            Propagation = seen.Propagation,
            Faults = seen.Fault,
            Now = seen.Now,
            ActiveRequests = seen.ActiveRequests,
        };
    }
}
