using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.Directory;

/// <summary>New assignments of app roles: https://learn.microsoft.com/graph/api/resources/approleassignment.</summary>
internal static class AppRoleAssignments
{
    /// <summary>A new assignment of a role of a resource to a service principal or a user.</summary>
    public static JsonObject New(
        DirectoryObject principal, DirectoryObject resource, string roleId, DateTimeOffset now) => new()
    {
        ["id"] = Base64Url.Encode([.. Guid.NewGuid().ToByteArray(), .. Guid.NewGuid().ToByteArray()]),
        ["deletedDateTime"] = null,
        ["appRoleId"] = roleId,
        ["createdDateTime"] = Json.Ticks(now),
        ["principalDisplayName"] = principal.DisplayName,
        ["principalId"] = principal.Id,
        ["principalType"] = principal.Json["userPrincipalName"] is null ? "ServicePrincipal" : "User",
        ["resourceDisplayName"] = resource.DisplayName,
        ["resourceId"] = resource.Id,
    };
}
