using System.Text.Json.Nodes;
using MailAdmin.Tenant.Configuration;
using MailAdmin.Tenant.Gate;

namespace MailAdmin.Tenant.ExchangeAdmin;

/// <summary>
/// https://learn.microsoft.com/powershell/module/exchange/new-applicationaccesspolicy and related cmdlets. The policies apply
/// only to Graph and EWS; IMAP, POP, and SMTP don't use them.
/// </summary>
internal static class PolicyCommands
{
    private const int Space = 300;

    /// <summary>Without a policy, the service returns 404: https://github.com/microsoft/Microsoft365DSC/issues/2998.</summary>
    public static IEnumerable<JsonObject> Get(AdminCall call) => call.Text("Identity") is { } name
        ? [Describe(call, call.Readable, Find(call.Readable, name))]
        : call.Readable.Policies.Length == 0
            ? throw AdminRefusal.NotFound(call.Tenant.TenantId)
            : call.Readable.Policies.Select(p => Describe(call, call.Readable, p));

    public static IEnumerable<JsonObject> New(AdminCall call)
    {
        call.Required("AppId");
        var isDeny = call.Required("AccessRight").ToUpperInvariant() switch
        {
            "DENYACCESS" => true,
            "RESTRICTACCESS" => false,
            _ => throw AdminRefusal.Binding(
                $"Cannot process argument transformation on parameter 'AccessRight'. Cannot convert value "
                    + $"\"{call.Text("AccessRight")}\"."),
        };
        var scope = call.RecipientOf(call.Required("PolicyScopeGroupId"));
        if (!scope.IsSecurityPrincipal)
        {
            throw AdminRefusal.Invalid(
                $"The recipient \"{scope.DisplayName}\" isn't a security principal. The policy scope has to be one: "
                    + $"{scope.Details} isn't supported.");
        }

        var apps = call.Texts("AppId");
        if (call.Current.Policies.Length + apps.Length > Space)
        {
            throw AdminRefusal.Invalid("The total size of App Access Policies exceeded the limit.");
        }

        AccessPolicy[] policies = [.. apps.Select(app => new AccessPolicy(
            $"{call.Tenant.TenantId}\\{app}:{Sids.Of(scope.Id)};{scope.Id}", app, scope.Id, isDeny,
            call.Text("Description") ?? ""))];
        if (policies.FirstOrDefault(
            p => call.Current.Policies.Any(other => ExchangeConfiguration.Same(other.Id, p.Id))) is { } twice)
        {
            throw AdminRefusal.Exists(twice.Id);
        }

        call.Exchange.Change(c => c with { Policies = c.Policies.AddRange(policies) });
        return policies.Select(p => Describe(call, call.Current, p));
    }

    public static IEnumerable<JsonObject> Remove(AdminCall call)
    {
        var policy = Find(call.Current, call.Required("Identity"));
        call.Exchange.Change(c => c with { Policies = c.Policies.Remove(policy) });
        return [];
    }

    /// <summary>Returns the current result of the policies, which might not have taken effect in Graph yet.</summary>
    public static IEnumerable<JsonObject> Test(AdminCall call)
    {
        var app = call.Required("AppId");
        var recipient = call.RecipientOf(call.Required("Identity"));
        return [new JsonObject
        {
            ["AppId"] = app,
            ["Mailbox"] = recipient.Name,
            ["MailboxId"] = recipient.Id,
            ["MailboxSid"] = Sids.Of(recipient.Id),
            ["AccessCheckResult"] = AppAccess.PolicyAllows(call.Current, app, recipient.Id) ? "Granted" : "Denied",
        }];
    }

    private static AccessPolicy Find(ExchangeConfiguration configuration, string name) =>
        configuration.Policies.FirstOrDefault(p => ExchangeConfiguration.Same(p.Id, name)) ?? throw AdminRefusal.NotFound(name);

    private static JsonObject Describe(AdminCall call, ExchangeConfiguration configuration, AccessPolicy policy)
    {
        var scope = call.FindRecipient(configuration, policy.ScopeId)?.Name;
        return new JsonObject
        {
            ["ScopeName"] = scope,
            ["ScopeIdentity"] = scope,
            ["Identity"] = policy.Id,
            ["AppId"] = policy.AppId,
            ["ScopeIdentityRaw"] = $"{Sids.Of(policy.ScopeId)};{policy.ScopeId}",
            ["Description"] = policy.Description,
            ["AccessRight"] = policy.IsDeny ? "DenyAccess" : "RestrictAccess",
            ["ShardType"] = "All",
            ["IsValid"] = true,
            ["ObjectState"] = "Unchanged",
        };
    }
}
