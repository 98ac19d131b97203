using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.Directory;

/// <summary>Creates users like the admin center: https://learn.microsoft.com/graph/api/resources/user.</summary>
internal static class Users
{
    /// <summary>Graph's names of what Exchange lets recipients be filtered by, under Exchange's names.</summary>
    private static readonly Dictionary<string, string> Properties = new()
    {
        ["City"] = "city", ["Company"] = "companyName", ["CountryOrRegion"] = "country", ["Department"] = "department",
        ["MobilePhone"] = "mobilePhone", ["Office"] = "officeLocation", ["PostalCode"] = "postalCode",
        ["StateOrProvince"] = "state", ["StreetAddress"] = "streetAddress", ["Title"] = "jobTitle",
    };

    public static JsonObject New(
        string id, string principalName, string displayName, string? mail, IEnumerable<string> proxyAddresses,
        DateTimeOffset created) => new()
    {
        ["businessPhones"] = new JsonArray(),
        ["displayName"] = displayName,
        ["givenName"] = displayName.Split(' ')[0],
        ["jobTitle"] = null,
        ["mail"] = mail,
        ["mobilePhone"] = null,
        ["officeLocation"] = null,
        ["preferredLanguage"] = null,
        ["surname"] = displayName.Contains(' ', StringComparison.Ordinal)
            ? displayName[(displayName.IndexOf(' ', StringComparison.Ordinal) + 1)..]
            : null,
        ["userPrincipalName"] = principalName,
        ["id"] = id,
        ["accountEnabled"] = true,
        ["assignedLicenses"] = new JsonArray(),
        ["assignedPlans"] = new JsonArray(),
        ["createdDateTime"] = Json.Seconds(created),
        ["identities"] = new JsonArray(new JsonObject
        {
            ["signInType"] = "userPrincipalName",
            ["issuer"] = principalName.Split('@')[^1],
            ["issuerAssignedId"] = principalName,
        }),
        ["mailNickname"] = principalName.Split('@')[0],
        ["otherMails"] = new JsonArray(),
        ["proxyAddresses"] = Json.Array(proxyAddresses),
        ["userType"] = "Member",
    };

    /// <summary>Sets what Exchange's attributes are in the directory.</summary>
    public static void Describe(JsonObject user, IReadOnlyDictionary<string, string> attributes)
    {
        foreach (var (name, value) in attributes)
        {
            if (Properties.TryGetValue(name, out var property))
            {
                user[property] = value;
            }
            else if (name.StartsWith("CustomAttribute", StringComparison.Ordinal))
            {
                // https://learn.microsoft.com/graph/api/resources/onpremisesextensionattributes
                var extension = user["onPremisesExtensionAttributes"] as JsonObject ?? new JsonObject();
                extension["extensionAttribute" + name["CustomAttribute".Length..]] = value;
                user["onPremisesExtensionAttributes"] = extension;
            }
        }
    }
}
