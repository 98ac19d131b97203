using MailAdmin.Core.Base;

namespace MailAdmin.Core.Permissions;

/// <summary>Maps the roles in Exchange to the permissions in Entra that they replace, with the table.</summary>
/// <remarks>https://learn.microsoft.com/exchange/permissions-exo/application-rbac#supported-application-roles</remarks>
internal static class RoleNames
{
    private static readonly string[] OfBoth = ["Application Mail Full Access", "Application Exchange Full Access"];

    public const string Ews = "Application EWS.AccessAsApp", Smtp = "Application SMTP.SendAsApp",
        SmtpPermission = "SMTP.SendAsApp";

    /// <summary>Returns the role for an application permission; null if a cloud has none.</summary>
    public static string? For(MailAppPermission permission, Cloud cloud) => PermissionTable.RoleFor(permission, cloud);

    /// <summary>Whether a role is one of apps.</summary>
    public static bool IsOfApps(string role) => role.StartsWith("Application ", StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns whether a role replaces several permissions, including those for reading and sending mail.</summary>
    public static bool IsOfBoth(string role) => OfBoth.Contains(role, StringComparer.OrdinalIgnoreCase);

    /// <summary>Returns the protocol over which a role gives access to mail; null if it doesn't.</summary>
    public static string? ProtocolOf(string role)
    {
        if (!IsOfApps(role))
        {
            return null;
        }

        if (role.Equals(Ews, StringComparison.OrdinalIgnoreCase))
        {
            return "EWS";
        }

        if (role.Equals(Smtp, StringComparison.OrdinalIgnoreCase))
        {
            return "SMTP";
        }

        var permission = new MailAppPermission("Graph", PermissionOf(role), PermissionKind.Application);
        return IsOfBoth(role) || PermissionTable.Of(permission).Protocol == "Graph" ? "Graph" : null;
    }

    /// <summary>Returns the permission that a role replaces, by Graph's name.</summary>
    public static string PermissionOf(string role) => role["Application ".Length..];

    /// <summary>Whether a role lets its app read mail.</summary>
    public static bool ReadsMail(string role) => IsOfBoth(role)
        || (role.StartsWith("Application Mail.Read", StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a role lets its app send mail over Graph.</summary>
    public static bool SendsMail(string role) =>
        IsOfBoth(role) || role.Equals("Application Mail.Send", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether an application permission of Graph lets its app read mail.</summary>
    public static bool ReadsMail(MailAppPermission permission) =>
        permission is { Kind: PermissionKind.Application, Resource: "Graph" }
        && permission.Name.StartsWith("Mail.Read", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether an application permission of Graph lets its app send mail.</summary>
    public static bool SendsMail(MailAppPermission permission) =>
        permission is { Kind: PermissionKind.Application, Resource: "Graph" }
        && permission.Name.Equals("Mail.Send", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a permission opens every mailbox, without a role that could take its place.</summary>
    public static bool IsNotScopable(MailAppPermission permission, Cloud cloud) =>
        permission.Kind == PermissionKind.Application && For(permission, cloud) is null
        && (PermissionName.OpensEveryMailbox(permission)
            || permission.Name.StartsWith("User.Read", StringComparison.OrdinalIgnoreCase)
            || permission.Name.StartsWith("Directory.", StringComparison.OrdinalIgnoreCase));
}
