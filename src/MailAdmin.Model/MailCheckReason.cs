namespace MailAdmin;

/// <summary>Why a check didn't pass, for scripts to compare with.</summary>
public enum MailCheckReason
{
    /// <summary>The service's response has no other information.</summary>
    Other,
    /// <summary>The service couldn't be reached, or an intermediary responded.</summary>
    ConnectionFailed,
    /// <summary>The service is busy, and the same request can succeed later.</summary>
    ServiceBusy,
    /// <summary>The tenant doesn't exist in this cloud.</summary>
    TenantNotFound,
    /// <summary>The tenant or the app is in another cloud.</summary>
    WrongCloud,
    /// <summary>The app isn't in the tenant.</summary>
    AppNotFound,
    /// <summary>The registration has no service principal in the tenant.</summary>
    ServicePrincipalMissing,
    /// <summary>The app's service principal is disabled.</summary>
    AppDisabled,
    /// <summary>The secret, certificate, or assertion isn't one of the app's.</summary>
    CredentialWrong,
    /// <summary>The secret, certificate, or assertion has expired.</summary>
    CredentialExpired,
    /// <summary>No credential was sent where one is required, or one where none is allowed.</summary>
    CredentialUnexpected,
    /// <summary>No federated credential of the app matches the token of the other identity provider.</summary>
    FederationMismatch,
    /// <summary>The service principal of Exchange Online, Graph, or another resource is missing.</summary>
    ResourceMissing,
    /// <summary>The service principal of the resource is disabled.</summary>
    ResourceDisabled,
    /// <summary>The request has a wrong scope, resource, redirect URI, or endpoint.</summary>
    RequestInvalid,
    /// <summary>Consent to the requested permissions is missing.</summary>
    ConsentMissing,
    /// <summary>The user or the app isn't assigned to an app that requires assignment.</summary>
    AssignmentMissing,
    /// <summary>A Conditional Access policy or a security policy blocks the sign-in.</summary>
    ConditionalAccess,
    /// <summary>The user must act, for example for multi-factor authentication.</summary>
    InteractionRequired,
    /// <summary>The device isn't one that the tenant's policies accept.</summary>
    DeviceNotAccepted,
    /// <summary>The user's account is disabled, locked, or at risk.</summary>
    AccountBlocked,
    /// <summary>The user isn't in the tenant, or another account is meant.</summary>
    AccountNotFound,
    /// <summary>The user name or the password is wrong, or the password has expired.</summary>
    PasswordRefused,
    /// <summary>The sign-in, code, or refresh token has expired or was revoked.</summary>
    SignInExpired,
    /// <summary>The token is for another service.</summary>
    WrongAudience,
    /// <summary>The app has no permission for this protocol, neither in Entra nor as a role in Exchange.</summary>
    PermissionMissing,
    /// <summary>Exchange doesn't have the app's service principal.</summary>
    NotRegisteredInExchange,
    /// <summary>Exchange has the app's service principal with a wrong object ID.</summary>
    WrongObjectId,
    /// <summary>An application access policy denies access to the mailbox.</summary>
    PolicyDenied,
    /// <summary>The mailbox is outside the scope of the app's roles.</summary>
    OutOfScope,
    /// <summary>FullAccess to the mailbox is missing.</summary>
    FullAccessMissing,
    /// <summary>Send As on the mailbox is missing.</summary>
    SendAsMissing,
    /// <summary>IMAP is disabled for the mailbox.</summary>
    ImapDisabled,
    /// <summary>SMTP AUTH is disabled for the mailbox, or for the tenant.</summary>
    SmtpAuthDisabled,
    /// <summary>Security defaults disable it.</summary>
    SecurityDefaults,
    /// <summary>Microsoft has retired it, or the tenant has disabled it because of that.</summary>
    Retired,
    /// <summary>No mailbox has this address or ID.</summary>
    MailboxNotFound,
    /// <summary>The mailbox is in the organization's own Exchange servers.</summary>
    MailboxOnPremises,
    /// <summary>The user has no license with a mailbox.</summary>
    LicenseMissing,
    /// <summary>The mailbox was deleted and can still be restored.</summary>
    MailboxSoftDeleted,
    /// <summary>The mailbox takes nothing more.</summary>
    MailboxFull,
    /// <summary>Recoverable Items is full or nearly full, so deleting stops working.</summary>
    RecoverableItemsFull,
    /// <summary>All mail is forwarded, and none arrives in the mailbox.</summary>
    Forwarded,
    /// <summary>An inbox rule takes messages out of the Inbox.</summary>
    InboxRule,
    /// <summary>The folder or message doesn't exist.</summary>
    ItemNotFound,
    /// <summary>A recent change might not have taken effect yet.</summary>
    NotYetInEffect,
    /// <summary>The account that runs the test doesn't have permission to read it.</summary>
    NotReadable,
}
