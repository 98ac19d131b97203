using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Graph.OData;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// The policy of the admin consent workflow: https://learn.microsoft.com/graph/api/resources/adminconsentrequestpolicy.
/// </summary>
internal static class ConsentPolicyApi
{
    private static readonly string[] Required =
    [
        "isEnabled", "notifyReviewers", "remindersEnabled", "requestDurationInDays", "reviewers",
    ];

    /// <summary>adminconsentrequestpolicy-get</summary>
    public static TenantAnswer Get(GraphCall call) =>
        TenantAnswer.OfJson(200, ((JsonObject)call.Tenant.Consent.Policy.DeepClone())
        .After(("@odata.context", call.Context("policies/adminConsentRequestPolicy/$entity"))));

    /// <summary>adminconsentrequestpolicy-update: the policy is replaced as a whole.</summary>
    public static TenantAnswer Replace(GraphCall call)
    {
        JsonObject policy = call.Tenant.Consent.Policy, wanted = call.Body;
        if (Required.FirstOrDefault(p => wanted[p] is null) is { } missing)
        {
            throw GraphRefusal.Directory(
                $"A value is required for property '{missing}' of resource 'AdminConsentRequestPolicy'.");
        }

        wanted["reviewers"] = new JsonArray([.. wanted.Objects("reviewers").Select(r => new JsonObject
        {
            ["query"] = r.Text("query"),
            ["queryType"] = r.Text("queryType") ?? "MicrosoftGraph",
            ["queryRoot"] = r.Text("queryRoot"),
        })]);
        DirectoryPatch.Apply(policy, wanted, "AdminConsentRequestPolicy");
        policy["version"] = (int)policy["version"]! + 1;
        return new TenantAnswer(204);
    }
}
