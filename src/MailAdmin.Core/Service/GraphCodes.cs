namespace MailAdmin.Core.Service;

/// <summary>Codes with which Graph refuses, as far as something is done about them.</summary>
/// <remarks>
/// https://learn.microsoft.com/graph/errors#code-property,
/// https://learn.microsoft.com/exchange/client-developer/web-service-reference/responsecode for those of mailboxes.
/// </remarks>
internal static class GraphCodes
{
    /// <summary>Exchange does not let the app into this mailbox, or not do this in it.</summary>
    public const string AccessDenied = "ErrorAccessDenied";

    /// <summary>No user of this id or name has a mailbox.</summary>
    public const string InvalidUser = "ErrorInvalidUser";

    /// <summary>There is no such object.</summary>
    public const string ResourceNotFound = "ResourceNotFound";

    /// <summary>There is no such object in the directory.</summary>
    public const string RequestResourceNotFound = "Request_ResourceNotFound";

    /// <summary>The mailbox is of a kind that Graph does not serve, or is on-premises.</summary>
    public const string MailboxNotEnabled = "MailboxNotEnabledForRESTAPI";

    /// <summary>The message or folder is not there.</summary>
    public const string ItemNotFound = "ErrorItemNotFound";

    /// <summary>The id is none.</summary>
    public const string InvalidId = "ErrorInvalidIdMalformed";

    /// <summary>There is a folder of this name.</summary>
    public const string FolderExists = "ErrorFolderExists";

    /// <summary>The position in a folder is too old.</summary>
    public const string SyncStateNotFound = "SyncStateNotFound";

    /// <summary>An app registration is not visible yet to the part that was asked.</summary>
    public const string NoBackingApplication = "NoBackingApplicationObject";

    /// <summary>A policy of the tenant forbids a credential that lasts so long.</summary>
    /// <remarks>https://learn.microsoft.com/graph/api/resources/applicationauthenticationmethodpolicy</remarks>
    public const string CredentialLifetime = "CredentialInvalidLifetimeAsPerAppPolicy";

    /// <summary>Ours: an answer has the right form and can't be true, such as a next page that is the same page.</summary>
    public const string Unreadable = "UnreadableAnswer";
}
