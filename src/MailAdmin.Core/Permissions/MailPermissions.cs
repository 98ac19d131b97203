namespace MailAdmin.Core.Permissions;

/// <summary>Which permissions and roles have to do with mail, and over which protocol.</summary>
/// <remarks>
/// https://learn.microsoft.com/graph/permissions-reference; for IMAP, POP and SMTP
/// https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
/// </remarks>
internal static class MailPermissions
{
    public const string OutlookRest = "Outlook REST";

    private static readonly string[] Families = ["Mail.", "Mail-Advanced.", "MailboxItem.", "MailboxFolder."];

    // https://learn.microsoft.com/graph/auth-limit-mailbox-access#supported-permissions-and-additional-resources
    private static readonly string[] RestrictedByPolicy =
        [
            "Graph/Mail.Read", "Graph/Mail.ReadBasic", "Graph/Mail.ReadBasic.All", "Graph/Mail.ReadWrite", "Graph/Mail.Send",
            "Exchange/full_access_as_app",
        ];

    /// <summary>The protocol over which a permission leads to mail; null when it does not.</summary>
    public static string? ProtocolOf(MailAppPermission permission) => permission switch
    {
        { Resource: not ("Graph" or "Exchange") } => null,
        _ when Begins(permission, "full_access_as_", "EWS.") => "EWS",
        _ when Begins(permission, "IMAP.") => "IMAP",
        _ when Begins(permission, "POP.") => "POP",
        _ when Begins(permission, "SMTP.") => "SMTP",
        _ when !Begins(permission, Families) => null,
        // The Exchange resource has copies of Graph's permissions, of the days of the Outlook REST API.
        _ => permission.Resource == "Graph" ? "Graph" : OutlookRest,
    };

    /// <summary>The protocol over which a role of Exchange leads to mail; null when it does not.</summary>
    public static string? ProtocolOf(string role) => role switch
    {
        _ when !RoleNames.IsOfApps(role) => null,
        _ when role.Equals(RoleNames.Ews, StringComparison.OrdinalIgnoreCase) => "EWS",
        _ when role.Equals(RoleNames.Smtp, StringComparison.OrdinalIgnoreCase) => "SMTP",
        _ => RoleNames.IsOfBoth(role)
            || Families.Any(f => RoleNames.PermissionOf(role).StartsWith(f, StringComparison.OrdinalIgnoreCase)) ? "Graph" : null,
    };

    /// <summary>Whether application access policies are asked about a permission.</summary>
    public static bool ObeysPolicies(MailAppPermission permission) =>
        RestrictedByPolicy.Contains(permission.ToString(), StringComparer.OrdinalIgnoreCase);

    /// <summary>The right on a mailbox that a protocol needs beside its permission; null when it needs none.</summary>
    public static MailboxAccessRight? RightFor(string protocol) => protocol switch
    {
        "IMAP" or "POP" => MailboxAccessRight.FullAccess,
        "SMTP" => MailboxAccessRight.SendAs,
        _ => null,
    };

    private static bool Begins(MailAppPermission permission, params string[] beginnings) =>
        beginnings.Any(b => permission.Name.StartsWith(b, StringComparison.OrdinalIgnoreCase));
}
