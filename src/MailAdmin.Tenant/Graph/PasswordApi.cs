using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Graph.OData;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// Secrets of an application or a service principal: https://learn.microsoft.com/graph/api/resources/passwordcredential.
/// </summary>
internal static class PasswordApi
{
    /// <summary>application-addpassword: the only answer that ever shows the secret.</summary>
    public static TenantAnswer Add(GraphCall call) => Add(call, ApplicationApi.FindOwn(call));

    /// <summary>application-removepassword</summary>
    public static TenantAnswer Remove(GraphCall call) => Remove(call, ApplicationApi.FindOwn(call));

    /// <summary>serviceprincipal-addpassword</summary>
    public static TenantAnswer AddToServicePrincipal(GraphCall call) => Add(call, Unlocked(call));

    /// <summary>serviceprincipal-removepassword</summary>
    public static TenantAnswer RemoveFromServicePrincipal(GraphCall call) => Remove(call, Unlocked(call));

    private static TenantAnswer Add(GraphCall call, DirectoryObject owner)
    {
        var tenant = call.Tenant;
        var wanted = call.Body["passwordCredential"] as JsonObject ?? new JsonObject();
        var start = wanted.Time("startDateTime") ?? tenant.Now;
        var end = wanted.Time("endDateTime") ?? start.AddYears(2);
        if (end <= start)
        {
            throw GraphRefusal.Directory("Password credential end date is invalid.");
        }

        PolicyApi.CheckSecret(tenant, owner, start, end);
        string secret = Credential.NewSecret(), keyId = Guid.NewGuid().ToString();
        var shown = new JsonObject
        {
            ["customKeyIdentifier"] = wanted.Text("customKeyIdentifier"),
            ["displayName"] = wanted.Text("displayName"),
            ["endDateTime"] = Json.Ticks(end),
            ["hint"] = secret[..3],
            ["keyId"] = keyId,
            ["secretText"] = null,
            ["startDateTime"] = Json.Ticks(start),
        };
        tenant.Directory.Credentials[keyId] = Credential.OfSecret(secret, tenant.Now + tenant.Delays.Credential);
        ((JsonArray)owner.Json["passwordCredentials"]!).Add(shown.DeepClone());
        shown["secretText"] = secret;
        return TenantAnswer.OfJson(200, shown.After(("@odata.context", call.Context("microsoft.graph.passwordCredential"))));
    }

    private static TenantAnswer Remove(GraphCall call, DirectoryObject owner)
    {
        var passwords = (JsonArray)owner.Json["passwordCredentials"]!;
        var keyId = call.Body.Text("keyId");
        var found = passwords.FirstOrDefault(p => DirectoryStore.Same(((JsonObject)p!).Text("keyId"), keyId))
            ?? throw GraphRefusal.Directory($"No password credential found with keyId '{keyId}'.");
        passwords.Remove(found);
        call.Tenant.Directory.Credentials.Remove(keyId!);
        return new TenantAnswer(204);
    }

    private static DirectoryObject Unlocked(GraphCall call)
    {
        var principal = ServicePrincipalApi.FindOwn(call);
        PropertyLock.Check(call.Tenant, principal, new JsonObject { ["passwordCredentials"] = new JsonArray() });
        return principal;
    }
}
