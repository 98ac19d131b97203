namespace MailAdmin;

/// <summary>A line of the change journal: what a cmdlet changed in a tenant. Never a secret.</summary>
public sealed record MailAdminChange
{
    /// <summary>When the service had taken the change, in UTC.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The tenant's id.</summary>
    public required string TenantId { get; init; }

    /// <summary>Who was signed in.</summary>
    public required string Account { get; init; }

    /// <summary>The operation on the service, such as "Add-MailboxPermission" or "Revoke role".</summary>
    public required string Action { get; init; }

    /// <summary>Client id of the app that it is about; null when it is about none.</summary>
    public string? ClientId { get; init; }

    /// <summary>What was changed: a mailbox, a scope, a policy, a permission.</summary>
    public required string Target { get; init; }

    /// <summary>What it was before; null when it was not there.</summary>
    public string? Before { get; init; }

    /// <summary>What it is now; null when it is gone.</summary>
    public string? After { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{At:u} {Account}: {Action} {Target}";
}
