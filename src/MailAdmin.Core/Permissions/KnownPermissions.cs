namespace MailAdmin.Core.Permissions;

/// <summary>
/// The permissions that a product can need of mail, calendars, contacts and people, by name: a recipe is read without a tenant
/// that could be asked. What a tenant calls them by is looked up there.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/graph/permissions-reference; of Exchange:
/// https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
/// </remarks>
internal static class KnownPermissions
{
    private static readonly string[] GraphRoles =
    [
        "Calendars.Read", "Calendars.ReadBasic.All", "Calendars.ReadWrite", "Contacts.Read", "Contacts.ReadWrite",
        "Directory.Read.All", "Group.Read.All",
        "Mail-Advanced.ReadWrite.All", "Mail.Read", "Mail.ReadBasic", "Mail.ReadBasic.All", "Mail.ReadWrite", "Mail.Send",
        "MailboxFolder.Read.All", "MailboxFolder.ReadWrite.All", "MailboxItem.Read.All", "MailboxSettings.Read",
        "MailboxSettings.ReadWrite",
        "Organization.Read.All", "User.Read.All", "User.ReadBasic.All",
    ];

    private static readonly string[] GraphScopes =
    [
        "Calendars.Read", "Calendars.Read.Shared", "Calendars.ReadWrite", "Calendars.ReadWrite.Shared", "Contacts.Read",
        "Contacts.ReadWrite", "email",
        "IMAP.AccessAsUser.All", "Mail.Read", "Mail.Read.Shared", "Mail.ReadBasic", "Mail.ReadWrite", "Mail.ReadWrite.Shared",
        "Mail.Send", "Mail.Send.Shared",
        "MailboxSettings.Read", "MailboxSettings.ReadWrite", "offline_access", "openid", "POP.AccessAsUser.All", "profile",
        "SMTP.Send", "User.Read",
        "User.Read.All", "User.ReadBasic.All",
    ];

    private static readonly string[] ExchangeRoles =
    [
        "Calendars.ReadWrite.All", "full_access_as_app", "IMAP.AccessAsApp", "Mail.Read", "Mail.ReadWrite", "Mail.Send",
        "MailboxSettings.Read",
        "POP.AccessAsApp", "SMTP.SendAsApp", "User.Read.All",
    ];

    private static readonly string[] ExchangeScopes =
    [
        "EWS.AccessAsUser.All", "IMAP.AccessAsUser.All", "POP.AccessAsUser.All", "SMTP.Send",
    ];

    /// <summary>The permissions of a kind, as "Graph/Mail.ReadWrite".</summary>
    /// <returns>The names, those of Graph first.</returns>
    public static IReadOnlyList<string> Of(PermissionKind kind) => kind == PermissionKind.Application
        ? [.. GraphRoles.Select(n => $"Graph/{n}"), .. ExchangeRoles.Select(n => $"Exchange/{n}")]
        : [.. GraphScopes.Select(n => $"Graph/{n}"), .. ExchangeScopes.Select(n => $"Exchange/{n}")];
}
