using MailAdmin.Tenant.Directory;

namespace MailAdmin.Tenant.Graph;

/// <summary>Which properties the objects of the directory have.</summary>
internal static class DirectoryTypes
{
    /// <summary>https://learn.microsoft.com/graph/api/resources/application</summary>
    public static EntityType<DirectoryObject> Application { get; } = Stored("microsoft.graph.application",
        [.. Applications.New("", "", default).Select(p => p.Key)], []);

    /// <summary>https://learn.microsoft.com/graph/api/resources/serviceprincipal</summary>
    public static EntityType<DirectoryObject> ServicePrincipal { get; } = Stored("microsoft.graph.servicePrincipal",
        [.. ServicePrincipals.New("", "", "", default).Select(p => p.Key)], []);

    /// <summary>
    /// https://learn.microsoft.com/graph/api/resources/user: a few properties by default, the others when selected.
    /// </summary>
    public static EntityType<DirectoryObject> User { get; } = Stored("microsoft.graph.user",
        ["businessPhones", "displayName", "givenName", "jobTitle", "mail", "mobilePhone", "officeLocation", "preferredLanguage",
            "surname", "userPrincipalName", "id"],
        [
            "accountEnabled", "assignedLicenses", "companyName", "createdDateTime", "department", "employeeId", "identities",
            "imAddresses", "mailNickname",
            "otherMails", "postalCode", "proxyAddresses", "usageLocation", "userType",
        ]);

    /// <summary>https://learn.microsoft.com/graph/api/resources/approleassignment</summary>
    public static EntityType<DirectoryObject> AppRoleAssignment { get; } = Stored("microsoft.graph.appRoleAssignment",
        ["id", "deletedDateTime", "appRoleId", "createdDateTime", "principalDisplayName", "principalId", "principalType",
            "resourceDisplayName", "resourceId"],
        []);

    /// <summary>https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant</summary>
    public static EntityType<DirectoryObject> PermissionGrant { get; } = Stored("microsoft.graph.oAuth2PermissionGrant",
        ["clientId", "consentType", "id", "principalId", "resourceId", "scope"], []) with
    {
        Annotations = (grant, call) =>
            [new("@odata.id", $"https://{call.Request.Uri.Host}/v2/{call.Tenant.TenantId}/oauth2PermissionGrants/{grant.Id}")],
    };

    /// <summary>https://learn.microsoft.com/graph/api/resources/organization</summary>
    public static EntityType<DirectoryObject> Organization { get; } = Stored("microsoft.graph.organization",
        [.. UserApi.Organization("", "", default).Select(p => p.Key)], []);

    private static EntityType<DirectoryObject> Stored(string name, string[] returned, string[] onSelect) => new(
        name,
        null,
        [
            .. returned.Select(
                p => new Property<DirectoryObject>(
                    p, p == "keyCredentials" ? KeyCredentials.Shown : (o, _) => o.Json[p]?.DeepClone())),
            .. onSelect.Select(p => new Property<DirectoryObject>(p, (o, _) => o.Json[p]?.DeepClone(), OnSelect: true)),
        ]);
}
