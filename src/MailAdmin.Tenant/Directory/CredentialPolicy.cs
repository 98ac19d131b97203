using System.Text.Json.Nodes;
using System.Xml;

namespace MailAdmin.Tenant.Directory;

/// <summary>
/// What the tenant's rules for credentials say, in the shape in which Graph shows them:
/// https://learn.microsoft.com/graph/api/resources/tenantappmanagementpolicy.
/// </summary>
internal static class CredentialPolicy
{
    /// <summary>The policy of a tenant that restricts nothing.</summary>
    public static JsonObject New() => new()
    {
        ["id"] = "00000000-0000-0000-0000-000000000000",
        ["displayName"] = "Default app management tenant policy",
        ["description"] = "Default tenant policy that enforces app management restrictions on applications and "
            + "service principals. To apply policy to targeted resources, "
            + "create a new policy under appManagementPolicies collection.",
        ["isEnabled"] = false,
        ["applicationRestrictions"] = NoRestrictions(),
        ["servicePrincipalRestrictions"] = NoRestrictions(),
    };

    /// <summary>A policy that caps the lifetime of secrets.</summary>
    public static JsonObject Capping(TimeSpan lifetime)
    {
        var policy = New();
        policy["isEnabled"] = true;
        ((JsonArray)policy["applicationRestrictions"]!["passwordCredentials"]!).Add(new JsonObject
        {
            ["restrictionType"] = "passwordLifetime",
            ["state"] = "enabled",
            ["maxLifetime"] = XmlConvert.ToString(lifetime),
            ["restrictForAppsCreatedAfterDateTime"] = "2014-10-19T10:37:00Z",
        });
        return policy;
    }

    private static JsonObject NoRestrictions() => new()
    {
        ["passwordCredentials"] = new JsonArray(),
        ["keyCredentials"] = new JsonArray(),
    };
}
