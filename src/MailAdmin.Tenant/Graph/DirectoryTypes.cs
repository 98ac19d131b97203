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
            "accountEnabled", "assignedLicenses", "assignedPlans", "city", "companyName", "country", "createdDateTime",
            "department", "employeeId", "identities", "imAddresses", "mailNickname", "onPremisesExtensionAttributes",
            "onPremisesSyncEnabled", "otherMails", "postalCode", "proxyAddresses", "showInAddressList", "state", "streetAddress",
            "usageLocation", "userType",
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

    /// <summary>https://learn.microsoft.com/graph/api/resources/federatedidentitycredential</summary>
    public static EntityType<DirectoryObject> FederatedCredential { get; } = Stored("microsoft.graph.federatedIdentityCredential",
        ["id", "name", "issuer", "subject", "description", "audiences"], []) with
    {
        Annotations = (credential, call) =>
        [
            new("@odata.id",
                $"https://{call.Request.Uri.Host}/v2/{call.Tenant.TenantId}/directoryObjects/$/"
                    + $"Microsoft.DirectoryServices.Application('{call.Keys.GetValueOrDefault("application")}')/"
                    + $"federatedIdentityCredentials/{credential.Id}"),
        ],
    };

    /// <summary>https://learn.microsoft.com/graph/api/resources/appmanagementpolicy</summary>
    public static EntityType<DirectoryObject> AppManagementPolicy { get; } = Stored("microsoft.graph.appManagementPolicy",
        ["id", "displayName", "description", "isEnabled", "restrictions"], []);

    /// <summary>https://learn.microsoft.com/graph/api/resources/conditionalaccesspolicy</summary>
    public static EntityType<DirectoryObject> ConditionalAccessPolicy { get; } = Stored("microsoft.graph.conditionalAccessPolicy",
        [
            "id", "templateId", "displayName", "createdDateTime", "modifiedDateTime", "state", "sessionControls", "conditions",
            "grantControls",
        ],
        []);

    /// <summary>https://learn.microsoft.com/graph/api/resources/group</summary>
    public static EntityType<DirectoryObject> Group { get; } = Stored("microsoft.graph.group",
        [
            "id", "deletedDateTime", "classification", "createdDateTime", "creationOptions", "description", "displayName",
            "expirationDateTime", "groupTypes", "isAssignableToRole", "mail", "mailEnabled", "mailNickname", "membershipRule",
            "membershipRuleProcessingState", "onPremisesDomainName", "onPremisesLastSyncDateTime", "onPremisesNetBiosName",
            "onPremisesSamAccountName", "onPremisesSecurityIdentifier", "onPremisesSyncEnabled", "preferredDataLocation",
            "preferredLanguage", "proxyAddresses", "renewedDateTime", "resourceBehaviorOptions",
            "resourceProvisioningOptions", "securityEnabled", "securityIdentifier", "theme", "uniqueName", "visibility",
            "onPremisesProvisioningErrors", "serviceProvisioningErrors",
        ],
        []);

    /// <summary>https://learn.microsoft.com/graph/api/resources/directoryrole</summary>
    public static EntityType<DirectoryObject> Role { get; } = Stored("microsoft.graph.directoryRole",
        ["id", "deletedDateTime", "description", "displayName", "roleTemplateId"], []);

    /// <summary>https://learn.microsoft.com/graph/api/resources/administrativeunit</summary>
    public static EntityType<DirectoryObject> Unit { get; } = Stored("microsoft.graph.administrativeUnit",
        ["id", "deletedDateTime", "description", "displayName", "visibility"], []);

    /// <summary>https://learn.microsoft.com/graph/api/resources/domain</summary>
    public static EntityType<DirectoryObject> Domain { get; } = Stored("microsoft.graph.domain",
        [
            "authenticationType", "availabilityStatus", "id", "isAdminManaged", "isDefault", "isInitial", "isRoot", "isVerified",
            "supportedServices", "passwordValidityPeriodInDays", "passwordNotificationWindowInDays", "state",
        ],
        []);

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
