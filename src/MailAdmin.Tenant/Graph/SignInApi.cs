using System.Globalization;
using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Graph.OData;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// The sign-ins, with the results of Conditional Access: https://learn.microsoft.com/graph/api/resources/signin. Version 1.0 has
/// interactive sign-ins. In beta, a filter of signInEventTypes returns the others
/// (https://learn.microsoft.com/graph/api/signin-list?view=graph-rest-beta).
/// </summary>
internal static class SignInApi
{
    private const string Fragment = "auditLogs/signIns";

    private static readonly Property<SignIn>[] OfBoth =
    [
        new("id", (s, _) => s.Id),
        new("createdDateTime", (s, _) => Json.Seconds(s.At)),
        new("userDisplayName", (s, _) => s.User?.DisplayName ?? ""),
        new("userPrincipalName", (s, _) => s.User?.Json.Text("userPrincipalName") ?? ""),
        new("userId", (s, _) => s.User?.Id ?? ""),
        new("appId", (s, _) => s.App!.AppId),
        new("appDisplayName", (s, _) => s.App!.DisplayName),
        new("ipAddress", (_, _) => "192.0.2.10"),
        new("clientAppUsed", (s, _) => s.User is null ? "" : "Mobile Apps and Desktop clients"),
        new("correlationId", (s, _) => s.CorrelationId),
        new("conditionalAccessStatus", (s, _) => Stopped(s) ? "failure" : "notApplied"),
        new("isInteractive", (s, _) => s.IsInteractive),
        new("riskDetail", (_, _) => "none"),
        new("riskLevelAggregated", (_, _) => "none"),
        new("riskLevelDuringSignIn", (_, _) => "none"),
        new("riskState", (_, _) => "none"),
        new("riskEventTypes", (_, _) => new JsonArray()),
        new("riskEventTypes_v2", (_, _) => new JsonArray()),
        new("resourceDisplayName", (s, _) => s.Resource?.DisplayName),
        new("resourceId", (s, _) => s.Resource?.AppId),
        new("status", (s, _) => new JsonObject
        {
            ["errorCode"] = s.ErrorCode,
            ["failureReason"] = s.FailureReason ?? "Other.",
            ["additionalDetails"] = null,
        }),
        new("deviceDetail", (_, _) => new JsonObject
        {
            ["deviceId"] = "",
            ["displayName"] = "",
            ["operatingSystem"] = "Linux",
            ["browser"] = "",
            ["isCompliant"] = false,
            ["isManaged"] = false,
            ["trustType"] = "",
        }),
        new("location", (_, _) => new JsonObject
        {
            ["city"] = "",
            ["state"] = "",
            ["countryOrRegion"] = "",
            ["geoCoordinates"] = new JsonObject { ["altitude"] = null, ["latitude"] = null, ["longitude"] = null },
        }),
        // Only for those who may read policies, too:
        // https://learn.microsoft.com/graph/api/signin-list#permissions.
        new("appliedConditionalAccessPolicies", (s, call) => call.Caller.Roles.Overlaps(Permissions.ReadAppliedPolicies)
            ? ConditionalAccessApi.Applied(call.Tenant, s) : new JsonArray()),
    ];

    private static readonly EntityType<SignIn> Type = new("microsoft.graph.signIn", null, OfBoth);

    private static readonly EntityType<SignIn> Beta = new("microsoft.graph.signIn", null,
    [
        .. OfBoth,
        new("signInEventTypes", (s, _) => Json.Array(EventType(s))),
        new("servicePrincipalId", (s, _) => s.User is null ? s.App!.Id : ""),
        new("servicePrincipalName", (s, _) => s.User is null ? s.App!.DisplayName : ""),
        new("servicePrincipalCredentialKeyId", (s, _) => s.CredentialKeyId),
        new("authenticationProtocol", (s, _) => s.IsDeviceCode ? "deviceCode" : "none"),
        new("resourceServicePrincipalId", (s, _) => s.Resource?.Id),
    ]);

    /// <summary>signin-list</summary>
    public static TenantAnswer List(GraphCall call)
    {
        RequirePremium(call);
        var type = TypeOf(call);
        var all = call.Query.Filter?.Paths.Contains("signInEventTypes") == true
            ? call.Tenant.Directory.SignIns.All
            : call.Tenant.Directory.SignIns.All.Where(s => s.IsInteractive);
        return new Listing<SignIn>(type, Fragment, Paging.Directory).Answer(call, all);
    }

    /// <summary>signin-get</summary>
    public static TenantAnswer Get(GraphCall call)
    {
        RequirePremium(call);
        var id = call.Keys["signIn"];
        var found = call.Tenant.Directory.SignIns.All.FirstOrDefault(s => s.Id == id)
            ?? throw new GraphRefusal(404, "UnknownError", string.Create(
                CultureInfo.InvariantCulture, $"The sign-in '{id}' was not found."));
        var type = TypeOf(call);
        var context = call.Context($"{Fragment}{type.ContextOf(call.Query.Select)}/$entity");
        return TenantAnswer.OfJson(200, type.Render(found, call, call.Query.Select).After(("@odata.context", context)));
    }

    private static void RequirePremium(GraphCall call)
    {
        if (!call.Tenant.Directory.HasPremium)
        {
            throw new GraphRefusal(
                403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
                "Neither tenant is B2C or tenant doesn't have premium license");
        }
    }

    private static EntityType<SignIn> TypeOf(GraphCall call) => call.Version == "beta" ? Beta : Type;

    private static string EventType(SignIn signIn) => signIn.User is null ? "servicePrincipal"
        : signIn.IsInteractive ? "interactiveUser" : "nonInteractiveUser";

    private static bool Stopped(SignIn signIn) => signIn.ErrorCode is 53000 or 53001 or 53003 or 50074 or 50076 or 50079;
}
