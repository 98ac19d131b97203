namespace MailAdmin.Tenant.Mailboxes;

/// <summary>
/// Represents the holds of a mailbox, and the policies that move its messages:
/// https://learn.microsoft.com/powershell/module/exchange/set-mailbox.
/// </summary>
internal sealed record MailboxPolicy
{
    private const long Gigabyte = 1024L * 1024 * 1024;

    /// <summary>Set-Mailbox -LitigationHoldEnabled.</summary>
    public bool HasLitigationHold { get; init; }

    /// <summary>
    /// InPlaceHolds, such as mbxcdbbb86ce60342489bff371876e7f224:3 for a retention policy:
    /// https://learn.microsoft.com/purview/ediscovery-identify-a-hold-on-an-exchange-online-mailbox.
    /// </summary>
    public string[] InPlaceHolds { get; init; } = [];

    /// <summary>Set-Mailbox -RetentionHoldEnabled.</summary>
    public bool HasRetentionHold { get; init; }

    /// <summary>Set-Mailbox -ForwardingSmtpAddress.</summary>
    public string? ForwardingAddress { get; init; }

    /// <summary>Set-Mailbox -DeliverToMailboxAndForward.</summary>
    public bool KeepsForwarded { get; init; }

    /// <summary>The size of Recoverable Items in addition to the messages that the sandbox has.</summary>
    public long OtherRecoverableItems { get; init; }

    /// <summary>Whether anything keeps messages that were deleted.</summary>
    public bool IsOnHold => HasLitigationHold || InPlaceHolds.Any(h => !h.StartsWith('-'));

    /// <summary>
    /// https://learn.microsoft.com/exchange/security-and-compliance/recoverable-items-folder/recoverable-items-folder: 30 GB, and
    /// 100 GB on hold.
    /// </summary>
    public long RecoverableItemsQuota => (IsOnHold ? 100 : 30) * Gigabyte;

    public long RecoverableItemsWarningQuota => (IsOnHold ? 90 : 20) * Gigabyte;
}
