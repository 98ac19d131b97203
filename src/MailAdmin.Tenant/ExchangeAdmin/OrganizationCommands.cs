using System.Text.Json.Nodes;

namespace MailAdmin.Tenant.ExchangeAdmin;

/// <summary>
/// https://learn.microsoft.com/powershell/module/exchange/get-organizationconfig, enable-organizationcustomization,
/// get-transportconfig.
/// </summary>
internal static class OrganizationCommands
{
    public static IEnumerable<JsonObject> Get(AdminCall call) =>
    [
        new JsonObject
        {
            ["Name"] = call.Tenant.Domain,
            ["DisplayName"] = "Contoso",
            ["Identity"] = call.Tenant.Domain,
            ["IsDehydrated"] = call.Readable.IsDehydrated,
            ["EwsEnabled"] = null,
            ["Guid"] = call.Tenant.TenantId,
        },
    ];

    public static IEnumerable<JsonObject> Enable(AdminCall call)
    {
        if (!call.Current.IsDehydrated)
        {
            throw AdminRefusal.Invalid("This operation is not required. Organization is already enabled for customization.");
        }

        call.Exchange.Change(c => c with { IsDehydrated = false });
        return [];
    }

    public static IEnumerable<JsonObject> Transport(AdminCall call) =>
        [new JsonObject { ["SmtpClientAuthenticationDisabled"] = true, ["Identity"] = "Transport Settings" }];
}
