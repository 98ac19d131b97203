using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Graph.OData;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Graph;

/// <summary>Owners of applications and service principals.</summary>
internal static class OwnerApi
{
    /// <summary>application-list-owners</summary>
    public static TenantAnswer OfApplication(GraphCall call) => List(call, ApplicationApi.Find(call));

    /// <summary>serviceprincipal-list-owners</summary>
    public static TenantAnswer OfServicePrincipal(GraphCall call) => List(call, ServicePrincipalApi.Find(call));

    /// <summary>application-post-owners</summary>
    public static TenantAnswer AddToApplication(GraphCall call) => Add(call, ApplicationApi.FindOwn(call));

    /// <summary>serviceprincipal-post-owners</summary>
    public static TenantAnswer AddToServicePrincipal(GraphCall call) => Add(call, ServicePrincipalApi.FindOwn(call));

    /// <summary>application-delete-owners</summary>
    public static TenantAnswer RemoveFromApplication(GraphCall call) => Remove(call, ApplicationApi.FindOwn(call));

    /// <summary>serviceprincipal-delete-owners</summary>
    public static TenantAnswer RemoveFromServicePrincipal(GraphCall call) => Remove(call, ServicePrincipalApi.FindOwn(call));

    /// <summary>The owners of an application or a service principal.</summary>
    public static IEnumerable<DirectoryObject> Of(TenantState tenant, DirectoryObject owned) =>
        Principals(tenant).Where(p => owned.Owners.Contains(p.Id));

    private static TenantAnswer Add(GraphCall call, DirectoryObject owned)
    {
        var id = (call.Body.Text("@odata.id") ?? "").Split('/')[^1];
        var owner = Principals(call.Tenant).FirstOrDefault(p => DirectoryStore.Same(p.Id, id))
            ?? throw GraphRefusal.NoObject(id);
        if (owned.Owners.Contains(owner.Id))
        {
            throw GraphRefusal.Directory(
                "One or more added object references already exist for the following modified properties: 'owners'.");
        }

        owned.Owners.Add(owner.Id);
        return new TenantAnswer(204);
    }

    private static TenantAnswer Remove(GraphCall call, DirectoryObject owned) =>
        owned.Owners.Remove(call.Keys["owner"])
            ? new TenantAnswer(204)
            : throw GraphRefusal.NoObject(call.Keys["owner"]);

    private static IEnumerable<DirectoryObject> Principals(TenantState tenant) =>
        tenant.Directory.Users.Concat(tenant.Directory.ServicePrincipals);

    private static TenantAnswer List(GraphCall call, DirectoryObject owned) =>
        DirectoryMembers.Answer(call, Of(call.Tenant, owned));
}
