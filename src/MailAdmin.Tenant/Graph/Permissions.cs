namespace MailAdmin.Tenant.Graph;

/// <summary>Sets of app roles as the "Permissions" tables of the documentation group them.</summary>
internal static class Permissions
{
    public static readonly string[] ReadApplications =
        [
            "Application.Read.All", "Application.ReadWrite.OwnedBy", "Application.ReadWrite.All", "Directory.Read.All",
            "Directory.ReadWrite.All",
        ];

    public static readonly string[] WriteApplications =
    [
        "Application.ReadWrite.OwnedBy", "Application.ReadWrite.All", "Directory.ReadWrite.All",
    ];

    public static readonly string[] GrantRoles = ["AppRoleAssignment.ReadWrite.All"];

    public static readonly string[] ReadGrants =
    [
        "Directory.Read.All", "DelegatedPermissionGrant.ReadWrite.All", "Directory.ReadWrite.All",
    ];

    public static readonly string[] WriteGrants = ["DelegatedPermissionGrant.ReadWrite.All", "Directory.ReadWrite.All"];

    public static readonly string[] ReadUsers =
        ["User.ReadBasic.All", "User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"];

    public static readonly string[] ReadOrganization = ["Organization.Read.All", "Directory.Read.All", "Directory.ReadWrite.All"];

    public static readonly string[] ReadDomains =
        ["Domain.Read.All", "Domain.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"];

    public static readonly string[] ReadGroups =
    [
        "GroupMember.Read.All", "Group.Read.All", "Group.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All",
    ];

    public static readonly string[] ReadMemberships =
    [
        "GroupMember.Read.All", "Group.Read.All", "Application.Read.All", "User.Read.All", "Directory.Read.All",
        "Directory.ReadWrite.All",
    ];

    public static readonly string[] ReadRoles =
    [
        "RoleManagement.Read.Directory", "RoleManagement.ReadWrite.Directory", "Directory.Read.All", "Directory.ReadWrite.All",
    ];

    public static readonly string[] ReadAssignments =
        ["Directory.Read.All", "AppRoleAssignment.ReadWrite.All", "Directory.ReadWrite.All"];

    public static readonly string[] ReadAuthorization = ["Policy.Read.All", "Policy.ReadWrite.Authorization"];

    public static readonly string[] WriteAuthorization = ["Policy.ReadWrite.Authorization"];

    public static readonly string[] ReadConditionalAccess = ["Policy.Read.All"];

    public static readonly string[] ReadSignIns = ["AuditLog.Read.All"];

    /// <summary>The results of Conditional Access in sign-ins.</summary>
    public static readonly string[] ReadAppliedPolicies =
        ["Policy.Read.All", "Policy.Read.ConditionalAccess", "Policy.ReadWrite.ConditionalAccess"];

    public static readonly string[] QueryAuditLog = ["AuditLogsQuery-Exchange.Read.All", "AuditLogsQuery.Read.All"];

    public static readonly string[] ReadPolicies = ["Policy.Read.All", "Policy.ReadWrite.ApplicationConfiguration"];

    public static readonly string[] WritePolicies = ["Policy.ReadWrite.ApplicationConfiguration"];

    public static readonly string[] ReadConsentPolicy = ["Policy.Read.All", "Policy.ReadWrite.ConsentRequest"];

    public static readonly string[] WriteConsentPolicy = ["Policy.ReadWrite.ConsentRequest", "Directory.ReadWrite.All"];

    public static readonly string[] ReadConsentRequests = ["ConsentRequest.Read.All", "ConsentRequest.ReadWrite.All"];

    public static readonly string[] ReadActivity = ["AuditLog.Read.All", "Directory.Read.All"];

    /// <summary>Message properties but the body; folders.</summary>
    public static readonly string[] MailBasic = ["Mail.ReadBasic.All", "Mail.ReadBasic", "Mail.Read", "Mail.ReadWrite"];

    /// <summary>Bodies, MIME, attachments.</summary>
    public static readonly string[] MailContent = ["Mail.Read", "Mail.ReadWrite"];

    public static readonly string[] MailWrite = ["Mail.ReadWrite"];

    /// <summary>Changing the content of messages that were sent or received.</summary>
    public static readonly string[] MailAdvanced = ["Mail-Advanced.ReadWrite", "Mail-Advanced.ReadWrite.All"];

    /// <summary>Changing any property of a message.</summary>
    public static readonly string[] MailChange = ["Mail.ReadWrite", .. MailAdvanced];

    public static readonly string[] MailSend = ["Mail.Send"];

    public static readonly string[] ReadSettings = ["MailboxSettings.Read", "MailboxSettings.ReadWrite"];

    public static readonly string[] WriteSettings = ["MailboxSettings.ReadWrite"];
}
