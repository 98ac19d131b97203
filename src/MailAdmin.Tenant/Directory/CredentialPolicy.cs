using System.Text.Json.Nodes;
using System.Xml;

namespace MailAdmin.Tenant.Directory;

/// <summary>
/// Represents the tenant's rules for credentials, in Graph's form:
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

    /// <summary>Restrictions of credentials, as both kinds of policies have them.</summary>
    /// <param name="maxSecret">The longest lifetime of a secret; null for any.</param>
    /// <param name="maxCertificate">The longest lifetime of a certificate; null for any.</param>
    /// <param name="isBlocked">Whether secrets aren't allowed.</param>
    public static JsonObject Restrictions(TimeSpan? maxSecret, TimeSpan? maxCertificate, bool isBlocked)
    {
        var restrictions = NoRestrictions();
        JsonArray secrets = (JsonArray)restrictions["passwordCredentials"]!,
            keys = (JsonArray)restrictions["keyCredentials"]!;
        if (isBlocked)
        {
            secrets.Add(Restriction("passwordAddition", null));
        }

        if (maxSecret is not null)
        {
            secrets.Add(Restriction("passwordLifetime", maxSecret));
        }

        if (maxCertificate is not null)
        {
            keys.Add(Restriction("asymmetricKeyLifetime", maxCertificate));
        }

        return restrictions;
    }

    /// <summary>Sets the tenant's policy for new applications.</summary>
    public static void Restrict(JsonObject policy, JsonObject restrictions)
    {
        policy["isEnabled"] = true;
        policy["applicationRestrictions"] = restrictions;
        policy["servicePrincipalRestrictions"] = restrictions.DeepClone();
    }

    private static JsonObject Restriction(string type, TimeSpan? maxLifetime) => new()
    {
        ["restrictionType"] = type,
        ["state"] = "enabled",
        ["maxLifetime"] = maxLifetime is { } time ? XmlConvert.ToString(time) : null,
        ["restrictForAppsCreatedAfterDateTime"] = "2014-10-19T10:37:00Z",
    };

    private static JsonObject NoRestrictions() => new()
    {
        ["passwordCredentials"] = new JsonArray(),
        ["keyCredentials"] = new JsonArray(),
    };
}

/// <summary>A policy for some applications: https://learn.microsoft.com/graph/api/resources/appmanagementpolicy.</summary>
/// <param name="Json">Graph's representation: displayName, isEnabled, restrictions.</param>
internal sealed record AppManagementPolicy(JsonObject Json)
{
    /// <summary>Object IDs of the applications and service principals that it is for.</summary>
    public HashSet<string> AppliesTo { get; } = new(StringComparer.OrdinalIgnoreCase);

    public static AppManagementPolicy New(string displayName, JsonObject restrictions) => new(new JsonObject
    {
        ["id"] = Guid.NewGuid().ToString(),
        ["displayName"] = displayName,
        ["description"] = null,
        ["isEnabled"] = true,
        ["restrictions"] = restrictions,
    });
}
