using MailAdmin.Core.Base;

namespace MailAdmin.Core.Permissions;

/// <summary>Which role in Exchange stands for which permission in Entra.</summary>
/// <remarks>https://learn.microsoft.com/exchange/permissions-exo/application-rbac#supported-application-roles</remarks>
internal static class RoleNames
{
    private static readonly (string Permission, string Role)[] OfGraph =
    [
        ("Mail.Read", "Application Mail.Read"),
        ("Mail.ReadBasic", "Application Mail.ReadBasic"),
        ("Mail.ReadBasic.All", "Application Mail.ReadBasic"),
        ("Mail.ReadWrite", "Application Mail.ReadWrite"),
        ("Mail.Send", "Application Mail.Send"),
        ("MailboxSettings.Read", "Application MailboxSettings.Read"),
        ("MailboxSettings.ReadWrite", "Application MailboxSettings.ReadWrite"),
        ("Calendars.Read", "Application Calendars.Read"),
        ("Calendars.ReadWrite", "Application Calendars.ReadWrite"),
        ("Contacts.Read", "Application Contacts.Read"),
        ("Contacts.ReadWrite", "Application Contacts.ReadWrite"),
    ];

    private static readonly string[] OfBoth = ["Application Mail Full Access", "Application Exchange Full Access"];

    public const string Ews = "Application EWS.AccessAsApp", Smtp = "Application SMTP.SendAsApp",
        SmtpPermission = "SMTP.SendAsApp";

    /// <summary>The role for an application permission; null when there is none in a cloud.</summary>
    /// <remarks>
    /// SMTP: https://learn.microsoft.com/exchange/client-developer/legacy-protocols/smtp-app-rbac-onboarding, which the worldwide
    /// cloud alone has. There the role does without SendAs, and without the permission: while a token carries that, Exchange asks
    /// for SendAs.
    /// </remarks>
    public static string? For(MailAppPermission permission, Cloud cloud) =>
        permission is { Kind: PermissionKind.Application, Resource: "Exchange", Name: SmtpPermission }
            && cloud.Environment == MailEnvironment.Global ? Smtp : For(permission);

    /// <summary>The role for an application permission that every cloud has; null when there is none.</summary>
    public static string? For(MailAppPermission permission) => permission switch
    {
        { Kind: not PermissionKind.Application } => null,
        { Resource: "Exchange", Name: "full_access_as_app" } => Ews,
        // The Exchange resource has copies of Graph's permissions, of the days of the Outlook REST API.
        { Resource: "Graph" or "Exchange" } =>
            OfGraph.FirstOrDefault(r => r.Permission.Equals(Plain(permission.Name), StringComparison.OrdinalIgnoreCase)).Role,
        _ => null,
    };

    /// <summary>Whether a role is one of apps.</summary>
    public static bool IsOfApps(string role) => role.StartsWith("Application ", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a role stands for several permissions, those for reading and sending mail among them.</summary>
    public static bool IsOfBoth(string role) => OfBoth.Contains(role, StringComparer.OrdinalIgnoreCase);

    /// <summary>The permission that a role stands for, as Graph calls it.</summary>
    public static string PermissionOf(string role) => role["Application ".Length..];

    /// <summary>Whether a role lets its app read mail.</summary>
    public static bool ReadsMail(string role) => IsOfBoth(role)
        || (role.StartsWith("Application Mail.Read", StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether an application permission of Graph lets its app read mail.</summary>
    public static bool ReadsMail(MailAppPermission permission) =>
        permission is { Kind: PermissionKind.Application, Resource: "Graph" }
        && permission.Name.StartsWith("Mail.Read", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a permission opens every mailbox, without a role that could take its place.</summary>
    public static bool IsNotScopable(MailAppPermission permission, Cloud cloud) =>
        permission.Kind == PermissionKind.Application && For(permission, cloud) is null
        && (PermissionName.OpensEveryMailbox(permission)
            || permission.Name.StartsWith("User.Read", StringComparison.OrdinalIgnoreCase)
            || permission.Name.StartsWith("Directory.", StringComparison.OrdinalIgnoreCase));

    private static string Plain(string name) => name.EndsWith("s.ReadWrite.All", StringComparison.Ordinal) ? name[..^4] : name;
}
