using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Graph.OData;

namespace MailAdmin.Tenant.Graph;

/// <summary>Application objects: https://learn.microsoft.com/graph/api/resources/application.</summary>
internal static class ApplicationApi
{
    private const string Fragment = "applications";

    /// <summary>application-list</summary>
    public static TenantAnswer List(GraphCall call) =>
        DirectoryQueries.List(call, Fragment, DirectoryTypes.Application, call.Tenant.Directory.Applications);

    /// <summary>application-list with $count</summary>
    public static TenantAnswer Count(GraphCall call) =>
        DirectoryQueries.Count(call, DirectoryTypes.Application, call.Tenant.Directory.Applications);

    /// <summary>application-get</summary>
    public static TenantAnswer Get(GraphCall call) =>
        DirectoryQueries.One(call, 200, Fragment, DirectoryTypes.Application, Find(call));

    /// <summary>application-get, one property</summary>
    public static TenantAnswer Property(GraphCall call) =>
        DirectoryQueries.Property(call, Fragment, DirectoryTypes.Application, Find(call));

    /// <summary>application-post-applications</summary>
    public static TenantAnswer Create(GraphCall call)
    {
        if (string.IsNullOrWhiteSpace(call.Body.Text("displayName")))
        {
            throw GraphRefusal.Directory("A value is required for property 'displayName' of resource 'Application'.");
        }

        var tenant = call.Tenant;
        var application = new DirectoryObject(Applications.New("", tenant.Domain, tenant.Now), tenant.Now);
        Change(call, application);
        application.Owners.Add(call.Caller.ObjectId);
        tenant.Directory.Applications.Add(application);
        return DirectoryQueries.One(call, 201, Fragment, DirectoryTypes.Application, application);
    }

    /// <summary>application-update; what the service principal shows of the application changes with it.</summary>
    public static TenantAnswer Update(GraphCall call)
    {
        var application = FindOwn(call);
        Change(call, application);
        if (call.Tenant.Directory.PrincipalOf(application.AppId) is { } principal)
        {
            ServicePrincipals.TakeOver(principal.Json, application);
        }

        return new TenantAnswer(204);
    }

    /// <summary>application-delete: moves it with its service principal to the deleted items for 30 days.</summary>
    public static TenantAnswer Delete(GraphCall call)
    {
        var application = FindOwn(call);
        DeletedItemsApi.Delete(call.Tenant, call.Tenant.Directory.Applications, application);
        if (call.Tenant.Directory.PrincipalOf(application.AppId) is { } principal)
        {
            DeletedItemsApi.Delete(call.Tenant, call.Tenant.Directory.ServicePrincipals, principal);
        }

        return new TenantAnswer(204);
    }

    /// <summary>The application that the URL names.</summary>
    public static DirectoryObject Find(GraphCall call) =>
        DirectoryQueries.Find(call, call.Tenant.Directory.Applications, call.Keys["application"]);

    /// <summary>Returns the application in the URL, if the caller is allowed to change it.</summary>
    public static DirectoryObject FindOwn(GraphCall call)
    {
        var application = Find(call);
        Ownership.Check(call.Caller, application);
        return application;
    }

    private static void Change(GraphCall call, DirectoryObject application)
    {
        var change = call.Body;
        if (change.Objects("passwordCredentials").Any(p => p.Text("keyId") is null))
        {
            throw GraphRefusal.Directory("New password credentials must be generated with service actions.");
        }

        Audiences.Check(change);
        KeyCredentials.Replace(call.Tenant, application, change);
        DirectoryPatch.Apply(application.Json, change, "Application");
    }
}
