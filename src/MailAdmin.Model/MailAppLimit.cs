namespace MailAdmin;

/// <summary>The mailboxes that an app is restricted to with RBAC for Applications, and permissions that exceed them.</summary>
public sealed record MailAppLimit : MailAdminResult
{
    /// <summary>The display name of the app.</summary>
    public required string App { get; init; }

    /// <summary>The client ID of the app.</summary>
    public required string ClientId { get; init; }

    /// <summary>The permissions that apply only to the scope, such as "Mail.ReadWrite".</summary>
    public string[] Permission { get; init; } = [];

    /// <summary>The management scope in Exchange, or the ID of the administrative unit.</summary>
    public string? Scope { get; init; }

    /// <summary>The filter of the management scope, in OPATH; null for an administrative unit.</summary>
    public string? RecipientFilter { get; init; }

    /// <summary>The addresses of the mailboxes, if the scope lists them or a group contains them.</summary>
    public string[] Mailbox => [.. MailboxIdentity.Select(m => m.PrimarySmtpAddress)];

    /// <summary>The same mailboxes with their IDs and user principal names.</summary>
    public MailboxIdentity[] MailboxIdentity { get; init; } = [];

    /// <summary>Entra permissions for all mailboxes. While there is one, the app isn't restricted.</summary>
    public string[] TenantWide { get; init; } = [];

    /// <summary>Granted permissions without an equivalent role. They aren't changed.</summary>
    public string[] NotScopable { get; init; } = [];

    /// <summary>Whether the configuration restricts the app to the scope.</summary>
    public bool IsLimited => TenantWide.Length == 0 && Permission.Length > 0;

    /// <summary>The change that the cmdlet made.</summary>
    public ChangeKind? Change { get; init; }

    /// <summary>The time by which the change is in effect everywhere, in UTC; null if it already is.</summary>
    public DateTimeOffset? EffectiveBy { get; init; }

    /// <summary>Pending work: what takes effect later or what an administrator has to do.</summary>
    public MailAdminPending[] Pending { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => $"{App}: {string.Join(", ", Permission)} in {Scope}";
}
