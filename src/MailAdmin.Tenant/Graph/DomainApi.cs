using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Graph;

/// <summary>Domains: https://learn.microsoft.com/graph/api/resources/domain. A sandbox has one, its first.</summary>
internal static class DomainApi
{
    /// <summary>domain-list</summary>
    public static TenantAnswer List(GraphCall call) =>
        DirectoryQueries.List(call, "domains", DirectoryTypes.Domain, [Own(call.Tenant)]);

    /// <summary>domain-get</summary>
    public static TenantAnswer Get(GraphCall call) => DirectoryQueries.One(
        call, 200, "domains", DirectoryTypes.Domain, DirectoryQueries.Find(call, [Own(call.Tenant)], call.Keys["domain"]));

    private static DirectoryObject Own(TenantState tenant) => new(
        new JsonObject
        {
            ["authenticationType"] = "Managed",
            ["availabilityStatus"] = null,
            ["id"] = tenant.Domain,
            ["isAdminManaged"] = true,
            ["isDefault"] = true,
            ["isInitial"] = true,
            ["isRoot"] = true,
            ["isVerified"] = true,
            ["supportedServices"] = Json.Array("Email", "OfficeCommunicationsOnline"),
            ["passwordValidityPeriodInDays"] = 2147483647,
            ["passwordNotificationWindowInDays"] = 14,
            ["state"] = null,
        },
        tenant.CreatedAt.AddDays(-1));
}
