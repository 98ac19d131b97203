using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Graph.OData;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Graph;

/// <summary>Users and the organization: https://learn.microsoft.com/graph/api/resources/user.</summary>
internal static class UserApi
{
    /// <summary>user-list</summary>
    public static TenantAnswer List(GraphCall call) =>
        DirectoryQueries.List(call, "users", DirectoryTypes.User, call.Tenant.Directory.Users);

    /// <summary>user-get: by id or user principal name, never by another address.</summary>
    public static TenantAnswer Get(GraphCall call) => DirectoryQueries.One(call, 200, "users", DirectoryTypes.User,
        call.User ?? throw GraphRefusal.NoObject(call.Keys["user"]));

    /// <summary>organization-list</summary>
    public static TenantAnswer Organization(GraphCall call)
    {
        var tenant = call.Tenant;
        var organization = new DirectoryObject(Organization(tenant.TenantId, tenant.Domain, tenant.CreatedAt), tenant.CreatedAt);
        return DirectoryQueries.List(call, "organization", DirectoryTypes.Organization, [organization]);
    }

    /// <summary>An organization that never said more of itself than its name.</summary>
    public static JsonObject Organization(string tenantId, string domain, DateTimeOffset created) => new()
    {
        ["id"] = tenantId,
        ["deletedDateTime"] = null,
        ["businessPhones"] = new JsonArray(),
        ["city"] = null,
        ["country"] = null,
        ["countryLetterCode"] = "US",
        ["createdDateTime"] = Json.Seconds(created),
        ["defaultUsageLocation"] = null,
        ["displayName"] = DirectoryStore.Organization,
        ["isMultipleDataLocationsForServicesEnabled"] = null,
        ["marketingNotificationEmails"] = new JsonArray(),
        ["onPremisesLastSyncDateTime"] = null,
        ["onPremisesSyncEnabled"] = null,
        ["partnerTenantType"] = null,
        ["postalCode"] = null,
        ["preferredLanguage"] = "en",
        ["securityComplianceNotificationMails"] = new JsonArray(),
        ["securityComplianceNotificationPhones"] = new JsonArray(),
        ["state"] = null,
        ["street"] = null,
        ["technicalNotificationMails"] = new JsonArray(),
        ["tenantType"] = "AAD",
        ["directorySizeQuota"] = new JsonObject { ["used"] = 0, ["total"] = 50_000 },
        ["assignedPlans"] = new JsonArray(new JsonObject
        {
            ["assignedDateTime"] = Json.Seconds(created),
            ["capabilityStatus"] = "Enabled",
            ["service"] = "exchange",
            ["servicePlanId"] = "113feb6c-3fe4-4440-bddc-54d774bf0318",
        }),
        ["privacyProfile"] = new JsonObject { ["contactEmail"] = "", ["statementUrl"] = "" },
        ["provisionedPlans"] = new JsonArray(new JsonObject
        {
            ["capabilityStatus"] = "Enabled",
            ["provisioningStatus"] = "Success",
            ["service"] = "exchange",
        }),
        ["verifiedDomains"] = new JsonArray(new JsonObject
        {
            ["capabilities"] = "Email, OfficeCommunicationsOnline",
            ["isDefault"] = true,
            ["isInitial"] = true,
            ["name"] = domain,
            ["type"] = "Managed",
        }),
    };

    public static DirectoryObject? Find(TenantState tenant, string key) => tenant.Directory.Users.Find(
        u => DirectoryStore.Same(u.Id, key) || DirectoryStore.Same(u.Json.Text("userPrincipalName"), key));

    /// <summary>A user as the admin center would make it.</summary>
    public static JsonObject New(
        string principalName, string displayName, string? mail, IEnumerable<string> proxyAddresses,
        DateTimeOffset created) => new()
    {
        ["businessPhones"] = new JsonArray(),
        ["displayName"] = displayName,
        ["givenName"] = displayName.Split(' ')[0],
        ["jobTitle"] = null,
        ["mail"] = mail,
        ["mobilePhone"] = null,
        ["officeLocation"] = null,
        ["preferredLanguage"] = null,
        ["surname"] = displayName.Contains(' ', StringComparison.Ordinal)
            ? displayName[(displayName.IndexOf(' ', StringComparison.Ordinal) + 1)..]
            : null,
        ["userPrincipalName"] = principalName,
        ["id"] = Guid.NewGuid().ToString(),
        ["accountEnabled"] = true,
        ["assignedLicenses"] = new JsonArray(),
        ["createdDateTime"] = Json.Seconds(created),
        ["identities"] = new JsonArray(new JsonObject
        {
            ["signInType"] = "userPrincipalName",
            ["issuer"] = principalName.Split('@')[1],
            ["issuerAssignedId"] = principalName,
        }),
        ["mailNickname"] = principalName.Split('@')[0],
        ["otherMails"] = new JsonArray(),
        ["proxyAddresses"] = Json.Array(proxyAddresses),
        ["userType"] = "Member",
    };
}
