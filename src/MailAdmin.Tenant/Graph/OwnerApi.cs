using System.Text.Json.Nodes;
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
    public static TenantAnswer AddToApplication(GraphCall call)
    {
        var application = ApplicationApi.FindOwn(call);
        var id = (call.Body.Text("@odata.id") ?? "").Split('/')[^1];
        var owner = Principals(call.Tenant).FirstOrDefault(p => DirectoryStore.Same(p.Id, id))
            ?? throw GraphRefusal.NoObject(id);
        if (application.Owners.Contains(owner.Id))
        {
            throw GraphRefusal.Directory(
                "One or more added object references already exist for the following modified properties: 'owners'.");
        }

        application.Owners.Add(owner.Id);
        return new TenantAnswer(204);
    }

    /// <summary>application-delete-owners</summary>
    public static TenantAnswer RemoveFromApplication(GraphCall call) =>
        ApplicationApi.FindOwn(call).Owners.Remove(call.Keys["owner"])
            ? new TenantAnswer(204)
            : throw GraphRefusal.NoObject(call.Keys["owner"]);

    private static IEnumerable<DirectoryObject> Principals(TenantState tenant) =>
        tenant.Directory.Users.Concat(tenant.Directory.ServicePrincipals);

    private static TenantAnswer List(GraphCall call, DirectoryObject owned)
    {
        var value = new JsonArray();
        foreach (var owner in Principals(call.Tenant).Where(p => owned.Owners.Contains(p.Id)))
        {
            var isUser = call.Tenant.Directory.Users.Contains(owner);
            var json = (isUser ? DirectoryTypes.User : DirectoryTypes.ServicePrincipal)
                .Render(owner, call, call.Query.Select);
            value.Add(json.After(("@odata.type", isUser ? "#microsoft.graph.user" : "#microsoft.graph.servicePrincipal")));
        }

        return TenantAnswer.OfJson(200, new JsonObject
        {
            ["@odata.context"] = call.Context("directoryObjects"),
            ["value"] = value,
        });
    }
}
