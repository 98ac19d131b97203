namespace MailAdmin;

/// <summary>An app of the tenant that can reach mail: by what, how widely, with which credential and until when.</summary>
public sealed record MailAppAccess
{
    /// <summary>Display name of the app.</summary>
    public required string App { get; init; }

    /// <summary>The app's client id.</summary>
    public required string ClientId { get; init; }

    /// <summary>Object id of the enterprise application; null for an app that Exchange alone remembers.</summary>
    public string? ServicePrincipalObjectId { get; init; }

    /// <summary>
    /// Whether the app is registered in this tenant; false for one of another tenant, whose credentials are there. Null when that
    /// is not known.
    /// </summary>
    public bool? IsOwn { get; init; }

    /// <summary>Whether it may sign in; null when that is not known.</summary>
    public bool? IsEnabled { get; init; }

    /// <summary>What kind of service principal it is, such as "Application" or "ManagedIdentity".</summary>
    public string? Kind { get; init; }

    /// <summary>The widest of what it reaches.</summary>
    public MailReach Reach { get; init; }

    /// <summary>Every way to mail that it has, the widest first.</summary>
    public MailAppAccessPath[] Access { get; init; } = [];

    /// <summary>
    /// The secrets and certificates of its registration; none for an app of another tenant, a managed identity, or one with a
    /// federated credential.
    /// </summary>
    public MailAppCredential[] Credential { get; init; } = [];

    /// <summary>When the last of its credentials ends, in UTC; null when it has none that is known.</summary>
    public DateTimeOffset? CredentialExpiresAt { get; init; }

    /// <summary>When it last signed in, in UTC; null when it never did, or the service does not tell.</summary>
    public DateTimeOffset? LastSignInAt { get; init; }

    /// <summary>What somebody should look at.</summary>
    public MailAppFinding[] Finding { get; init; } = [];

    /// <summary>What could not be read, a sentence each. While there is one, the app may reach more than is listed.</summary>
    public string[] Unknown { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => $"{App} ({ClientId}): {Reach}";
}

/// <summary>One way to mail that an app has.</summary>
public sealed record MailAppAccessPath
{
    /// <summary>What opens it.</summary>
    public MailAppMechanism Mechanism { get; init; }

    /// <summary>
    /// The permission, role or right, such as "Graph/Mail.Read", "Application Mail.Read" or "Exchange/IMAP.AccessAsApp +
    /// FullAccess".
    /// </summary>
    public required string Permission { get; init; }

    /// <summary>Over what: "Graph", "EWS", "IMAP", "POP", "SMTP".</summary>
    public string Protocol { get; init; } = "Graph";

    /// <summary>How widely.</summary>
    public MailReach Reach { get; init; }

    /// <summary>To what, in words: a scope, a group, whoever signs in.</summary>
    public required string Scope { get; init; }

    /// <summary>
    /// Addresses of the mailboxes, where they can be listed one by one; null where they can't, or where it is all of them.
    /// </summary>
    public string[]? Mailbox { get; init; }

    /// <summary>Addresses of mailboxes that it is kept out of.</summary>
    public string[] Except { get; init; } = [];

    /// <summary>Whether it leads to a mailbox.</summary>
    /// <param name="mailbox">The primary address of the mailbox.</param>
    /// <returns>Null when that can't be told, or only while its owner is signed in to the app.</returns>
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

/// <summary>What opens a mailbox to an app.</summary>
public enum MailAppMechanism
{
    /// <summary>A permission that Entra granted to the app itself.</summary>
    EntraApplication,
    /// <summary>A permission that Entra granted to the app for people who sign in to it.</summary>
    EntraDelegated,
    /// <summary>A role that Exchange assigned to the app (RBAC for Applications).</summary>
    ExchangeRole,
    /// <summary>A right of the app's service principal on a mailbox: FullAccess, SendAs.</summary>
    MailboxRight,
}

/// <summary>How widely an app reaches mail, in growing order.</summary>
public enum MailReach
{
    /// <summary>No mailbox, as things stand: something else that is needed is missing.</summary>
    None,
    /// <summary>The mailboxes of people who sign in to it, and what is shared with them, while they use it.</summary>
    SignedInUsers,
    /// <summary>Certain mailboxes.</summary>
    Mailboxes,
    /// <summary>It can't be told.</summary>
    Unknown,
    /// <summary>Every mailbox of the tenant, perhaps with exceptions.</summary>
    TenantWide,
}

/// <summary>Something about an app that somebody should look at.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Message">What was found.</param>
public sealed record MailAppFinding(MailAppFindingKind Kind, string Message)
{
    /// <summary>What to do about it.</summary>
    public string? Advice { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind}: {Message}";
}

/// <summary>What can be wrong with an app's access to mail, the gravest first.</summary>
public enum MailAppFindingKind
{
    /// <summary>It reaches every mailbox.</summary>
    TenantWide,
    /// <summary>It has roles for a scope, and a grant for every mailbox that makes them worthless.</summary>
    ScopeDefeated,
    /// <summary>It relies on what Microsoft has switched off, or will.</summary>
    Retired,
    /// <summary>Exchange knows the app by an object id that is in no token of it.</summary>
    WrongServicePrincipal,
    /// <summary>A credential has ended.</summary>
    CredentialExpired,
    /// <summary>The last credential ends within thirty days.</summary>
    CredentialExpiring,
    /// <summary>It signs in with a secret, where a certificate would do.</summary>
    Secret,
    /// <summary>Nobody has signed in with it for ninety days.</summary>
    Unused,
    /// <summary>Something granted opens nothing.</summary>
    NoEffect,
    /// <summary>It is restricted by an application access policy, which is the legacy way.</summary>
    LegacyPolicy,
    /// <summary>Somebody else registered it, and it was taken over with -Adopt.</summary>
    Adopted,
    /// <summary>Nothing that only an administrator can write shows whose app it is.</summary>
    NotProved,
}
