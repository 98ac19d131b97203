using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Graph;

/// <summary>Soft-deleted directory objects: https://learn.microsoft.com/graph/api/resources/directory.</summary>
internal static class DeletedItemsApi
{
    /// <summary>The time after which a deleted object is permanently deleted.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>Moves an object from its list to the deleted ones, and removes its grants.</summary>
    public static void Delete(TenantState tenant, List<DirectoryObject> list, DirectoryObject deleted)
    {
        list.Remove(deleted);
        deleted.DeletedAt = tenant.Now;
        deleted.Json["deletedDateTime"] = Json.Ticks(tenant.Now);
        tenant.Directory.Deleted.Add(deleted);
        tenant.Directory.AppRoleAssignments.RemoveAll(
            a => a.Json.Text("principalId") == deleted.Id || a.Json.Text("resourceId") == deleted.Id);
        tenant.Directory.PermissionGrants.RemoveAll(
            g => g.Json.Text("clientId") == deleted.Id || g.Json.Text("resourceId") == deleted.Id);
    }

    /// <summary>directory-deleteditems-list, of applications</summary>
    public static TenantAnswer ListApplications(GraphCall call) =>
        DirectoryQueries.List(call, "applications", DirectoryTypes.Application, All(call.Tenant).Where(IsApplication));

    /// <summary>directory-deleteditems-list, of service principals</summary>
    public static TenantAnswer ListServicePrincipals(GraphCall call) =>
        DirectoryQueries.List(
            call, "servicePrincipals", DirectoryTypes.ServicePrincipal, All(call.Tenant).Where(o => !IsApplication(o)));

    /// <summary>directory-deleteditems-get</summary>
    public static TenantAnswer Get(GraphCall call) => One(call, Find(call));

    /// <summary>directory-deleteditems-restore</summary>
    public static TenantAnswer Restore(GraphCall call)
    {
        var restored = Find(call);
        call.Tenant.Directory.Deleted.Remove(restored);
        restored.DeletedAt = null;
        restored.Json["deletedDateTime"] = null;
        (IsApplication(restored) ? call.Tenant.Directory.Applications : call.Tenant.Directory.ServicePrincipals).Add(restored);
        return One(call, restored);
    }

    /// <summary>directory-deleteditems-delete: for good.</summary>
    public static TenantAnswer Purge(GraphCall call)
    {
        call.Tenant.Directory.Deleted.Remove(Find(call));
        return new TenantAnswer(204);
    }

    private static IEnumerable<DirectoryObject> All(TenantState tenant) =>
        tenant.Directory.Deleted.Where(o => o.DeletedAt + Kept > tenant.Now);

    private static DirectoryObject Find(GraphCall call) => DirectoryQueries.Find(call, All(call.Tenant), call.Keys["id"]);

    private static bool IsApplication(DirectoryObject o) => o.Json.ContainsKey("requiredResourceAccess");

    private static TenantAnswer One(GraphCall call, DirectoryObject entity)
    {
        var isApplication = IsApplication(entity);
        var json = (isApplication ? DirectoryTypes.Application : DirectoryTypes.ServicePrincipal)
            .Render(entity, call, call.Query.Select);
        return TenantAnswer.OfJson(200, json.After(
            ("@odata.context", call.Context("directoryObjects/$entity")),
            ("@odata.type", isApplication ? "#microsoft.graph.application" : "#microsoft.graph.servicePrincipal")));
    }
}
