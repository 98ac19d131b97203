using MailAdmin.Core.Base;

namespace MailAdmin.Core.SignIn;

/// <summary>Lists the delegated permissions to request for each task: only those that the task requires.</summary>
/// <remarks>https://learn.microsoft.com/graph/permissions-reference</remarks>
internal static class DelegatedScopes
{
    private static readonly string[] Apps = ["Application.ReadWrite.All", "Directory.Read.All"],
        Consent = ["AppRoleAssignment.ReadWrite.All", "DelegatedPermissionGrant.ReadWrite.All"],
        ConsentPolicy = ["ConsentRequest.Read.All", "Policy.Read.All", "Policy.ReadWrite.ConsentRequest"],
        Usage = ["AuditLogsQuery-Exchange.Read.All", "AuditLog.Read.All"],
        Administration = [.. Apps, .. Consent, .. ConsentPolicy];

    private static readonly string[] OwnMail = ["Mail.ReadWrite", "Mail.Send"],
        SharedMail = ["Mail.ReadWrite.Shared", "Mail.Send.Shared"];

    /// <summary>All permissions that the cmdlets can request.</summary>
    public static IReadOnlyList<string> All { get; } = ForClient(
        forConsent: true, forConsentPolicy: true, forMail: true, forUsage: true);

    /// <summary>
    /// Returns the permissions with which the tenant's own public client is registered: the least that is required to set up and
    /// restrict apps, and those for the specified uses.
    /// </summary>
    /// <param name="forConsent">Whether administrators grant permissions to apps through it.</param>
    /// <param name="forConsentPolicy">
    /// Whether administrators answer consent requests and change the consent workflow through it.
    /// </param>
    /// <param name="forMail">Whether users open mailboxes through it.</param>
    /// <param name="forUsage">
    /// Whether administrators read the activity of apps in mailboxes through it. No other use requests these permissions.
    /// </param>
    /// <remarks>Exchange.Manage is the delegated permission for the admin endpoint of Exchange Online.</remarks>
    public static IReadOnlyList<string> ForClient(bool forConsent, bool forConsentPolicy, bool forMail, bool forUsage = false)
    {
        string[] graph =
        [
            .. Apps, .. forConsent ? Consent : [], .. forConsentPolicy ? ConsentPolicy : [],
            .. forMail ? OwnMail.Concat(SharedMail) : [], .. forUsage ? Usage : [],
        ];
        return
        [
            .. graph.Select(s => $"Graph/{s}"), "Exchange/Exchange.Manage",
            .. forMail ? new[] { "Exchange/IMAP.AccessAsUser.All", "Exchange/SMTP.Send" } : [],
        ];
    }

    /// <summary>The scopes of Microsoft Graph for administering apps.</summary>
    /// <param name="cloud">The cloud of Graph.</param>
    /// <param name="clientId">
    /// The tenant's own public client, which requests its registered permissions; null for Microsoft's.
    /// </param>
    /// <returns>The scopes with their resource; empty to request the registered permissions.</returns>
    public static IReadOnlyList<string> ForAdmin(Cloud cloud, string? clientId = null) =>
        clientId is not null ? [] : [.. Administration.Select(s => $"https://{cloud.GraphHost}/{s}")];

    /// <summary>The scopes for a mailbox.</summary>
    /// <param name="protocol">The protocol.</param>
    /// <param name="isShared">
    /// Whether it's another user's mailbox, or a shared one. Over IMAP, one permission is for both.
    /// </param>
    /// <param name="clientId">
    /// The tenant's own client, which requests its registered permissions. If an administrator granted only Mail.Read, a request
    /// for more would prompt for a consent that the user can't give. Null for Microsoft's.
    /// </param>
    /// <returns>The scopes with their resource, all of one; empty to request the registered permissions.</returns>
    /// <remarks>https://learn.microsoft.com/entra/identity-platform/scopes-oidc#the-default-scope</remarks>
    public static IReadOnlyList<string> ForMailbox(Cloud cloud, MailProtocol protocol, bool isShared, string? clientId = null) =>
        clientId is not null && !clientId.Equals(UserSignIn.MicrosoftClientId, StringComparison.OrdinalIgnoreCase) ? []
        : protocol switch
        {
            MailProtocol.Imap => [$"https://{cloud.ImapHost}/IMAP.AccessAsUser.All"],
            MailProtocol.Smtp => [$"https://{cloud.ImapHost}/SMTP.Send"],
            _ => [.. (isShared ? SharedMail : OwnMail).Select(s => $"https://{cloud.GraphHost}/{s}")],
        };
}
