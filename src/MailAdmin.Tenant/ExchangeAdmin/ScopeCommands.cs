using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Configuration;

namespace MailAdmin.Tenant.ExchangeAdmin;

/// <summary>https://learn.microsoft.com/powershell/module/exchange/new-managementscope and its siblings.</summary>
internal static class ScopeCommands
{
    public static IEnumerable<JsonObject> Get(AdminCall call) => call.Text("Identity") is { } name
        ? [Describe(Find(call.Readable, name))]
        : call.Readable.Scopes.Select(Describe);

    public static IEnumerable<JsonObject> New(AdminCall call)
    {
        var name = AdminCall.Name(call.Required("Name"));
        if (call.Current.Scopes.Any(s => ExchangeConfiguration.Same(s.Name, name)))
        {
            throw AdminRefusal.Exists(name);
        }

        var scope = new ManagementScope(
            Guid.NewGuid().ToString(), name, Filter(call.Required("RecipientRestrictionFilter")), call.Tenant.Now);
        call.Exchange.Change(c => c with { Scopes = c.Scopes.Add(scope) });
        return [Describe(scope)];
    }

    /// <summary>
    /// Changes a scope. Every assignment with this scope then applies to the new recipients. Returns nothing on success.
    /// </summary>
    public static IEnumerable<JsonObject> Set(AdminCall call)
    {
        var old = Find(call.Current, call.Required("Identity"));
        var scope = old with
        {
            Name = AdminCall.Name(call.Text("Name") ?? old.Name),
            Filter = call.Text("RecipientRestrictionFilter") is { } filter ? Filter(filter) : old.Filter,
            ChangedAt = call.Tenant.Now,
        };
        call.Exchange.Change(c => c with { Scopes = c.Scopes.Replace(old, scope) });
        return [];
    }

    public static IEnumerable<JsonObject> Remove(AdminCall call)
    {
        var scope = Find(call.Current, call.Required("Identity"));
        if (call.Current.Assignments.FirstOrDefault(a => a.ScopeId == scope.Id) is { } user)
        {
            throw AdminRefusal.Invalid(
                $"The management scope \"{scope.Name}\" can't be removed because it's in use by the management role "
                    + $"assignment \"{user.Name}\".");
        }

        call.Exchange.Change(c => c with { Scopes = c.Scopes.Remove(scope) });
        return [];
    }

    public static ManagementScope Find(ExchangeConfiguration configuration, string name) =>
        configuration.Scopes.FirstOrDefault(
            s => ExchangeConfiguration.Same(s.Name, name) || ExchangeConfiguration.Same(s.Id, name))
        ?? throw AdminRefusal.NotFound(name);

    private static RecipientFilter Filter(string text)
    {
        try
        {
            return RecipientFilter.Parse(text);
        }
        catch (FormatException e)
        {
            throw AdminRefusal.Binding(
                $"Cannot bind parameter 'RecipientRestrictionFilter' to the target. Exception setting "
                    + $"\"RecipientRestrictionFilter\": \"{e.Message}\"");
        }
    }

    private static JsonObject Describe(ManagementScope scope) => new()
    {
        ["RecipientRoot"] = null,
        ["RecipientFilter"] = scope.Filter.Text,
        ["ServerFilter"] = "",
        ["DatabaseFilter"] = "",
        ["TenantOrganizationFilter"] = "",
        ["ScopeRestrictionType"] = "RecipientScope",
        ["Exclusive"] = false,
        ["Name"] = scope.Name,
        ["Identity"] = scope.Name,
        ["Id"] = scope.Name,
        ["Guid"] = scope.Id,
        ["WhenChangedUTC"] = Json.Seconds(scope.ChangedAt),
        ["IsValid"] = true,
    };
}
