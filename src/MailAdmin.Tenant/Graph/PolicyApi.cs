using System.Text.Json.Nodes;
using System.Xml;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Graph.OData;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// The tenant's rules for credentials: https://learn.microsoft.com/graph/api/resources/tenantappmanagementpolicy and
/// https://learn.microsoft.com/graph/api/resources/passwordcredentialconfiguration.
/// </summary>
internal static class PolicyApi
{
    /// <summary>tenantappmanagementpolicy-get</summary>
    public static TenantAnswer Get(GraphCall call) =>
        TenantAnswer.OfJson(200, ((JsonObject)call.Tenant.Directory.CredentialPolicy.DeepClone()).After(
        ("@odata.context", call.Context("policies/defaultAppManagementPolicy/$entity")),
        ("@odata.id",
            $"https://{call.Request.Uri.Host}/v2/{call.Tenant.TenantId}/defaultAppManagementPolicy/"
                + call.Tenant.Directory.CredentialPolicy.Text("id"))));

    /// <summary>tenantappmanagementpolicy-update</summary>
    public static TenantAnswer Update(GraphCall call)
    {
        DirectoryPatch.Apply(call.Tenant.Directory.CredentialPolicy, call.Body, "TenantAppManagementPolicy");
        return new TenantAnswer(204);
    }

    /// <exception cref="GraphRefusal">The policy forbids a secret of this lifetime, or any secret.</exception>
    public static void CheckSecret(TenantState tenant, DirectoryObject owner, DateTimeOffset start, DateTimeOffset end) =>
        Check(tenant, owner, "passwordCredentials", "passwordAddition", "passwordLifetime", end - start);

    /// <exception cref="GraphRefusal">The policy forbids a certificate of this lifetime.</exception>
    public static void CheckCertificate(
        TenantState tenant, DirectoryObject owner, DateTimeOffset start, DateTimeOffset end) =>
        Check(tenant, owner, "keyCredentials", "", "asymmetricKeyLifetime", end - start);

    private static void Check(
        TenantState tenant, DirectoryObject owner, string kind, string addition, string lifetime, TimeSpan wanted)
    {
        // An application has at most one policy of its own, which replaces the tenant's.
        var own = tenant.Directory.AppManagementPolicies.Find(p => p.AppliesTo.Contains(owner.Id))?.Json;
        var policy = own ?? tenant.Directory.CredentialPolicy;
        var part = own is not null ? "restrictions"
            : tenant.Directory.Applications.Contains(owner) ? "applicationRestrictions"
            : "servicePrincipalRestrictions";
        if (policy.Flag("isEnabled") != true || policy[part] is not JsonObject restrictions)
        {
            return;
        }

        foreach (var restriction in restrictions.Objects(kind).Where(r => r.Text("state") != "disabled"
            && (r.Time("restrictForAppsCreatedAfterDateTime")
                ?? DateTimeOffset.MinValue) <= owner.Json.Time("createdDateTime")))
        {
            if (restriction.Text("restrictionType") == addition)
            {
                throw new GraphRefusal(
                    400, "CredentialTypeNotAllowedAsPerAppPolicy", "Credential type is not allowed as per assigned policy.");
            }

            if (restriction.Text("restrictionType") == lifetime
                && wanted > XmlConvert.ToTimeSpan(restriction.Text("maxLifetime")!))
            {
                const string Message = "Credential lifetime exceeds the max value allowed as per assigned policy.";
                throw new GraphRefusal(400, "CredentialInvalidLifetimeAsPerAppPolicy", Message)
                {
                    Details = [new JsonObject { ["code"] = "InvalidKeyEndDate", ["message"] = Message, ["target"] = "EndDate" }],
                };
            }
        }
    }
}
