using System.Text.Json.Nodes;
using MailAdmin.Tenant.Configuration;

namespace MailAdmin.Tenant.ExchangeAdmin;

/// <summary>https://learn.microsoft.com/powershell/module/exchange/new-serviceprincipal and its siblings.</summary>
internal static class ServicePrincipalCommands
{
    /// <summary>
    /// The page of Get-ServicePrincipal warns that an identity of nothing gives all of them; one that isn't found does so too.
    /// </summary>
    public static IEnumerable<JsonObject> Get(AdminCall call)
    {
        var named = call.Text("Identity") is { } name ? call.Readable.Principals.Where(p => p.IsNamed(name)).ToArray() : [];
        return (named.Length > 0 ? named : [.. call.Readable.Principals]).Select(Describe);
    }

    public static IEnumerable<JsonObject> New(AdminCall call)
    {
        string appId = call.Required("AppId"), objectId = call.Text("ObjectId") ?? call.Required("ServiceId");
        if (call.Current.PrincipalOf(appId) is not null)
        {
            throw AdminRefusal.Exists(appId);
        }

        if (!Guid.TryParse(appId, out _) || !Guid.TryParse(objectId, out _)
            || (!call.Exchange.TrustsObjectIds && !call.Tenant.Directory.ServicePrincipals.Exists(
                p => ExchangeConfiguration.Same(p.Id, objectId) && ExchangeConfiguration.Same(p.AppId, appId))))
        {
            throw AdminRefusal.Invalid(
                $"The ObjectId '{objectId}' isn't that of a service principal of the application '{appId}' in Microsoft "
                    + $"Entra ID.");
        }

        var principal = new ExchangePrincipal(Guid.NewGuid().ToString(), appId, objectId, call.Text("DisplayName") ?? "");
        call.Exchange.Change(c => c with { Principals = c.Principals.Add(principal) });
        return [Describe(principal)];
    }

    /// <summary>
    /// Removes a service principal with its role assignments. Its mailbox permissions stay under its SID without an owner.
    /// </summary>
    public static IEnumerable<JsonObject> Remove(AdminCall call)
    {
        var principal = call.PrincipalOf(call.Required("Identity"));
        call.Exchange.Change(c => c with
        {
            Principals = c.Principals.Remove(principal),
            Assignments = c.Assignments.RemoveAll(a => a.PrincipalId == principal.Id),
        });
        return [];
    }

    private static JsonObject Describe(ExchangePrincipal principal) => new()
    {
        ["DisplayName"] = principal.DisplayName,
        ["ObjectId"] = principal.ObjectId,
        ["AppId"] = principal.AppId,
        ["Sid"] = principal.Sid,
        ["Guid"] = principal.Id,
        ["Name"] = principal.ObjectId,
        ["Identity"] = principal.ObjectId,
        ["Id"] = principal.ObjectId,
        ["RecipientType"] = "User",
        ["RecipientTypeDetails"] = "ServicePrinciple",
        ["IsValid"] = true,
    };
}
