using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.Graph;

/// <summary>The permissions of users: https://learn.microsoft.com/graph/api/resources/authorizationpolicy.</summary>
internal static class AuthorizationPolicyApi
{
    /// <summary>authorizationpolicy-get</summary>
    public static TenantAnswer Get(GraphCall call) =>
        TenantAnswer.OfJson(200, ((JsonObject)call.Tenant.Directory.AuthorizationPolicy.DeepClone()).After(
            ("@odata.context", call.Context("policies/authorizationPolicy/$entity"))));

    /// <summary>authorizationpolicy-update</summary>
    public static TenantAnswer Update(GraphCall call)
    {
        DirectoryPatch.Apply(call.Tenant.Directory.AuthorizationPolicy, call.Body, "AuthorizationPolicy");
        return new TenantAnswer(204);
    }
}
