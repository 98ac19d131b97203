namespace MailAdmin;

/// <summary>The Microsoft 365 cloud of a tenant.</summary>
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

/// <summary>The protocol for a mailbox.</summary>
public enum MailProtocol
{
    /// <summary>Microsoft Graph v1.0.</summary>
    Graph,
    /// <summary>IMAP4rev1 with SASL XOAUTH2.</summary>
    Imap,
    /// <summary>SMTP submission with SASL XOAUTH2, only to send.</summary>
    Smtp,
}

/// <summary>Specifies how a message is processed on the server after it was received and acknowledged.</summary>
public enum AfterProcessing
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>Marks the message as read.</summary>
    MarkRead,
    /// <summary>Moves the message to another folder.</summary>
    Move,
    /// <summary>Deletes the message. The user can recover it.</summary>
    Delete,
    /// <summary>Permanently deletes the message, into Purges, which only an eDiscovery hold keeps.</summary>
    Purge,
}

/// <summary>The change that a cmdlet made to the object it returns.</summary>
public enum ChangeKind
{
    /// <summary>The object already existed as specified.</summary>
    Unchanged,
    /// <summary>The object was created.</summary>
    Created,
    /// <summary>The object existed and was completed or changed.</summary>
    Updated,
    /// <summary>The object was removed.</summary>
    Removed,
    /// <summary>The change takes effect later or requires another administrator. Pending contains the details.</summary>
    Pending,
}

/// <summary>The overall result of a Test cmdlet.</summary>
public enum Verdict
{
    /// <summary>All checks passed.</summary>
    Passed,
    /// <summary>A check failed.</summary>
    Failed,
    /// <summary>The test passed, but a setting should be changed.</summary>
    Warning,
    /// <summary>The test failed, but a recent change might not have taken effect yet.</summary>
    TooSoonToTell,
    /// <summary>The result can't be determined.</summary>
    Unknown,
}

/// <summary>The result of one check.</summary>
public enum CheckStatus
{
    /// <summary>The check passed.</summary>
    Passed,
    /// <summary>The check failed.</summary>
    Failed,
    /// <summary>The check passed, but a setting should be changed.</summary>
    Warning,
    /// <summary>The check was skipped, because an earlier one failed or it doesn't apply.</summary>
    Skipped,
    /// <summary>A recent change might not have taken effect yet.</summary>
    TooSoonToTell,
    /// <summary>The result can't be determined.</summary>
    Unknown,
}

/// <summary>Whether a permission is used with or without a user.</summary>
/// <remarks>https://learn.microsoft.com/entra/identity-platform/permissions-consent-overview</remarks>
public enum PermissionKind
{
    /// <summary>An app role: the app acts without a user.</summary>
    Application,
    /// <summary>An OAuth scope: the app acts for a signed-in user.</summary>
    Delegated,
}

/// <summary>Specifies how quickly changes take effect in a sandbox.</summary>
public enum Propagation
{
    /// <summary>Immediately.</summary>
    None,
    /// <summary>After the times that Microsoft documents, on the sandbox's own clock.</summary>
    Realistic,
}

/// <summary>Whether received files are flushed to disk before the server is changed.</summary>
public enum Durability
{
    /// <summary>Files are flushed. No message is lost, even after a power failure.</summary>
    Full,
    /// <summary>Files aren't flushed. This is faster, but messages can be lost in a power failure.</summary>
    None,
}
