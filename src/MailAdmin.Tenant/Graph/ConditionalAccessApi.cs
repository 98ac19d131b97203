using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Graph;

/// <summary>Conditional Access: https://learn.microsoft.com/graph/api/resources/conditionalaccesspolicy.</summary>
internal static class ConditionalAccessApi
{
    private const string Fragment = "identity/conditionalAccess/policies";

    /// <summary>conditionalaccessroot-list-policies</summary>
    public static TenantAnswer List(GraphCall call) =>
        DirectoryQueries.List(call, Fragment, DirectoryTypes.ConditionalAccessPolicy, All(call.Tenant));

    /// <summary>conditionalaccesspolicy-get</summary>
    public static TenantAnswer Get(GraphCall call) => DirectoryQueries.One(
        call, 200, Fragment, DirectoryTypes.ConditionalAccessPolicy,
        DirectoryQueries.Find(call, All(call.Tenant), call.Keys["policy"]));

    /// <summary>
    /// Returns the results of the policies for a sign-in:
    /// https://learn.microsoft.com/graph/api/resources/appliedconditionalaccesspolicy.
    /// </summary>
    public static JsonArray Applied(TenantState tenant, SignIn signIn) =>
        new([.. tenant.Directory.ConditionalAccess.Select(p => new JsonObject
        {
            ["id"] = p.Id,
            ["displayName"] = p.DisplayName,
            ["enforcedGrantControls"] = Json.Array(p.RequiresMfa ? "Mfa" : "Block"),
            ["enforcedSessionControls"] = new JsonArray(),
            ["result"] = Stopped(p, signIn) ? "failure" : "notApplied",
        })]);

    private static bool Stopped(ConditionalAccessPolicy policy, SignIn signIn) => signIn.ErrorCode switch
    {
        53003 when signIn.User is null => policy.Blocks(signIn.App!.AppId),
        53003 => policy.BlocksDeviceCode,
        50076 => policy.RequiresMfa,
        _ => false,
    };

    private static IEnumerable<DirectoryObject> All(TenantState tenant) =>
        tenant.Directory.ConditionalAccess.Select(p => new DirectoryObject(Describe(tenant, p), tenant.CreatedAt.AddDays(-1)));

    private static JsonObject Describe(TenantState tenant, ConditionalAccessPolicy policy) => new()
    {
        ["id"] = policy.Id,
        ["templateId"] = null,
        ["displayName"] = policy.DisplayName,
        ["createdDateTime"] = Json.Ticks(tenant.CreatedAt),
        ["modifiedDateTime"] = null,
        ["state"] = "enabled",
        ["sessionControls"] = null,
        ["conditions"] = new JsonObject
        {
            ["signInRiskLevels"] = new JsonArray(),
            ["userRiskLevels"] = new JsonArray(),
            ["clientAppTypes"] = Json.Array("all"),
            ["platforms"] = null,
            ["locations"] = null,
            ["applications"] = new JsonObject
            {
                ["includeApplications"] = Json.Array("All"),
                ["excludeApplications"] = new JsonArray(),
                ["includeUserActions"] = new JsonArray(),
            },
            ["clientApplications"] = policy.BlockedApps.Count == 0 ? null : new JsonObject
            {
                ["includeServicePrincipals"] = Json.Array(
                    policy.BlockedApps.Select(a => tenant.Directory.PrincipalOf(a)?.Id ?? a)),
                ["excludeServicePrincipals"] = new JsonArray(),
            },
            ["users"] = new JsonObject
            {
                ["includeUsers"] = Json.Array(policy.BlockedApps.Count == 0 ? "All" : "None"),
                ["excludeUsers"] = Json.Array(policy.ExcludedUsers),
                ["includeGroups"] = new JsonArray(),
                ["excludeGroups"] = new JsonArray(),
                ["includeRoles"] = new JsonArray(),
                ["excludeRoles"] = new JsonArray(),
            },
            ["authenticationFlows"] = policy.BlocksDeviceCode
                ? new JsonObject { ["transferMethods"] = "deviceCodeFlow" }
                : null,
        },
        ["grantControls"] = new JsonObject
        {
            ["operator"] = "OR",
            ["builtInControls"] = Json.Array(policy.RequiresMfa ? "mfa" : "block"),
            ["customAuthenticationFactors"] = new JsonArray(),
            ["termsOfUse"] = new JsonArray(),
        },
    };
}
