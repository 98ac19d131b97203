namespace MailAdmin;

/// <summary>The Microsoft 365 cloud a tenant lives in.</summary>
/// <remarks>https://learn.microsoft.com/graph/deployments</remarks>
public enum MailEnvironment
{
    /// <summary>The worldwide cloud, GCC included.</summary>
    Global,
    /// <summary>US Government L4 (GCC High).</summary>
    USGov,
    /// <summary>US Government L5 (DoD).</summary>
    USGovDoD,
    /// <summary>China, operated by 21Vianet.</summary>
    China,
}

/// <summary>How a mailbox is reached.</summary>
public enum MailProtocol
{
    /// <summary>Microsoft Graph v1.0.</summary>
    Graph,
    /// <summary>IMAP4rev1 with SASL XOAUTH2.</summary>
    Imap,
    /// <summary>SMTP submission with SASL XOAUTH2: for sending alone.</summary>
    Smtp,
}

/// <summary>What happens to a message on the server after it was received and acknowledged.</summary>
public enum AfterProcessing
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>It is marked as read.</summary>
    MarkRead,
    /// <summary>It is moved to another folder.</summary>
    Move,
    /// <summary>It is deleted; the user can recover it (see the cmdlet's help for where it goes).</summary>
    Delete,
    /// <summary>It is deleted for good, into Purges, where only an eDiscovery hold can reach it.</summary>
    Purge,
}

/// <summary>What a changing cmdlet did to the object it emits.</summary>
public enum ChangeKind
{
    /// <summary>It was there already, as wanted.</summary>
    Unchanged,
    /// <summary>It was made.</summary>
    Created,
    /// <summary>It was there and was completed or changed.</summary>
    Updated,
    /// <summary>It was taken away.</summary>
    Removed,
    /// <summary>It is asked for and will take effect later, or needs somebody else; the object says what and when.</summary>
    Pending,
}

/// <summary>The whole answer of a Test- cmdlet.</summary>
public enum Verdict
{
    /// <summary>Every check that could be made passed.</summary>
    Passed,
    /// <summary>A check failed: what was asked for does not work.</summary>
    Failed,
    /// <summary>It works, and something about it should be changed.</summary>
    Warning,
    /// <summary>It does not work, and a change is younger than the time the service takes to apply it.</summary>
    TooSoonToTell,
    /// <summary>The service gave an answer that cannot be read as a yes or a no.</summary>
    Unknown,
}

/// <summary>The answer of one check.</summary>
public enum CheckStatus
{
    /// <summary>As it should be.</summary>
    Passed,
    /// <summary>Not as it should be.</summary>
    Failed,
    /// <summary>Works, but should be changed.</summary>
    Warning,
    /// <summary>Not made, because an earlier check failed or it does not apply.</summary>
    Skipped,
    /// <summary>A change is too young to judge.</summary>
    TooSoonToTell,
    /// <summary>The answer could not be read.</summary>
    Unknown,
}

/// <summary>Who a permission acts for.</summary>
/// <remarks>https://learn.microsoft.com/entra/identity-platform/permissions-consent-overview</remarks>
public enum PermissionKind
{
    /// <summary>An app role: the app acts as itself, without a user.</summary>
    Application,
    /// <summary>An OAuth scope: the app acts for a signed-in user.</summary>
    Delegated,
}

/// <summary>How quickly a sandbox lets changes take effect.</summary>
public enum Propagation
{
    /// <summary>At once.</summary>
    None,
    /// <summary>After the times Microsoft documents, on the sandbox's own clock.</summary>
    Realistic,
}

/// <summary>
/// Whether received files are on the disk itself, and not only in the operating system's memory, before the server is changed.
/// </summary>
public enum Durability
{
    /// <summary>They are: not even a power failure loses a message.</summary>
    Full,
    /// <summary>They are not: faster, and enough against everything but the machine going down.</summary>
    None,
}
