using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.Directory;

/// <summary>Represents the permissions of users: https://learn.microsoft.com/graph/api/resources/authorizationpolicy.</summary>
internal static class AuthorizationPolicy
{
    private const string ForSelf = "ManagePermissionGrantsForSelf.", Assigned = "permissionGrantPoliciesAssigned",
        UserRole = "defaultUserRolePermissions";

    /// <summary>The policies by which users may consent for themselves, by name.</summary>
    public static IEnumerable<string> ConsentPolicies(JsonObject policy) =>
        (policy[UserRole]?[Assigned] as JsonArray ?? []).Select(p => p!.GetValue<string>())
        .Where(p => p.StartsWith(ForSelf, StringComparison.Ordinal)).Select(p => p[ForSelf.Length..]);

    /// <summary>Assigns others.</summary>
    public static void SetConsentPolicies(JsonObject policy, IEnumerable<string> names) =>
        policy[UserRole]![Assigned] = Json.Array([.. names.Select(n => ForSelf + n)]);

    /// <summary>The policy of a tenant that chose nothing.</summary>
    public static JsonObject New() => new()
    {
        ["id"] = "authorizationPolicy",
        ["allowInvitesFrom"] = "everyone",
        ["allowedToSignUpEmailBasedSubscriptions"] = true,
        ["allowedToUseSSPR"] = true,
        ["allowEmailVerifiedUsersToJoinOrganization"] = false,
        ["allowUserConsentForRiskyApps"] = null,
        ["blockMsolPowerShell"] = false,
        ["displayName"] = "Authorization Policy",
        ["description"] = "Used to manage authorization related settings across the company.",
        ["guestUserRoleId"] = "10dae51f-b6af-4016-8d66-8c2a99b929b3",
        [UserRole] = new JsonObject
        {
            ["allowedToCreateApps"] = true,
            ["allowedToCreateSecurityGroups"] = true,
            ["allowedToCreateTenants"] = true,
            ["allowedToReadBitlockerKeysForOwnedDevice"] = true,
            ["allowedToReadOtherUsers"] = true,
            [Assigned] = Json.Array([.. UserConsentPolicies.Managed.Select(n => ForSelf + n)]),
        },
    };
}
