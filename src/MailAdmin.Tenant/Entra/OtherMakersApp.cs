using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Entra;

/// <summary>
/// An app that a user of the tenant registered, as every user may by default: with a name and tags of the user's choice, a
/// service principal, and a secret that only the user has.
/// </summary>
/// <remarks>https://learn.microsoft.com/entra/identity/role-based-access-control/delegate-app-roles</remarks>
internal static class OtherMakersApp
{
    /// <summary>Registers it, as if that had been long ago.</summary>
    /// <param name="tenant">The tenant; its gate is held.</param>
    /// <param name="name">Display name.</param>
    /// <param name="owner">The user.</param>
    /// <returns>The client id and the secret.</returns>
    public static (string ClientId, string ClientSecret) Register(
        TenantState tenant, string name, DirectoryObject owner, IEnumerable<string> tags)
    {
        var before = tenant.Now.AddDays(-30);
        var json = Applications.New(name, tenant.Domain, before);
        json["signInAudience"] = "AzureADMyOrg";
        json["tags"] = new JsonArray([.. tags.Select(t => (JsonNode)t)]);
        var application = new DirectoryObject(json, before);
        application.Owners.Add(owner.Id);
        tenant.Directory.Applications.Add(application);
        var principal = new DirectoryObject(ServicePrincipals.Of(application, tenant.TenantId, before), before);
        tenant.Directory.ServicePrincipals.Add(principal);
        string secret = Credential.NewSecret(), keyId = Guid.NewGuid().ToString();
        tenant.Directory.Credentials[keyId] = Credential.OfSecret(secret, before);
        ((JsonArray)json["passwordCredentials"]!).Add(new JsonObject
        {
            ["customKeyIdentifier"] = null,
            ["displayName"] = "of its owner",
            ["endDateTime"] = Json.Ticks(before.AddYears(2)),
            ["hint"] = secret[..3],
            ["keyId"] = keyId,
            ["secretText"] = null,
            ["startDateTime"] = Json.Ticks(before),
        });
        return (application.AppId, secret);
    }
}
