namespace MailAdmin;

/// <summary>An app that can access mail, with its permissions, scope, and credentials.</summary>
public sealed record MailAppAccess : MailAdminResult
{
    /// <summary>The display name of the app.</summary>
    public required string App { get; init; }

    /// <summary>The client ID of the app.</summary>
    public required string ClientId { get; init; }

    /// <summary>The object ID of the enterprise application; null if the app exists only in Exchange.</summary>
    public string? ServicePrincipalObjectId { get; init; }

    /// <summary>
    /// Whether the app is registered in this tenant; null if unknown. The credentials of an app of another tenant are in that
    /// tenant.
    /// </summary>
    public bool? IsOwn { get; init; }

    /// <summary>Whether the app can sign in; null if unknown.</summary>
    public bool? IsEnabled { get; init; }

    /// <summary>The type of service principal, such as "Application" or "ManagedIdentity".</summary>
    public string? Kind { get; init; }

    /// <summary>The widest access of the app.</summary>
    public MailReach Reach { get; init; }

    /// <summary>The ways to access mail, widest first.</summary>
    public MailAppAccessPath[] Access { get; init; } = [];

    /// <summary>
    /// The secrets and certificates of the app registration; empty for an app of another tenant, a managed identity, or a
    /// federated credential.
    /// </summary>
    public MailAppCredential[] Credential { get; init; } = [];

    /// <summary>
    /// The owners and credentials that can act as the app or change it: owners of the app registration and of the service
    /// principal, secrets, certificates, federated credentials, and credentials on the service principal. For an app of another
    /// tenant, only those of its service principal in this tenant. Null if unknown.
    /// </summary>
    public string[]? Control { get; init; }

    /// <summary>When the last credential expires, in UTC; null if unknown.</summary>
    public DateTimeOffset? CredentialExpiresAt { get; init; }

    /// <summary>The last sign-in, in UTC; null if it never signed in or the service doesn't return it.</summary>
    public DateTimeOffset? LastSignInAt { get; init; }

    /// <summary>The findings: what an administrator should check.</summary>
    public MailAppFinding[] Finding { get; init; } = [];

    /// <summary>
    /// The technology in the tenant that Microsoft retires: the settings of EWS and SMTP AUTH, with the required action and its
    /// date.
    /// </summary>
    public MailAppFinding[] TenantFinding { get; init; } = [];

    /// <summary>Data that couldn't be read, one sentence each. If there is any, the app might have more access.</summary>
    public string[] Unknown { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => $"{App} ({ClientId}): {Reach}";
}

/// <summary>Represents one way in which an app can access mail.</summary>
public sealed record MailAppAccessPath
{
    /// <summary>The mechanism.</summary>
    public MailAppMechanism Mechanism { get; init; }

    /// <summary>
    /// The permission or role, such as "Graph/Mail.Read", "Application Mail.Read", or "Exchange/IMAP.AccessAsApp +
    /// FullAccess".
    /// </summary>
    public required string Permission { get; init; }

    /// <summary>The protocols: "Graph", "EWS", "IMAP", "POP", "SMTP".</summary>
    public string Protocol { get; init; } = "Graph";

    /// <summary>The reach of the access.</summary>
    public MailReach Reach { get; init; }

    /// <summary>The scope as text: a management scope, a group, or signed-in users.</summary>
    public required string Scope { get; init; }

    /// <summary>The addresses of the mailboxes; null if they can't be listed, or for all mailboxes.</summary>
    public string[]? Mailbox { get; init; }

    /// <summary>The addresses of excluded mailboxes.</summary>
    public string[] Except { get; init; } = [];

    /// <summary>Whether this way gives access to a mailbox.</summary>
    /// <param name="mailbox">The primary address of the mailbox.</param>
    /// <returns>Null if unknown, or if access requires that its owner signs in to the app.</returns>
    public bool? LeadsTo(string mailbox) => Reach switch
    {
        MailReach.None => false,
        MailReach.TenantWide => !Except.Contains(mailbox, StringComparer.OrdinalIgnoreCase),
        MailReach.Mailboxes when Mailbox is not null => Mailbox.Contains(mailbox, StringComparer.OrdinalIgnoreCase),
        MailReach.SignedInUsers when Mailbox is not null && !Mailbox.Contains(mailbox, StringComparer.OrdinalIgnoreCase) => false,
        _ => null,
    };

    /// <inheritdoc/>
    public override string ToString() => $"{Permission}: {Scope}";
}

/// <summary>The mechanism that gives an app access to a mailbox.</summary>
public enum MailAppMechanism
{
    /// <summary>An application permission in Entra.</summary>
    EntraApplication,
    /// <summary>A delegated permission in Entra, for users who sign in to the app.</summary>
    EntraDelegated,
    /// <summary>A role assignment in Exchange (RBAC for Applications).</summary>
    ExchangeRole,
    /// <summary>A mailbox permission of the service principal: FullAccess or SendAs.</summary>
    MailboxRight,
}

/// <summary>Specifies how widely an app can access mail, in ascending order.</summary>
public enum MailReach
{
    /// <summary>No mailbox, because another requirement is missing.</summary>
    None,
    /// <summary>The mailboxes of users who sign in to the app, and mailboxes shared with them.</summary>
    SignedInUsers,
    /// <summary>Specific mailboxes.</summary>
    Mailboxes,
    /// <summary>The access can't be determined.</summary>
    Unknown,
    /// <summary>All mailboxes of the tenant, possibly with exceptions.</summary>
    TenantWide,
}

/// <summary>A finding about an app, with advice.</summary>
/// <param name="Kind">The kind of finding.</param>
/// <param name="Message">The finding, in a sentence.</param>
public sealed record MailAppFinding(MailAppFindingKind Kind, string Message)
{
    /// <summary>The recommended action.</summary>
    public string? Advice { get; init; }

    /// <summary>The next step as a command line; null if there is none.</summary>
    public Remedy? Remedy { get; init; }

    /// <summary>The date by which it has to be done, in UTC; null if none is known.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind}: {Message}";
}

/// <summary>The kinds of findings, most severe first.</summary>
public enum MailAppFindingKind
{
    /// <summary>The app can access all mailboxes.</summary>
    TenantWide,
    /// <summary>The app has roles for a scope, but a permission for all mailboxes makes them ineffective.</summary>
    ScopeDefeated,
    /// <summary>The app uses technology that Microsoft has retired or will retire.</summary>
    Retired,
    /// <summary>The app can change the content of received messages, a permission that is enforced from a date.</summary>
    AdvancedPermission,
    /// <summary>The service principal in Exchange has an object ID that no token of the app contains.</summary>
    WrongServicePrincipal,
    /// <summary>Owners or credentials that weren't added from this computer can act as the app or change it.</summary>
    ForeignControl,
    /// <summary>A credential has expired.</summary>
    CredentialExpired,
    /// <summary>The last credential expires within 30 days.</summary>
    CredentialExpiring,
    /// <summary>The app uses a secret instead of a certificate.</summary>
    Secret,
    /// <summary>The app hasn't signed in for 90 days.</summary>
    Unused,
    /// <summary>A permission has no effect.</summary>
    NoEffect,
    /// <summary>The app is restricted by an application access policy, which is legacy.</summary>
    LegacyPolicy,
    /// <summary>Another user registered the app, and it was taken over with -Adopt.</summary>
    Adopted,
    /// <summary>Nothing shows that an administrator registered the app.</summary>
    NotProved,
}
