namespace MailAdmin;

/// <summary>Which mailboxes an app is limited to by roles in Exchange, and what still reaches past them.</summary>
public sealed record MailAppLimit
{
    /// <summary>Display name of the app.</summary>
    public required string App { get; init; }

    /// <summary>The app's client id.</summary>
    public required string ClientId { get; init; }

    /// <summary>The permissions that count for the scope alone, such as "Mail.ReadWrite".</summary>
    public string[] Permission { get; init; } = [];

    /// <summary>The management scope in Exchange, or the id of the administrative unit.</summary>
    public string? Scope { get; init; }

    /// <summary>The filter of the management scope, in OPATH; null for an administrative unit.</summary>
    public string? RecipientFilter { get; init; }

    /// <summary>Addresses of the mailboxes, where they are named one by one or are members of a group.</summary>
    public string[] Mailbox => [.. MailboxIdentity.Select(m => m.PrimarySmtpAddress)];

    /// <summary>The same mailboxes with their IDs and user principal names.</summary>
    public MailboxIdentity[] MailboxIdentity { get; init; } = [];

    /// <summary>Permissions that Entra still grants for every mailbox. While there is one, the app is not limited.</summary>
    public string[] TenantWide { get; init; } = [];

    /// <summary>Granted permissions that no role in Exchange stands for: they stay as they are.</summary>
    public string[] NotScopable { get; init; } = [];

    /// <summary>Whether the app is confined to the scope, as far as what is configured goes.</summary>
    public bool IsLimited => TenantWide.Length == 0 && Permission.Length > 0;

    /// <summary>What the cmdlet did.</summary>
    public ChangeKind? Change { get; init; }

    /// <summary>When the change is in effect in every part of the service, in UTC; null if it is already.</summary>
    public DateTimeOffset? EffectiveBy { get; init; }

    /// <summary>What is still to come or to be done by somebody, a sentence each.</summary>
    public MailAdminPending[] Pending { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => $"{App}: {string.Join(", ", Permission)} in {Scope}";
}
