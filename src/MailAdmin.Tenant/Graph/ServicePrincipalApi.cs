using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Graph.OData;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Graph;

/// <summary>Service principals: https://learn.microsoft.com/graph/api/resources/serviceprincipal.</summary>
internal static class ServicePrincipalApi
{
    private const string Fragment = "servicePrincipals";

    /// <summary>serviceprincipal-list</summary>
    public static TenantAnswer List(GraphCall call) =>
        DirectoryQueries.List(call, Fragment, DirectoryTypes.ServicePrincipal, call.Tenant.Directory.ServicePrincipals);

    /// <summary>serviceprincipal-get</summary>
    public static TenantAnswer Get(GraphCall call) =>
        DirectoryQueries.One(call, 200, Fragment, DirectoryTypes.ServicePrincipal, Find(call));

    /// <summary>serviceprincipal-get, one property</summary>
    public static TenantAnswer Property(GraphCall call) =>
        DirectoryQueries.Property(call, Fragment, DirectoryTypes.ServicePrincipal, Find(call));

    /// <summary>serviceprincipal-post-serviceprincipals</summary>
    public static TenantAnswer Create(GraphCall call)
    {
        var tenant = call.Tenant;
        var appId = call.Body.Text("appId")
            ?? throw GraphRefusal.Directory("A value is required for property 'appId' of resource 'ServicePrincipal'.");
        if (tenant.Directory.PrincipalOf(appId) is not null)
        {
            throw new GraphRefusal(409, "Request_MultipleObjectsWithSameKeyValue",
                $"The service principal cannot be created, updated, or restored because the service principal name {appId} is "
                    + $"already in use.");
        }

        var principal = new DirectoryObject(NewJson(tenant, appId), tenant.Now);
        foreach (var (name, value) in call.Body.Where(
            p => p.Key is "tags" or "accountEnabled" or "appRoleAssignmentRequired" or "notes"))
        {
            principal.Json[name] = value?.DeepClone();
        }

        principal.Owners.Add(call.Caller.ObjectId);
        tenant.Directory.ServicePrincipals.Add(principal);
        return DirectoryQueries.One(call, 201, Fragment, DirectoryTypes.ServicePrincipal, principal);
    }

    /// <summary>serviceprincipal-update</summary>
    public static TenantAnswer Update(GraphCall call)
    {
        var principal = FindOwn(call);
        PropertyLock.Check(call.Tenant, principal, call.Body);
        KeyCredentials.Replace(call.Tenant, principal, call.Body);
        DirectoryPatch.Apply(principal.Json, call.Body, "ServicePrincipal");
        return new TenantAnswer(204);
    }

    /// <summary>serviceprincipal-delete</summary>
    public static TenantAnswer Delete(GraphCall call)
    {
        DeletedItemsApi.Delete(call.Tenant, call.Tenant.Directory.ServicePrincipals, FindOwn(call));
        return new TenantAnswer(204);
    }

    public static DirectoryObject Find(GraphCall call) =>
        DirectoryQueries.Find(call, call.Tenant.Directory.ServicePrincipals, call.Keys["principal"]);

    /// <summary>Returns the service principal in the URL, if the caller is allowed to change it.</summary>
    public static DirectoryObject FindOwn(GraphCall call)
    {
        var principal = Find(call);
        Ownership.Check(call.Caller, principal);
        return principal;
    }

    private static JsonObject NewJson(TenantState tenant, string appId)
    {
        if (tenant.Directory.Visible(tenant.Directory.Applications)
            .FirstOrDefault(a => DirectoryStore.Same(a.AppId, appId)) is { } application)
        {
            return ServicePrincipals.Of(application, tenant.TenantId, tenant.Now);
        }

        if (tenant.Consent.Published.GetValueOrDefault(appId) is { } published)
        {
            return ServicePrincipals.New(appId, published.DisplayName, published.OwnerTenant, tenant.Now);
        }

        // Microsoft's own applications exist in every tenant's reach; the others only where they were registered, or published
        // for all.
        return appId.ToLowerInvariant() switch
        {
            Resources.GraphAppId => Resources.Graph(tenant.Cloud, tenant.Now),
            Resources.ExchangeAppId => Resources.Exchange(tenant.Cloud, tenant.Now),
            _ => throw new GraphRefusal(
                400, "Request_BadRequest",
                $"The appId '{appId}' of the service principal does not reference a valid application object.")
            {
                Details =
                [
                    new JsonObject
                    {
                        ["code"] = "NoBackingApplicationObject",
                        ["message"] = $"The appId '{appId}' of the service principal does not reference a valid "
                            + $"application object.",
                        ["target"] = "appId",
                    },
                ],
            },
        };
    }
}
