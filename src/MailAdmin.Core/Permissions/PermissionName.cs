namespace MailAdmin.Core.Permissions;

/// <summary>The resources that mail permissions live on, and what a permission written as "Graph/Mail.Read" means.</summary>
/// <remarks>https://learn.microsoft.com/graph/permissions-reference</remarks>
internal static class PermissionName
{
    /// <summary>Application id of Microsoft Graph.</summary>
    public const string GraphAppId = "00000003-0000-0000-c000-000000000000";

    /// <summary>Application id of Office 365 Exchange Online.</summary>
    public const string ExchangeAppId = "00000002-0000-0ff1-ce00-000000000000";

    /// <summary>Reads "Graph/Mail.ReadWrite" or "Exchange/IMAP.AccessAsApp".</summary>
    /// <param name="text">Resource, slash, name.</param>
    /// <param name="kind">The kind of the permission.</param>
    /// <returns>The permission, its id not looked up yet.</returns>
    /// <exception cref="InvalidRequestException">It isn't written so.</exception>
    public static MailAppPermission Parse(string text, PermissionKind kind)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var resource = slash < 0
            ? null
            : Resources.FirstOrDefault(r => r.Alias.Equals(text[..slash], StringComparison.OrdinalIgnoreCase)).Alias;
        if (resource is null || slash == text.Length - 1)
        {
            throw new InvalidRequestException(
                "PermissionNotQualified", $"The permission '{text}' has no resource.")
            {
                Target = text,
                Advice = "Specify it as Graph/Mail.ReadWrite or Exchange/IMAP.AccessAsApp, because the same name "
                    + "exists on both resources.",
            };
        }

        return new MailAppPermission(resource, text[(slash + 1)..], kind);
    }

    /// <summary>Reads permissions of both kinds.</summary>
    /// <param name="application">Application permissions.</param>
    /// <param name="delegated">Delegated permissions.</param>
    /// <returns>All of them.</returns>
    /// <exception cref="InvalidRequestException">One isn't written with its resource.</exception>
    public static IReadOnlyList<MailAppPermission> ParseAll(IEnumerable<string> application, IEnumerable<string> delegated) =>
        [
            .. application.Select(p => Parse(p, PermissionKind.Application)),
            .. delegated.Select(p => Parse(p, PermissionKind.Delegated)),
        ];

    /// <summary>Whether an application permission lets the app into every mailbox of the tenant by itself.</summary>
    /// <returns>False for delegated ones, for directory permissions, and for IMAP, POP and SMTP, which also need rights on the
    /// mailbox.</returns>
    public static bool OpensEveryMailbox(MailAppPermission permission) =>
        PermissionTable.Of(permission).OpensEveryMailbox;

    internal static string AppIdOf(MailAppPermission permission) =>
        permission.ResourceAppId ?? Resources.First(r => r.Alias == permission.Resource).AppId;

    internal static string? AliasOf(string appId) =>
        Resources.FirstOrDefault(r => r.AppId.Equals(appId, StringComparison.OrdinalIgnoreCase)).Alias;

    private static readonly (string Alias, string AppId)[] Resources = [("Graph", GraphAppId), ("Exchange", ExchangeAppId)];
}
