using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Graph.OData;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// The external workloads that can sign in as an application:
/// https://learn.microsoft.com/graph/api/resources/federatedidentitycredential.
/// </summary>
internal static class FederatedCredentialApi
{
    /// <summary>The maximum number of them, according to the page of application-post-federatedidentitycredentials.</summary>
    private const int Most = 20;

    private static readonly string[] Required = ["name", "issuer", "subject", "audiences"];

    private static readonly string[] Properties = [.. Required, "description"];

    /// <summary>application-list-federatedidentitycredentials</summary>
    public static TenantAnswer List(GraphCall call) => DirectoryQueries.List(
        call, Fragment(call), DirectoryTypes.FederatedCredential, Of(call, ApplicationApi.Find(call)));

    /// <summary>federatedidentitycredential-get: by its id or its name.</summary>
    public static TenantAnswer Get(GraphCall call) => One(call, 200, Find(call, ApplicationApi.Find(call)));

    /// <summary>application-post-federatedidentitycredentials</summary>
    public static TenantAnswer Create(GraphCall call) =>
        One(call, 201, Add(call, ApplicationApi.FindOwn(call), call.Body.Text("name")));

    /// <summary>federatedidentitycredential-update, and federatedidentitycredential-upsert by its name.</summary>
    public static TenantAnswer Update(GraphCall call)
    {
        var application = ApplicationApi.FindOwn(call);
        if (TryFind(call, application) is { } found)
        {
            Check(call, application, found);
            Set(found, call.Body);
            return new TenantAnswer(204);
        }

        // https://learn.microsoft.com/graph/api/federatedidentitycredential-upsert
        var key = call.Keys["credential"];
        return key.StartsWith("name=", StringComparison.OrdinalIgnoreCase) && call.HasPreference("create-if-missing")
            ? One(call, 201, Add(call, application, key[5..]))
            : throw GraphRefusal.NoObject(key);
    }

    /// <summary>federatedidentitycredential-delete</summary>
    public static TenantAnswer Delete(GraphCall call)
    {
        var application = ApplicationApi.FindOwn(call);
        application.FederatedCredentials.Remove(Find(call, application));
        return new TenantAnswer(204);
    }

    /// <summary>Those of an application, for lists.</summary>
    public static IEnumerable<DirectoryObject> Of(GraphCall call, DirectoryObject application) =>
        application.FederatedCredentials.Select(c => new DirectoryObject(c, application.CreatedAt));

    private static JsonObject Add(GraphCall call, DirectoryObject application, string? name)
    {
        var made = new JsonObject { ["id"] = Guid.NewGuid().ToString(), ["name"] = name, ["description"] = null };
        Set(made, call.Body);
        made["name"] = name;
        if (Required.FirstOrDefault(n => made[n] is null) is { } missing)
        {
            throw GraphRefusal.Directory(
                $"A value is required for property '{missing}' of resource 'FederatedIdentityCredential'.");
        }

        Check(call, application, made);
        if (application.FederatedCredentials.Count >= Most)
        {
            throw GraphRefusal.Directory("The number of federated identity credentials of an application is limited to 20.");
        }

        application.FederatedCredentials.Add(made);
        return made;
    }

    /// <summary>Requires one audience, a unique name, and a unique pair of issuer and subject.</summary>
    private static void Check(GraphCall call, DirectoryObject application, JsonObject credential)
    {
        if ((call.Body["audiences"] ?? credential["audiences"]) is not JsonArray { Count: 1 })
        {
            throw GraphRefusal.Directory("Only one value is allowed for property 'audiences'.");
        }

        string? Wanted(string property) => call.Body.Text(property) ?? credential.Text(property);
        if (application.FederatedCredentials.Exists(c => c != credential
            && (DirectoryStore.Same(c.Text("name"), credential.Text("name"))
                || (c.Text("issuer") == Wanted("issuer") && c.Text("subject") == Wanted("subject")))))
        {
            throw new GraphRefusal(409, "Request_MultipleObjectsWithSameKeyValue",
                "FederatedIdentityCredential with the same name, or the same issuer and subject, already exists.");
        }
    }

    private static void Set(JsonObject target, JsonObject change)
    {
        foreach (var (name, value) in change.Where(p => !p.Key.Contains('@', StringComparison.Ordinal) && p.Key != "id"))
        {
            target[Properties.FirstOrDefault(p => DirectoryStore.Same(p, name)) ?? throw GraphRefusal.BadRequest(
                $"Invalid property '{name}'. The property does not exist on type 'microsoft.graph.federatedIdentityCredential'.")]
                = value?.DeepClone();
        }
    }

    private static JsonObject Find(GraphCall call, DirectoryObject application) =>
        TryFind(call, application) ?? throw GraphRefusal.NoObject(call.Keys["credential"]);

    private static JsonObject? TryFind(GraphCall call, DirectoryObject application)
    {
        var key = call.Keys["credential"];
        var name = key.StartsWith("name=", StringComparison.OrdinalIgnoreCase) ? key[5..] : key;
        return application.FederatedCredentials.Find(
            c => DirectoryStore.Same(c.Text("id"), key) || DirectoryStore.Same(c.Text("name"), name));
    }

    private static string Fragment(GraphCall call) => $"applications('{call.Keys["application"]}')/federatedIdentityCredentials";

    private static TenantAnswer One(GraphCall call, int status, JsonObject credential) => DirectoryQueries.One(
        call, status, Fragment(call), DirectoryTypes.FederatedCredential, new DirectoryObject(credential, call.Tenant.Now));
}
