namespace MailAdmin.Tenant.Base;

/// <summary>How long a change takes to be seen by the rest of the service.</summary>
/// <remarks>
/// Microsoft promises no times: https://learn.microsoft.com/graph/api/serviceprincipal-list-approleassignments only warns of
/// "replication delays". These are times that administrators measure.
/// </remarks>
internal sealed record PropagationDelays
{
    /// <summary>Nothing takes any time.</summary>
    public static PropagationDelays None { get; } = new();

    /// <summary>What a busy tenant shows.</summary>
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

    /// <summary>Until the token endpoint knows a new service principal (AADSTS700016 before).</summary>
    public TimeSpan Principal { get; init; }

    /// <summary>Until the token endpoint takes a new secret or certificate (AADSTS7000215, 700027 before).</summary>
    public TimeSpan Credential { get; init; }

    /// <summary>Until a new token carries a new grant.</summary>
    public TimeSpan Grant { get; init; }

    /// <summary>Until what was written to Exchange can be read, and mailbox permissions count.</summary>
    public TimeSpan Exchange { get; init; }

    /// <summary>How long Exchange remembers the roles of an app that doesn't call.</summary>
    /// <remarks>https://learn.microsoft.com/exchange/permissions-exo/application-rbac#limitations</remarks>
    public TimeSpan IdleRoleCache { get; init; }

    /// <summary>How long Exchange remembers the roles of an app at most.</summary>
    public TimeSpan RoleCache { get; init; }

    public static PropagationDelays Of(Propagation propagation) => propagation == Propagation.Realistic ? Realistic : None;
}
