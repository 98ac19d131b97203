using MailAdmin.Core.Base;

namespace MailAdmin.Core.Permissions;

/// <summary>
/// Lists the permissions for mail, calendars, contacts, and people by name, because a recipe is read without a tenant. Their IDs
/// are looked up in the tenant.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/graph/permissions-reference; for IMAP, POP and SMTP
/// https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
/// </remarks>
internal static partial class PermissionTable
{
    /// <summary>The protocol of the Exchange resource's copies of Graph's permissions.</summary>
    public const string OutlookRest = "Outlook REST";

    /// <summary>Every row.</summary>
    public static IReadOnlyList<PermissionRow> All => Rows;

    /// <summary>
    /// Returns the properties of a permission; for one without a row, a row of defaults that marks it as unknown.
    /// </summary>
    public static PermissionRow Of(MailAppPermission permission) =>
        Array.Find(Rows, row => row.Matches(permission))
        ?? new PermissionRow(permission.Resource, permission.Name, permission.Kind)
        {
            IsKnown = false,
            // Another resource may let an app into mailboxes, too, by a name of Graph's.
            OpensEveryMailbox = permission.Resource is not ("Graph" or "Exchange")
                && Of(permission with { Resource = "Graph" }).OpensEveryMailbox,
        };

    /// <summary>
    /// Returns the permissions of a kind that a recipe can request, such as "Graph/Mail.ReadWrite". Those of Graph are first.
    /// </summary>
    public static IReadOnlyList<string> Known(PermissionKind kind) =>
        [.. Rows.Where(row => row.IsKnown && row.Kind == kind).Select(row => $"{row.Resource}/{row.Name}")];

    /// <summary>The role in Exchange that replaces a permission; null if there is none in a cloud.</summary>
    /// <remarks>
    /// SMTP: https://learn.microsoft.com/exchange/client-developer/legacy-protocols/smtp-app-rbac-onboarding, only in the
    /// worldwide cloud. There the role works without SendAs and without the permission. If a token contains the permission,
    /// Exchange requires SendAs.
    /// </remarks>
    public static string? RoleFor(MailAppPermission permission, Cloud cloud)
    {
        var row = Of(permission);
        return row.IsRoleOfGlobalOnly && cloud.Environment != MailEnvironment.Global ? null : row.Role;
    }

    private static PermissionRow App(string resource, string name) => new(resource, name, PermissionKind.Application);

    private static PermissionRow User(string resource, string name) => new(resource, name, PermissionKind.Delegated);
}
