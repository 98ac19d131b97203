using System.Text.Json.Nodes;
using MailAdmin.Tenant.Entra;

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
        TenantState tenant = call.Tenant;
        var organization = new DirectoryObject(new JsonObject
        {
            ["id"] = tenant.TenantId,
            ["displayName"] = "Contoso",
            ["tenantType"] = "AAD",
            ["verifiedDomains"] = new JsonArray(new JsonObject
            {
                ["capabilities"] = "Email, OfficeCommunicationsOnline",
                ["isDefault"] = true,
                ["isInitial"] = true,
                ["name"] = tenant.Domain,
                ["type"] = "Managed",
            }),
        }, DateTimeOffset.MinValue);
        return DirectoryQueries.List(call, "organization", DirectoryTypes.Organization, [organization]);
    }

    public static DirectoryObject? Find(TenantState tenant, string key) => tenant.Directory.Users.Find(
        u => DirectoryStore.Same(u.Id, key) || DirectoryStore.Same(u.Json.Text("userPrincipalName"), key));

    /// <summary>A user as the admin center would make it.</summary>
    public static JsonObject New(string principalName, string displayName, string? mail, IEnumerable<string> proxyAddresses, DateTimeOffset created) => new()
    {
        ["businessPhones"] = new JsonArray(),
        ["displayName"] = displayName,
        ["givenName"] = displayName.Split(' ')[0],
        ["jobTitle"] = null,
        ["mail"] = mail,
        ["mobilePhone"] = null,
        ["officeLocation"] = null,
        ["preferredLanguage"] = null,
        ["surname"] = displayName.Contains(' ', StringComparison.Ordinal) ? displayName[(displayName.IndexOf(' ', StringComparison.Ordinal) + 1)..] : null,
        ["userPrincipalName"] = principalName,
        ["id"] = Guid.NewGuid().ToString(),
        ["accountEnabled"] = true,
        ["assignedLicenses"] = new JsonArray(),
        ["createdDateTime"] = Json.Seconds(created),
        ["mailNickname"] = principalName.Split('@')[0],
        ["otherMails"] = new JsonArray(),
        ["proxyAddresses"] = Json.Array(proxyAddresses),
        ["userType"] = "Member",
    };
}
