using MailAdmin.Core.Base;

namespace MailAdmin.Core.SignIn;

/// <summary>The delegated permissions that people are asked for, by what they want to do: for that case and no more.</summary>
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

    /// <summary>Everything that a person can be asked for by the cmdlets.</summary>
    public static IReadOnlyList<string> All { get; } = ForClient(
        forConsent: true, forConsentPolicy: true, forMail: true, forUsage: true);

    /// <summary>
    /// What a public client of the tenant's own is registered with: the least with which apps are set up and restricted, and
    /// what else it is to be used for.
    /// </summary>
    /// <param name="forConsent">Whether people grant permissions to apps through it.</param>
    /// <param name="forConsentPolicy">Whether people answer consent requests and change the workflow through it.</param>
    /// <param name="forMail">Whether people open mailboxes through it.</param>
    /// <param name="forUsage">Whether people read what apps do in mailboxes through it. Nobody else is asked for that.</param>
    /// <remarks>Exchange.Manage is what the admin endpoint of Exchange Online takes from people.</remarks>
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
    /// <param name="cloud">Where Graph is.</param>
    /// <param name="clientId">The tenant's own public client, which is asked for what it is registered with; null for
    /// Microsoft's.</param>
    /// <returns>With their resource; none for what is registered.</returns>
    public static IReadOnlyList<string> ForAdmin(Cloud cloud, string? clientId = null) =>
        clientId is not null ? [] : [.. Administration.Select(s => $"https://{cloud.GraphHost}/{s}")];

    /// <summary>The scopes for a mailbox.</summary>
    /// <param name="protocol">How the mailbox is reached.</param>
    /// <param name="isShared">Whether it is somebody else's, or a shared one. Over IMAP one permission opens both.</param>
    /// <param name="clientId">The tenant's own client, which is asked for what it is registered with: an administrator may have
    /// granted Mail.Read only, and then asking for more ends in a consent that the person can't give. Null for
    /// Microsoft's.</param>
    /// <returns>With their resource, all of one; none for what is registered.</returns>
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
