namespace MailAdmin;

/// <summary>An application access policy: it keeps an app out of mailboxes that Entra lets it into, over Graph and EWS.</summary>
/// <remarks>https://learn.microsoft.com/graph/auth-limit-mailbox-access</remarks>
public sealed record MailAppAccessPolicy
{
    /// <summary>What Exchange calls the policy.</summary>
    public required string Identity { get; init; }

    /// <summary>Client id of the app; "*" for all apps.</summary>
    public required string ClientId { get; init; }

    /// <summary>What it does.</summary>
    public MailAppPolicyRight? AccessRight { get; init; }

    /// <summary>The group, or the mailbox, that it is about.</summary>
    public string? Scope { get; init; }

    /// <summary>What somebody wrote about it.</summary>
    public string? Description { get; init; }

    /// <summary>What the changing cmdlet did; null when it was only read.</summary>
    public ChangeKind? Change { get; init; }

    /// <summary>From when on Graph obeys the change, in UTC; null when nothing was changed.</summary>
    public DateTimeOffset? EffectiveBy { get; init; }

    /// <summary>What is still to be done by somebody, a sentence each.</summary>
    public MailAdminPending[] Pending { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => $"{AccessRight} of {ClientId} to {Scope}";
}

/// <summary>What an application access policy does.</summary>
/// <remarks>https://learn.microsoft.com/powershell/module/exchange/new-applicationaccesspolicy</remarks>
public enum MailAppPolicyRight
{
    /// <summary>The app gets into the mailboxes of the policy, and into no others.</summary>
    RestrictAccess,
    /// <summary>The app does not get into the mailboxes of the policy.</summary>
    DenyAccess,
}
