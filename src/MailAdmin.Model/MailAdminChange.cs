using System.Text.Json.Serialization;

namespace MailAdmin;

/// <summary>Represents an entry of the change journal: a change that a cmdlet made in a tenant. It contains no secret.</summary>
public sealed record MailAdminChange
{
    /// <summary>The number of the entry in the journal, which doesn't change. It isn't in the journal.</summary>
    [JsonIgnore]
    public int Number { get; internal set; }

    /// <summary>When the service accepted the change, in UTC.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The tenant as the context names it. Null if unknown. It isn't in the journal.</summary>
    [JsonIgnore]
    public string? Tenant { get; internal set; }

    /// <summary>The tenant ID.</summary>
    public required string TenantId { get; init; }

    /// <summary>The account that was signed in.</summary>
    public required string Account { get; init; }

    /// <summary>The action, such as "Add-MailboxPermission" or "Revoke permission".</summary>
    public required string Action { get; init; }

    /// <summary>The client ID of the app; null if the change isn't about an app.</summary>
    public string? ClientId { get; init; }

    /// <summary>The changed object: a mailbox, a scope, a policy, or a permission.</summary>
    public required string Target { get; init; }

    /// <summary>The value before the change; null if it didn't exist.</summary>
    public string? Before { get; init; }

    /// <summary>The value after the change; null if it was removed.</summary>
    public string? After { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{At:u} {Account}: {Action} {Target}";
}
