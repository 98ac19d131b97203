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

    /// <summary>user-get: by ID or user principal name, never by another address.</summary>
    public static TenantAnswer Get(GraphCall call) => DirectoryQueries.One(call, 200, "users", DirectoryTypes.User,
        call.User ?? throw GraphRefusal.NoObject(call.Keys["user"]));

    /// <summary>user-list-approleassignments</summary>
    public static TenantAnswer RolesOf(GraphCall call)
    {
        var user = call.User ?? throw GraphRefusal.NoObject(call.Keys["user"]);
        return DirectoryQueries.List(call, $"users('{user.Id}')/appRoleAssignments", DirectoryTypes.AppRoleAssignment,
            call.Tenant.Directory.AppRoleAssignments.Where(a => a.Json.Text("principalId") == user.Id));
    }

    /// <summary>user-list-oauth2permissiongrants</summary>
    public static TenantAnswer ScopesOf(GraphCall call)
    {
        var user = call.User ?? throw GraphRefusal.NoObject(call.Keys["user"]);
        return DirectoryQueries.List(call, "oauth2PermissionGrants", DirectoryTypes.PermissionGrant,
            call.Tenant.Directory.PermissionGrants.Where(g => g.Json.Text("principalId") == user.Id));
    }

    /// <summary>organization-list</summary>
    public static TenantAnswer Organization(GraphCall call) =>
        DirectoryQueries.List(call, "organization", DirectoryTypes.Organization, [Own(call)]);

    /// <summary>organization-get</summary>
    public static TenantAnswer OrganizationById(GraphCall call) => DirectoryQueries.One(
        call, 200, "organization", DirectoryTypes.Organization,
        DirectoryQueries.Find(call, [Own(call)], call.Keys["organization"]));

    private static DirectoryObject Own(GraphCall call)
    {
        var tenant = call.Tenant;
        return new DirectoryObject(
            Organization(tenant.TenantId, tenant.Domain, tenant.CreatedAt), tenant.CreatedAt.AddDays(-1));
    }

    /// <summary>An organization with only a name.</summary>
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

    public static DirectoryObject? Find(TenantState tenant, string key) => tenant.Directory.Users.Find(key);
}
