using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Graph.OData;

namespace MailAdmin.Tenant.Graph;

/// <summary>Policies on credentials for some apps: https://learn.microsoft.com/graph/api/resources/appmanagementpolicy.</summary>
internal static class AppPolicyApi
{
    private const string Fragment = "policies/appManagementPolicies";

    /// <summary>appmanagementpolicy-list</summary>
    public static TenantAnswer List(GraphCall call) => DirectoryQueries.List(
        call, Fragment, DirectoryTypes.AppManagementPolicy, All(call.Tenant.Directory.AppManagementPolicies));

    /// <summary>appmanagementpolicy-get</summary>
    public static TenantAnswer Get(GraphCall call) => One(call, 200, Find(call, call.Keys["policy"]));

    /// <summary>appmanagementpolicy-post</summary>
    public static TenantAnswer Create(GraphCall call)
    {
        var policy = AppManagementPolicy.New("", new JsonObject
        {
            ["passwordCredentials"] = new JsonArray(),
            ["keyCredentials"] = new JsonArray(),
        });
        DirectoryPatch.Apply(policy.Json, call.Body, "AppManagementPolicy");
        call.Tenant.Directory.AppManagementPolicies.Add(policy);
        return One(call, 201, policy);
    }

    /// <summary>appmanagementpolicy-update</summary>
    public static TenantAnswer Update(GraphCall call)
    {
        DirectoryPatch.Apply(Find(call, call.Keys["policy"]).Json, call.Body, "AppManagementPolicy");
        return new TenantAnswer(204);
    }

    /// <summary>appmanagementpolicy-delete</summary>
    public static TenantAnswer Delete(GraphCall call)
    {
        call.Tenant.Directory.AppManagementPolicies.Remove(Find(call, call.Keys["policy"]));
        return new TenantAnswer(204);
    }

    /// <summary>appmanagementpolicy-list-appliesto: applications and service principals.</summary>
    public static TenantAnswer ListAppliesTo(GraphCall call)
    {
        var policy = Find(call, call.Keys["policy"]);
        var directory = call.Tenant.Directory;
        return DirectoryMembers.Answer(
            call, directory.Applications.Concat(directory.ServicePrincipals).Where(o => policy.AppliesTo.Contains(o.Id)));
    }

    /// <summary>The policy of an application, as a list.</summary>
    public static TenantAnswer OfApplication(GraphCall call) => Of(call, ApplicationApi.Find(call));

    /// <summary>The policy of a service principal, as a list.</summary>
    public static TenantAnswer OfServicePrincipal(GraphCall call) => Of(call, ServicePrincipalApi.Find(call));

    /// <summary>appmanagementpolicy-post-appliesto: an app has one policy at most.</summary>
    public static TenantAnswer Assign(GraphCall call) => Assign(call, ApplicationApi.Find(call));

    /// <summary>appmanagementpolicy-post-appliesto, example 2</summary>
    public static TenantAnswer AssignToServicePrincipal(GraphCall call) => Assign(call, ServicePrincipalApi.Find(call));

    /// <summary>appmanagementpolicy-delete-appliesto</summary>
    public static TenantAnswer Unassign(GraphCall call) => Unassign(call, ApplicationApi.Find(call));

    /// <summary>appmanagementpolicy-delete-appliesto</summary>
    public static TenantAnswer UnassignFromServicePrincipal(GraphCall call) => Unassign(call, ServicePrincipalApi.Find(call));

    private static TenantAnswer Of(GraphCall call, DirectoryObject app) => DirectoryQueries.List(
        call, Fragment, DirectoryTypes.AppManagementPolicy,
        All(call.Tenant.Directory.AppManagementPolicies.Where(p => p.AppliesTo.Contains(app.Id))));

    private static TenantAnswer Assign(GraphCall call, DirectoryObject app)
    {
        var policy = Find(call, (call.Body.Text("@odata.id") ?? "").Split('/')[^1]);
        if (call.Tenant.Directory.AppManagementPolicies.Exists(p => p.AppliesTo.Contains(app.Id)))
        {
            throw GraphRefusal.Directory(
                "One or more added object references already exist for the following modified properties: "
                    + "'appManagementPolicies'.");
        }

        policy.AppliesTo.Add(app.Id);
        return new TenantAnswer(204);
    }

    private static TenantAnswer Unassign(GraphCall call, DirectoryObject app) =>
        Find(call, call.Keys["policy"]).AppliesTo.Remove(app.Id)
            ? new TenantAnswer(204)
            : throw GraphRefusal.NoObject(call.Keys["policy"]);

    private static AppManagementPolicy Find(GraphCall call, string id) =>
        call.Tenant.Directory.AppManagementPolicies.Find(p => DirectoryStore.Same(p.Json.Text("id"), id))
            ?? throw GraphRefusal.NoObject(id);

    private static IEnumerable<DirectoryObject> All(IEnumerable<AppManagementPolicy> policies) =>
        policies.Select(p => new DirectoryObject(p.Json, DateTimeOffset.MinValue));

    private static TenantAnswer One(GraphCall call, int status, AppManagementPolicy policy) => DirectoryQueries.One(
        call, status, Fragment, DirectoryTypes.AppManagementPolicy, new DirectoryObject(policy.Json, DateTimeOffset.MinValue));
}
