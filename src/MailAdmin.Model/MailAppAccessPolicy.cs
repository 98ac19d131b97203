namespace MailAdmin;

/// <summary>An application access policy, which restricts the Entra permissions of an app over Graph and EWS.</summary>
/// <remarks>https://learn.microsoft.com/graph/auth-limit-mailbox-access</remarks>
public sealed record MailAppAccessPolicy : MailAdminResult
{
    /// <summary>The identity of the policy in Exchange.</summary>
    public required string Identity { get; init; }

    /// <summary>The client ID of the app; "*" for all apps.</summary>
    public required string ClientId { get; init; }

    /// <summary>The effect of the policy.</summary>
    public MailAppPolicyRight? AccessRight { get; init; }

    /// <summary>The group or mailbox of the policy.</summary>
    public string? Scope { get; init; }

    /// <summary>The description.</summary>
    public string? Description { get; init; }

    /// <summary>The change that the cmdlet made; null if the object was only read.</summary>
    public ChangeKind? Change { get; init; }

    /// <summary>The time by which Graph applies the change, in UTC; null if nothing was changed.</summary>
    public DateTimeOffset? EffectiveBy { get; init; }

    /// <summary>Pending work: what an administrator has to do.</summary>
    public MailAdminPending[] Pending { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => $"{AccessRight} of {ClientId} to {Scope}";
}

/// <summary>The effect of an application access policy.</summary>
/// <remarks>https://learn.microsoft.com/powershell/module/exchange/new-applicationaccesspolicy</remarks>
public enum MailAppPolicyRight
{
    /// <summary>The app can access only the mailboxes of the policy.</summary>
    RestrictAccess,
    /// <summary>The app can't access the mailboxes of the policy.</summary>
    DenyAccess,
}
