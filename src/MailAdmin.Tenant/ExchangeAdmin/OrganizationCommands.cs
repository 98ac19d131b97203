using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;

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
            ["EwsEnabled"] = call.Readable.Organization.IsEwsEnabled,
            ["EwsAllowedAppIDs"] = call.Readable.Organization.EwsAllowedApps is { } apps ? string.Join(',', apps) : null,
            ["SendFromAliasEnabled"] = call.Readable.Organization.SendsFromAlias,
            ["DefaultAuthenticationPolicy"] = call.Readable.Organization.DefaultAuthenticationPolicy,
            ["InPlaceHolds"] = Json.Array(call.Readable.Organization.InPlaceHolds),
            ["Guid"] = call.Tenant.TenantId,
        },
    ];

    /// <summary>
    /// https://learn.microsoft.com/powershell/module/exchange/set-organizationconfig: EwsEnabled is true, false, or null for the
    /// mailboxes' own settings; EwsAllowedAppIDs is a text with commas. Returns nothing on success.
    /// </summary>
    public static IEnumerable<JsonObject> Set(AdminCall call)
    {
        var old = call.Current.Organization;
        var policy = call.Text("DefaultAuthenticationPolicy");
        if (policy is not null && !call.Current.AuthenticationPolicies.Any(
            p => Configuration.ExchangeConfiguration.Same(p.Name, policy)))
        {
            throw AdminRefusal.NotFound(policy);
        }

        var changed = old with
        {
            IsEwsEnabled = call.Has("EwsEnabled") ? call.Flag("EwsEnabled") : old.IsEwsEnabled,
            EwsAllowedApps = call.Has("EwsAllowedAppIDs")
                ? call.Text("EwsAllowedAppIDs") is { } apps
                    ? [.. apps.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)]
                    : null
                : old.EwsAllowedApps,
            SendsFromAlias = call.Flag("SendFromAliasEnabled") ?? old.SendsFromAlias,
            DefaultAuthenticationPolicy = call.Has("DefaultAuthenticationPolicy") ? policy : old.DefaultAuthenticationPolicy,
        };
        call.Exchange.Change(c => c with { Organization = changed });
        return [];
    }

    public static IEnumerable<JsonObject> Enable(AdminCall call)
    {
        if (!call.Current.IsDehydrated)
        {
            throw AdminRefusal.Invalid("This operation is not required. Organization is already enabled for customization.");
        }

        call.Exchange.Change(c => c with { IsDehydrated = false });
        return [];
    }

    /// <summary>https://learn.microsoft.com/powershell/module/exchange/get-accepteddomain: a sandbox has one domain.</summary>
    public static IEnumerable<JsonObject> Domains(AdminCall call) => call.Text("Identity") is { } name
        && !Configuration.ExchangeConfiguration.Same(name, call.Tenant.Domain)
        ? throw AdminRefusal.NotFound(name)
        :
        [
            new JsonObject
            {
                ["Name"] = call.Tenant.Domain,
                ["DomainName"] = call.Tenant.Domain,
                ["DomainType"] = "Authoritative",
                ["MatchSubDomains"] = false,
                ["Default"] = true,
                ["InitialDomain"] = true,
                ["AuthenticationType"] = "Managed",
                ["Identity"] = call.Tenant.Domain,
                ["Id"] = call.Tenant.Domain,
                ["IsValid"] = true,
            },
        ];

    public static IEnumerable<JsonObject> Transport(AdminCall call) =>
    [
        new JsonObject
        {
            ["SmtpClientAuthenticationDisabled"] = call.Readable.Organization.IsSmtpAuthDisabled,
            ["Identity"] = "Transport Settings",
        },
    ];
}
