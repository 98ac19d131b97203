namespace MailAdmin.Tenant.Base;

/// <summary>Represents the delays until the rest of the service has a change.</summary>
/// <remarks>
/// Microsoft promises no times: https://learn.microsoft.com/graph/api/serviceprincipal-list-approleassignments only warns of
/// "replication delays". These are times that administrators measure.
/// </remarks>
internal sealed record PropagationDelays
{
    /// <summary>Nothing takes any time.</summary>
    public static PropagationDelays None { get; } = new();

    /// <summary>The delays of a busy tenant.</summary>
    public static PropagationDelays Realistic { get; } = new()
    {
        Object = TimeSpan.FromSeconds(5),
        Principal = TimeSpan.FromSeconds(10),
        Credential = TimeSpan.FromSeconds(15),
        Grant = TimeSpan.FromSeconds(25),
        Exchange = TimeSpan.FromSeconds(30),
        IdleRoleCache = TimeSpan.FromMinutes(30),
        RoleCache = TimeSpan.FromHours(2),
    };

    /// <summary>Until a new application or service principal is found by ID or listed.</summary>
    public TimeSpan Object { get; init; }

    /// <summary>The delay until the token endpoint accepts a new service principal (AADSTS700016 before).</summary>
    public TimeSpan Principal { get; init; }

    /// <summary>Until the token endpoint takes a new secret or certificate (AADSTS7000215, 700027 before).</summary>
    public TimeSpan Credential { get; init; }

    /// <summary>Until a new token carries a new grant.</summary>
    public TimeSpan Grant { get; init; }

    /// <summary>The delay until a change in Exchange can be read, and mailbox permissions are in effect.</summary>
    public TimeSpan Exchange { get; init; }

    /// <summary>The time for which Exchange caches the roles of an app that sends no requests.</summary>
    /// <remarks>https://learn.microsoft.com/exchange/permissions-exo/application-rbac#limitations</remarks>
    public TimeSpan IdleRoleCache { get; init; }

    /// <summary>The maximum time for which Exchange caches the roles of an app.</summary>
    public TimeSpan RoleCache { get; init; }

    public static PropagationDelays Of(Propagation propagation) => propagation == Propagation.Realistic ? Realistic : None;
}
