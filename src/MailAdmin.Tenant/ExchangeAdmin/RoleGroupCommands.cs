using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Configuration;
using MailAdmin.Tenant.Directory;

namespace MailAdmin.Tenant.ExchangeAdmin;

/// <summary>
/// Manages Exchange administrators: https://learn.microsoft.com/powershell/module/exchange/add-rolegroupmember and related
/// cmdlets. An app or a managed identity is a member by its service principal in Exchange
/// (https://learn.microsoft.com/powershell/exchange/connect-exo-powershell-managed-identity).
/// </summary>
internal static class RoleGroupCommands
{
    public static IEnumerable<JsonObject> Get(AdminCall call)
    {
        var group = Group(call);
        return call.Exchange.RoleGroups.Where(m => m.Value.Contains(group, StringComparer.OrdinalIgnoreCase))
            .Select(m => Describe(call, m.Key)).OfType<JsonObject>();
    }

    public static IEnumerable<JsonObject> Add(AdminCall call)
    {
        var group = Group(call);
        var (id, name) = Member(call);
        var groups = call.Exchange.RoleGroups.GetValueOrDefault(id) ?? [];
        call.Exchange.RoleGroups[id] = groups.Contains(group, StringComparer.OrdinalIgnoreCase)
            ? throw new AdminRefusal(400, "BadRequest", "Microsoft.Exchange.Management.Tasks.MemberAlreadyExistsException",
                $"The recipient \"{name}\" is already a member of the group \"{group}\".")
            : [.. groups, group];
        return [];
    }

    public static IEnumerable<JsonObject> Remove(AdminCall call)
    {
        var group = Group(call);
        var (id, name) = Member(call);
        var groups = call.Exchange.RoleGroups.GetValueOrDefault(id) ?? [];
        call.Exchange.RoleGroups[id] = groups.Contains(group, StringComparer.OrdinalIgnoreCase)
            ? [.. groups.Where(g => !ExchangeConfiguration.Same(g, group))]
            : throw new AdminRefusal(400, "BadRequest", "Microsoft.Exchange.Management.Tasks.MemberNotFoundException",
                $"The recipient \"{name}\" isn't a member of the group \"{group}\".");
        return [];
    }

    /// <summary>
    /// https://learn.microsoft.com/powershell/module/exchange/get-managementrole: those of role groups, and those of apps.
    /// </summary>
    public static IEnumerable<JsonObject> Roles(AdminCall call)
    {
        var name = call.Text("Identity");
        var type = call.Text("RoleType");
        JsonObject[] roles =
        [
            .. ManagementRoles.OfGroup.Values.SelectMany(r => r).Concat(ApplicationRoles.Permissions.Keys)
                .Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)
                .Where(r => name is null || IsLike(r, name)).Select(Describe)
                .Where(r => type is null || ExchangeConfiguration.Same(r.Text("RoleType"), type)),
        ];
        return roles.Length == 0 && name is not null && !name.Contains('*', StringComparison.Ordinal)
            ? throw AdminRefusal.NotFound(name)
            : roles;
    }

    private static JsonObject Describe(string role) => new()
    {
        ["Name"] = role,
        ["RoleType"] = role.Replace(" ", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal)
            .Replace("-", "", StringComparison.Ordinal),
        ["ImplicitRecipientReadScope"] = "Organization",
        ["ImplicitRecipientWriteScope"] = "Organization",
        ["ImplicitConfigReadScope"] = "OrganizationConfig",
        ["ImplicitConfigWriteScope"] = "OrganizationConfig",
        ["IsRootRole"] = true,
        ["IsEndUserRole"] = false,
        ["IsDeprecated"] = false,
        ["Identity"] = role,
        ["Id"] = role,
        ["IsValid"] = true,
    };

    private static bool IsLike(string name, string pattern)
    {
        var parts = pattern.Split('*');
        return parts.Length == 1
            ? ExchangeConfiguration.Same(name, pattern)
            : name.StartsWith(parts[0], StringComparison.OrdinalIgnoreCase)
                && name.EndsWith(parts[^1], StringComparison.OrdinalIgnoreCase)
                && parts[1..^1].All(p => name.Contains(p, StringComparison.OrdinalIgnoreCase));
    }

    private static string Group(AdminCall call) => ManagementRoles.OfGroup.Keys.FirstOrDefault(
        g => ExchangeConfiguration.Same(g, call.Required("Identity"))) ?? throw AdminRefusal.NotFound(call.Required("Identity"));

    /// <summary>Finds a service principal in Exchange, or a user with or without a mailbox.</summary>
    private static (string Id, string Name) Member(AdminCall call)
    {
        var name = call.Required("Member");
        if (call.Current.Principals.FirstOrDefault(p => p.IsNamed(name)) is { } principal)
        {
            return (principal.ObjectId, principal.DisplayName);
        }

        if (call.FindRecipient(call.Current, name) is { Mailbox: not null } recipient)
        {
            return (recipient.Id, recipient.Name);
        }

        var user = call.Tenant.Directory.Users.FirstOrDefault(u => DirectoryStore.Same(u.Id, name)
            || DirectoryStore.Same(u.Json.Text("userPrincipalName"), name) || DirectoryStore.Same(u.DisplayName, name))
            ?? throw AdminRefusal.NotFound(name);
        return (user.Id, user.DisplayName);
    }

    private static JsonObject? Describe(AdminCall call, string id)
    {
        if (call.FindRecipient(call.Readable, id) is { } recipient)
        {
            return RecipientCommands.Describe(recipient);
        }

        var user = call.Tenant.Directory.Users.FirstOrDefault(u => u.Id == id);
        var principal = call.Readable.Principals.FirstOrDefault(p => ExchangeConfiguration.Same(p.ObjectId, id));
        return user is null && principal is null ? null : new JsonObject
        {
            ["Name"] = user?.DisplayName ?? principal!.ObjectId,
            ["DisplayName"] = user?.DisplayName ?? principal!.DisplayName,
            ["RecipientType"] = "User",
            ["RecipientTypeDetails"] = user is null ? "ServicePrinciple" : "User",
            ["ExternalDirectoryObjectId"] = id,
            ["Identity"] = user?.DisplayName ?? principal!.ObjectId,
            ["Guid"] = id,
            ["IsValid"] = true,
        };
    }
}
