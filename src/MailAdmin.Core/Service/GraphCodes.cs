namespace MailAdmin.Core.Service;

/// <summary>The codes of Graph errors that MailAdmin handles.</summary>
/// <remarks>
/// https://learn.microsoft.com/graph/errors#code-property,
/// https://learn.microsoft.com/exchange/client-developer/web-service-reference/responsecode for those of mailboxes.
/// </remarks>
internal static class GraphCodes
{
    /// <summary>Exchange doesn't let the app into this mailbox, or not do this in it.</summary>
    public const string AccessDenied = "ErrorAccessDenied";

    /// <summary>No user of this id or name has a mailbox.</summary>
    public const string InvalidUser = "ErrorInvalidUser";

    /// <summary>The object wasn't found.</summary>
    public const string ResourceNotFound = "ResourceNotFound";

    /// <summary>The object wasn't found in the directory.</summary>
    public const string RequestResourceNotFound = "Request_ResourceNotFound";

    /// <summary>The mailbox is of a kind that Graph doesn't serve, or is on-premises.</summary>
    public const string MailboxNotEnabled = "MailboxNotEnabledForRESTAPI";

    /// <summary>The mailbox takes nothing more; also reading changes (delta) is refused then.</summary>
    public const string QuotaExceeded = "ErrorQuotaExceeded";

    /// <summary>The message or folder isn't there.</summary>
    public const string ItemNotFound = "ErrorItemNotFound";

    /// <summary>The ID isn't valid.</summary>
    public const string InvalidId = "ErrorInvalidIdMalformed";

    /// <summary>There is a folder of this name.</summary>
    public const string FolderExists = "ErrorFolderExists";

    /// <summary>The position in a folder is too old.</summary>
    public const string SyncStateNotFound = "SyncStateNotFound";

    /// <summary>The registration locks this property of its service principal.</summary>
    public const string PropertyLocked = "CannotUpdateLockedServicePrincipalProperty";

    /// <summary>An app registration hasn't replicated yet.</summary>
    public const string NoBackingApplication = "NoBackingApplicationObject";

    /// <summary>A policy of the tenant doesn't allow a credential with this lifetime.</summary>
    /// <remarks>https://learn.microsoft.com/graph/api/resources/applicationauthenticationmethodpolicy</remarks>
    public const string CredentialLifetime = "CredentialInvalidLifetimeAsPerAppPolicy";

    /// <summary>The signed-in identity isn't allowed to do this in the directory.</summary>
    public const string RequestDenied = "Authorization_RequestDenied";

    /// <summary>The token is missing, expired, or for another service.</summary>
    public const string InvalidToken = "InvalidAuthenticationToken";

    /// <summary>The mailbox is of a kind that Graph doesn't serve.</summary>
    public const string MailboxNotSupported = "MailboxNotSupportedForRESTAPI";

    /// <summary>Retention keeps the message.</summary>
    public const string CannotDelete = "ErrorCannotDeleteObject";

    /// <summary>The message is larger than the mailbox may send or receive.</summary>
    public const string MessageSizeExceeded = "ErrorMessageSizeExceeded";

    /// <summary>A message has no recipient, or an invalid one.</summary>
    public const string InvalidRecipients = "ErrorInvalidRecipients";

    /// <summary>The From address belongs to another mailbox.</summary>
    public const string SendAsDenied = "ErrorSendAsDenied";

    /// <summary>The position in a list is too old.</summary>
    public const string ResyncRequired = "ResyncRequired";

    /// <summary>The app sends too many requests.</summary>
    public const string ApplicationThrottled = "ApplicationThrottled";

    /// <summary>The mailbox has too many concurrent requests.</summary>
    public const string MailboxConcurrency = "MailboxConcurrency";

    /// <summary>Too much data was sent to the mailbox in five minutes.</summary>
    public const string IncomingBytes = "IncomingBytes";

    /// <summary>The filter and the order of a list don't fit.</summary>
    public const string InefficientFilter = "InefficientFilter";

    /// <summary>A policy of the tenant forbids this kind of credential.</summary>
    public const string CredentialType = "CredentialTypeNotAllowedAsPerAppPolicy";

    /// <summary>
    /// MailAdmin's own: a response has the right form but can't be correct, such as a next-page link to the same page.
    /// </summary>
    public const string Unreadable = "UnreadableAnswer";
}
