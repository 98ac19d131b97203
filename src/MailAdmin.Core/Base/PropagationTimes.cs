namespace MailAdmin.Core.Base;

/// <summary>The upper bounds of propagation in Microsoft 365. Before that, a test isn't conclusive.</summary>
internal sealed record PropagationTimes
{
    /// <summary>For changed roles, scopes, and policies of apps in Exchange.</summary>
    /// <remarks>
    /// https://learn.microsoft.com/exchange/permissions-exo/application-rbac#limitations (30 minutes to 2 hours);
    /// https://learn.microsoft.com/graph/auth-limit-mailbox-access (longer than an hour).
    /// </remarks>
    public TimeSpan Roles { get; init; } = TimeSpan.FromHours(2);

    /// <summary>For changed mailbox permissions in Exchange: usually minutes, at most 1 hour.</summary>
    public TimeSpan Permissions { get; init; } = TimeSpan.FromHours(1);

    /// <summary>For a new app, credential, or permission in Entra: usually seconds.</summary>
    /// <remarks>
    /// https://learn.microsoft.com/entra/architecture/architecture#data-consistency (eventual); Microsoft names no time, and
    /// administrators see up to two minutes.
    /// </remarks>
    public TimeSpan Directory { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The time for which an existing token keeps its roles.</summary>
    /// <remarks>https://learn.microsoft.com/entra/identity-platform/configurable-token-lifetimes (60 to 90 minutes)</remarks>
    public TimeSpan Tokens { get; init; } = TimeSpan.FromMinutes(90);
}
