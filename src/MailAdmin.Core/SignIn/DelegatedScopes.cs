using MailAdmin.Core.Base;

namespace MailAdmin.Core.SignIn;

/// <summary>The delegated permissions that people are asked for, by what they want to do: for that case and no more.</summary>
/// <remarks>https://learn.microsoft.com/graph/permissions-reference</remarks>
internal static class DelegatedScopes
{
    private static readonly string[] Administration =
    [
        "Application.ReadWrite.All", "AppRoleAssignment.ReadWrite.All", "ConsentRequest.Read.All",
        "DelegatedPermissionGrant.ReadWrite.All",
        "Directory.Read.All", "Policy.Read.All", "Policy.ReadWrite.ConsentRequest",
    ];

    private static readonly string[] OwnMail = ["Mail.ReadWrite", "Mail.Send"],
        SharedMail = ["Mail.ReadWrite.Shared", "Mail.Send.Shared"];

    /// <summary>
    /// Everything that a person can be asked for by the cmdlets: what a public client for all of them has to be registered with.
    /// </summary>
    /// <remarks>Exchange.Manage is what the admin endpoint of Exchange Online takes from people.</remarks>
    public static IReadOnlyList<string> All { get; } =
    [
        .. Administration.Concat(OwnMail).Concat(SharedMail).Select(s => $"Graph/{s}"), "Exchange/Exchange.Manage",
        "Exchange/IMAP.AccessAsUser.All",
    ];

    /// <summary>The scopes of Microsoft Graph for administering apps.</summary>
    /// <returns>With their resource.</returns>
    public static IReadOnlyList<string> ForAdmin(Cloud cloud) =>
        [.. Administration.Select(s => $"https://{cloud.GraphHost}/{s}")];

    /// <summary>The scopes for a mailbox.</summary>
    /// <param name="protocol">How the mailbox is reached.</param>
    /// <param name="isShared">Whether it is somebody else's, or a shared one. Over IMAP one permission opens both.</param>
    /// <returns>With their resource; all of one.</returns>
    public static IReadOnlyList<string> ForMailbox(Cloud cloud, MailProtocol protocol, bool isShared) =>
        protocol == MailProtocol.Imap
        ? [$"https://{cloud.ExchangeHost}/IMAP.AccessAsUser.All"]
        : [.. (isShared ? SharedMail : OwnMail).Select(s => $"https://{cloud.GraphHost}/{s}")];
}
