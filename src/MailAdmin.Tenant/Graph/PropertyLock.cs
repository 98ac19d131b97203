using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Graph.OData;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// Enforces an application's lock on properties of its service principal:
/// https://learn.microsoft.com/graph/api/resources/serviceprincipallockconfiguration. The error code is from
/// https://github.com/Azure/azure-cli/issues/28734.
/// </summary>
internal static class PropertyLock
{
    /// <exception cref="GraphRefusal">One of the properties of the change is locked.</exception>
    public static void Check(TenantState tenant, DirectoryObject principal, JsonObject change)
    {
        if (tenant.Directory.ApplicationOf(principal.AppId)?.Json["servicePrincipalLockConfiguration"] is not JsonObject locks
            || locks.Flag("isEnabled") != true)
        {
            return;
        }

        var all = locks.Flag("allProperties") == true;
        bool Locks(string part) => all || locks.Flag(part) == true;
        var locked = change.Select(p => p.Key).FirstOrDefault(name => name.ToUpperInvariant() switch
        {
            "PASSWORDCREDENTIALS" => Locks("credentialsWithUsageVerify"),
            "KEYCREDENTIALS" => change.Objects(name).Concat(principal.Json.Objects("keyCredentials")).Any(
                k => Locks(k.Text("usage") == "Sign" ? "credentialsWithUsageSign" : "credentialsWithUsageVerify")),
            "TOKENENCRYPTIONKEYID" => Locks("tokenEncryptionKeyId"),
            _ => false,
        });
        if (locked is not null)
        {
            throw new GraphRefusal(400, "CannotUpdateLockedServicePrincipalProperty",
                $"Property '{locked}' of the service principal is locked by the application and cannot be updated.");
        }
    }
}
