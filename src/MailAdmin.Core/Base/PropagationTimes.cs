namespace MailAdmin.Core.Base;

/// <summary>How long Microsoft 365 takes until a change is in effect everywhere: before that, no test proves anything.</summary>
internal sealed record PropagationTimes
{
    /// <summary>Until Exchange applies changed roles, scopes and policies of apps.</summary>
    /// <remarks>
    /// https://learn.microsoft.com/exchange/permissions-exo/application-rbac#limitations (30 minutes to 2 hours);
    /// https://learn.microsoft.com/graph/auth-limit-mailbox-access (longer than an hour).
    /// </remarks>
    public TimeSpan Roles { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Until Exchange applies changed permissions on mailboxes; it takes minutes as a rule, and up to an hour.</summary>
    public TimeSpan Permissions { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Until Entra knows a new app, credential or grant everywhere; seconds as a rule.</summary>
    /// <remarks>
    /// https://learn.microsoft.com/entra/architecture/architecture#data-consistency (eventual); Microsoft names no time, and
    /// administrators see up to two minutes.
    /// </remarks>
    public TimeSpan Directory { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a token that was issued before keeps its roles.</summary>
    /// <remarks>https://learn.microsoft.com/entra/identity-platform/configurable-token-lifetimes (60 to 90 minutes)</remarks>
    public TimeSpan Tokens { get; init; } = TimeSpan.FromMinutes(90);
}
