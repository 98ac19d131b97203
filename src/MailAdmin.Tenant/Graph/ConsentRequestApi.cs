using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Graph.OData;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// The users' requests for admin consent: https://learn.microsoft.com/graph/api/resources/appconsentrequest. There is an approval
/// by grant only: a request is completed when its permissions are granted.
/// </summary>
internal static class ConsentRequestApi
{
    private const string Fragment = "identityGovernance/appConsent/appConsentRequests";

    private static readonly EntityType<ConsentRequest> RequestType = new("microsoft.graph.appConsentRequest", Unexpanded,
        new("id", (r, _) => r.Id),
        new("appId", (r, _) => r.AppId),
        new("appDisplayName", (r, _) => r.AppName),
        new("consentType", (_, _) => "Dynamic"),
        new("pendingScopes", (r, _) => Pending(r)),
        new("userConsentRequests", (r, _) => new JsonArray([.. r.Askers.Select(Shown)]), OnSelect: true));

    private static readonly EntityType<JsonObject> AskerType = new("microsoft.graph.userConsentRequest", null,
        [.. new[]
        {
            "id",
            "reason",
            "status",
            "createdDateTime",
            "createdBy",
            "approval",
            "approvalId",
            "completedDateTime",
            "customData",
        }
            .Select(n => new Property<JsonObject>(n, (asker, _) => asker[n]?.DeepClone()))]);

    /// <summary>appconsentapprovalroute-list-appconsentrequests</summary>
    public static TenantAnswer List(GraphCall call) =>
        new Listing<ConsentRequest>(RequestType, Fragment, Paging.Directory) { AlwaysCounts = true }.Answer(call, All(call));

    /// <summary>appconsentrequest-get</summary>
    public static TenantAnswer Get(GraphCall call) =>
        TenantAnswer.OfJson(200, RequestType.Render(Find(call), call, call.Query.Select)
        .After(("@odata.context", call.Context($"{Fragment}/$entity"))));

    /// <summary>appconsentrequest-list-userconsentrequests</summary>
    public static TenantAnswer ListAskers(GraphCall call)
    {
        var request = Find(call);
        return new Listing<JsonObject>(AskerType, $"{Fragment}('{request.Id}')/userConsentRequests", Paging.Directory)
        {
            AlwaysCounts = true,
        }
            .Answer(call, request.Askers.Select(Shown));
    }

    private static List<ConsentRequest> All(GraphCall call)
    {
        call.Tenant.Consent.Refresh(call.Tenant.Directory, call.Tenant.Now);
        return call.Tenant.Consent.Requests;
    }

    private static ConsentRequest Find(GraphCall call) =>
        All(call).Find(r => DirectoryStore.Same(r.Id, call.Keys["request"])) ?? throw GraphRefusal.NoObject(call.Keys["request"]);

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Unexpanded(ConsentRequest request, GraphCall call) =>
    [
        new("userConsentRequests@odata.context", call.Context($"{Fragment}('{request.Id}')/userConsentRequests")),
        new("userConsentRequests", new JsonArray()),
    ];

    private static JsonArray Pending(ConsentRequest request) => request.Askers.Exists(a => a.Status == "InProgress")
        ? new JsonArray([.. request.Scopes.Select(s => new JsonObject { ["displayName"] = s })]) : [];

    private static JsonObject Shown(ConsentAsker asker)
    {
        var isDone = asker.Status == "Completed";
        return new JsonObject
        {
            ["id"] = asker.Id,
            ["reason"] = asker.Reason,
            ["status"] = asker.Status,
            ["createdDateTime"] = Json.Ticks(asker.CreatedAt),
            ["createdBy"] = new JsonObject
            {
                ["user"] = new JsonObject
                {
                    ["id"] = asker.User.Id,
                    ["displayName"] = asker.User.DisplayName,
                    ["userPrincipalName"] = asker.User.Json.Text("userPrincipalName"),
                    ["mail"] = asker.User.Json.Text("mail"),
                },
            },
            ["approval"] = new JsonObject
            {
                ["id"] = asker.Id,
                ["stages"] = new JsonArray(new JsonObject
                {
                    ["id"] = asker.Id,
                    ["displayName"] = null,
                    ["reviewedDateTime"] = asker.CompletedAt is { } at ? Json.Ticks(at) : null,
                    ["reviewResult"] = isDone ? "Approve" : "NotReviewed",
                    ["status"] = asker.Status,
                    ["assignedToMe"] = false,
                    ["justification"] = isDone ? "Admin consent granted." : null,
                    // Who granted isn't noted with the request: the page's example has the directory's own service there.
                    ["reviewedBy"] = isDone
                        ? new JsonObject
                        {
                            ["id"] = "00000001-0000-0000-c000-000000000000",
                            ["displayName"] = "",
                            ["userPrincipalName"] = "",
                            ["mail"] = "",
                        } : null,
                }),
            },
            ["approvalId"] = asker.Id,
            ["completedDateTime"] = asker.CompletedAt is { } completed ? Json.Ticks(completed) : null,
            ["customData"] = null,
        };
    }
}
