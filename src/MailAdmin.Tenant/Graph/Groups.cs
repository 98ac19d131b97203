using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Configuration;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// Returns groups, administrative units, and directory roles as the directory shows them. Exchange and the directory have the
/// same groups. Only the directory has the Global Administrators.
/// </summary>
internal static class Groups
{
    private const string NoMail = "SecurityGroup", Unified = "GroupMailbox", Dynamic = "DynamicDistributionGroup";

    /// <summary>https://learn.microsoft.com/graph/api/resources/group. Exchange's dynamic groups are its own.</summary>
    public static IEnumerable<DirectoryObject> All(TenantState tenant) => tenant.Exchange.Readable.Groups
        .Where(g => g.Details is not (RecipientGroup.Unit or Dynamic)).Select(g => Of(tenant, g));

    /// <summary>https://learn.microsoft.com/graph/api/resources/directoryrole: the roles that are assigned.</summary>
    public static IEnumerable<DirectoryObject> Roles(TenantState tenant) =>
    [
        Stored(tenant, new JsonObject
        {
            ["id"] = new Guid(SHA256.HashData(Encoding.ASCII.GetBytes(
                tenant.TenantId + DirectoryStore.GlobalAdministrator)).AsSpan(0, 16)).ToString(),
            ["deletedDateTime"] = null,
            ["description"] = "Can manage all aspects of Microsoft Entra ID and Microsoft services that use Microsoft Entra "
                + "identities.",
            ["displayName"] = "Global Administrator",
            ["roleTemplateId"] = DirectoryStore.GlobalAdministrator,
        }),
    ];

    /// <summary>
    /// Returns the members of a role or group; also through other groups if <paramref name="transitive"/> is true.
    /// </summary>
    public static IEnumerable<DirectoryObject> MembersOf(TenantState tenant, DirectoryObject group, bool transitive)
    {
        if (group.Json.ContainsKey("roleTemplateId"))
        {
            return tenant.Directory.Users.Where(tenant.Directory.IsAdmin);
        }

        var configuration = tenant.Exchange.Readable;
        if (configuration.GroupOf(group.Id) is not { } exchange)
        {
            return [];
        }

        bool IsIn(string id) => transitive ? exchange.Has(id, configuration) : exchange.HasDirect(id);
        return tenant.Directory.Users.Concat(tenant.Directory.ServicePrincipals).Concat(All(tenant))
            .Where(o => o.Id != group.Id && IsIn(o.Id));
    }

    /// <summary>Returns the memberships of an object: groups, administrative units, roles.</summary>
    public static IEnumerable<DirectoryObject> Of(TenantState tenant, DirectoryObject member, bool transitive)
    {
        var configuration = tenant.Exchange.Readable;
        return configuration.Groups
            .Where(g => g.Id != member.Id && g.Details != Dynamic
                && (transitive && g.Details != RecipientGroup.Unit ? g.Has(member.Id, configuration) : g.HasDirect(member.Id)))
            .Select(g => g.Details == RecipientGroup.Unit ? Unit(tenant, g) : Of(tenant, g))
            .Concat(tenant.Directory.Administrators.Contains(member.Id) ? Roles(tenant) : []);
    }

    private static DirectoryObject Of(TenantState tenant, RecipientGroup group)
    {
        var hasMail = group.Details != NoMail;
        return Stored(tenant, new JsonObject
        {
            ["id"] = group.Id,
            ["deletedDateTime"] = null,
            ["classification"] = null,
            ["createdDateTime"] = Json.Seconds(tenant.CreatedAt),
            ["creationOptions"] = new JsonArray(),
            ["description"] = null,
            ["displayName"] = group.Name,
            ["expirationDateTime"] = null,
            ["groupTypes"] = group.Details == Unified ? Json.Array("Unified") : new JsonArray(),
            ["isAssignableToRole"] = null,
            ["mail"] = hasMail ? group.Address : null,
            ["mailEnabled"] = hasMail,
            ["mailNickname"] = group.Address?.Split('@')[0] ?? group.Name.Replace(" ", "", StringComparison.Ordinal),
            ["membershipRule"] = null,
            ["membershipRuleProcessingState"] = null,
            ["onPremisesDomainName"] = null,
            ["onPremisesLastSyncDateTime"] = null,
            ["onPremisesNetBiosName"] = null,
            ["onPremisesSamAccountName"] = null,
            ["onPremisesSecurityIdentifier"] = null,
            ["onPremisesSyncEnabled"] = null,
            ["preferredDataLocation"] = null,
            ["preferredLanguage"] = null,
            ["proxyAddresses"] = hasMail && group.Address is { } address ? Json.Array($"SMTP:{address}") : new JsonArray(),
            ["renewedDateTime"] = Json.Seconds(tenant.CreatedAt),
            ["resourceBehaviorOptions"] = new JsonArray(),
            ["resourceProvisioningOptions"] = new JsonArray(),
            ["securityEnabled"] = group.Details is NoMail or RecipientGroup.Security,
            ["securityIdentifier"] = Sids.Of(group.Id),
            ["theme"] = null,
            ["uniqueName"] = null,
            ["visibility"] = group.Details == Unified ? "Private" : null,
            ["onPremisesProvisioningErrors"] = new JsonArray(),
            ["serviceProvisioningErrors"] = new JsonArray(),
        });
    }

    /// <summary>https://learn.microsoft.com/graph/api/resources/administrativeunit</summary>
    private static DirectoryObject Unit(TenantState tenant, RecipientGroup unit) => Stored(tenant, new JsonObject
    {
        ["id"] = unit.Id,
        ["deletedDateTime"] = null,
        ["description"] = null,
        ["displayName"] = unit.Name,
        ["visibility"] = null,
    });

    // Objects from the configuration are as old as the tenant. Their replication delay was in the configuration.
    private static DirectoryObject Stored(TenantState tenant, JsonObject json) => new(json, tenant.CreatedAt.AddDays(-1));
}
