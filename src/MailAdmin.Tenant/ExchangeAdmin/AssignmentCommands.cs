using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Configuration;
using MailAdmin.Tenant.Gate;

namespace MailAdmin.Tenant.ExchangeAdmin;

/// <summary>
/// Roles of apps: https://learn.microsoft.com/powershell/module/exchange/new-managementroleassignment and its siblings,
/// https://learn.microsoft.com/powershell/module/exchange/test-serviceprincipalauthorization.
/// </summary>
internal static class AssignmentCommands
{
    /// <summary>https://learn.microsoft.com/powershell/module/exchange/get-managementroleassignment, -RoleAssigneeType</summary>
    private static readonly string[] AssigneeTypes =
    [
        "User", "SecurityGroup", "RoleAssignmentPolicy", "ForeignSecurityPrincipal", "RoleGroup", "LinkedRoleGroup", "Computer",
        "ServicePrincipal",
    ];

    public static IEnumerable<JsonObject> Get(AdminCall call)
    {
        if (call.Text("Identity") is { } name)
        {
            return [Describe(call.Readable, Find(call.Readable, name))];
        }

        var principal = call.Text("RoleAssignee") is { } assignee ? call.PrincipalOf(assignee).Id : null;
        var role = call.Text("Role");
        if (call.Text("RoleAssigneeType") is { } type && !ExchangeConfiguration.Same(type, "ServicePrincipal"))
        {
            // Only apps have assignments that an administrator created here; users and groups have those of the built-in role
            // groups.
            return AssigneeTypes.Contains(type, StringComparer.OrdinalIgnoreCase) ? []
                : throw AdminRefusal.Binding(
                    $"Cannot process argument transformation on parameter 'RoleAssigneeType'. Cannot convert value \"{type}\" to "
                        + "type \"Microsoft.Exchange.Data.Directory.SystemConfiguration.RoleAssigneeType\".");
        }

        return call.Readable.Assignments
            .Where(a => (principal is null || a.PrincipalId == principal)
                && (role is null || ExchangeConfiguration.Same(a.Role, role)))
            .Select(a => Describe(call.Readable, a));
    }

    public static IEnumerable<JsonObject> New(AdminCall call)
    {
        var principal = call.PrincipalOf(call.Required("App"));
        var role = ApplicationRoles.Canonical(call.Required("Role")) ?? throw AdminRefusal.NotFound(call.Required("Role"));
        var (kind, scope) = ScopeOf(call);
        var name = AdminCall.Name(call.Text("Name") ?? NewName(call.Current, role, principal));
        if (call.Current.Assignments.Any(a => ExchangeConfiguration.Same(a.Name, name)))
        {
            throw AdminRefusal.Exists(name);
        }

        var assignment = new RoleAssignment(Guid.NewGuid().ToString(), name, role, principal.Id, kind, scope, call.Tenant.Now);
        call.Exchange.Change(c => c with { Assignments = c.Assignments.Add(assignment) });
        return [Describe(call.Current, assignment)];
    }

    /// <summary>Gives it another scope.</summary>
    public static IEnumerable<JsonObject> Set(AdminCall call)
    {
        var old = Find(call.Current, call.Required("Identity"));
        var (kind, scope) = ScopeOf(call);
        call.Exchange.Change(
            c => c with
            {
                Assignments = c.Assignments.Replace(old, old with { Kind = kind, ScopeId = scope, ChangedAt = call.Tenant.Now }),
            });
        return [];
    }

    public static IEnumerable<JsonObject> Remove(AdminCall call)
    {
        var assignment = Find(call.Current, call.Required("Identity"));
        call.Exchange.Change(c => c with { Assignments = c.Assignments.Remove(assignment) });
        return [];
    }

    /// <summary>
    /// Returns the configuration without any cache. InScope is a text: True, False, or Not Run without a resource.
    /// </summary>
    public static IEnumerable<JsonObject> Test(AdminCall call)
    {
        var principal = call.PrincipalOf(call.Required("Identity"));
        var mailbox = call.Text("Resource") is { } resource ? call.MailboxOf(resource) : null;
        return call.Current.Assignments.Where(a => a.PrincipalId == principal.Id).Select(a => new JsonObject
        {
            ["RoleName"] = a.Role,
            ["GrantedPermissions"] = string.Join(", ", ApplicationRoles.Permissions[a.Role]),
            ["AllowedResourceScope"] = ScopeName(call.Current, a) ?? "Organization",
            ["ScopeType"] = a.Kind.ToString(),
            ["InScope"] = mailbox is null ? "Not Run" : $"{AppAccess.IsInScope(call.Tenant, call.Current, a, mailbox)}",
        });
    }

    private static RoleAssignment Find(ExchangeConfiguration configuration, string name) =>
        configuration.Assignments.FirstOrDefault(
            a => ExchangeConfiguration.Same(a.Name, name) || ExchangeConfiguration.Same(a.Id, name))
        ?? throw AdminRefusal.NotFound(name);

    private static (ScopeKind Kind, string? Id) ScopeOf(AdminCall call)
    {
        string[] given =
        [
            .. new[] { "CustomResourceScope", "RecipientGroupScope", "RecipientAdministrativeUnitScope" }.Where(call.Has),
        ];
        return given switch
        {
            [] => (ScopeKind.Organization, null),
            ["CustomResourceScope"] =>
                (ScopeKind.CustomRecipientScope, ScopeCommands.Find(call.Current, call.Required(given[0])).Id),
            ["RecipientGroupScope"] =>
                (ScopeKind.Group,
                    call.RecipientOf(call.Required(given[0])).Group?.Id ?? throw AdminRefusal.NotFound(call.Required(given[0]))),
            ["RecipientAdministrativeUnitScope"] => (ScopeKind.AdministrativeUnit, Unit(call, call.Required(given[0])).Id),
            _ => throw AdminRefusal.Binding("Parameter set cannot be resolved using the specified named parameters."),
        };
    }

    private static RecipientGroup Unit(AdminCall call, string name) => call.Current.Groups.FirstOrDefault(
        g => g.Details == RecipientGroup.Unit
            && (ExchangeConfiguration.Same(g.Id, name) || ExchangeConfiguration.Same(g.Name, name)))
        ?? throw AdminRefusal.NotFound(name);

    private static string NewName(ExchangeConfiguration configuration, string role, ExchangePrincipal principal)
    {
        var name = $"{role}-{principal.ObjectId}";
        name = name.Length > 60 ? name[..60] : name;
        return configuration.Assignments.Any(a => ExchangeConfiguration.Same(a.Name, name))
            ? $"{name}-{configuration.Assignments.Length % 1000}"
            : name;
    }

    private static string? ScopeName(ExchangeConfiguration configuration, RoleAssignment assignment) => assignment.Kind switch
    {
        ScopeKind.CustomRecipientScope => configuration.Scopes.FirstOrDefault(s => s.Id == assignment.ScopeId)?.Name,
        ScopeKind.Group => configuration.GroupOf(assignment.ScopeId!)?.Name,
        ScopeKind.AdministrativeUnit => assignment.ScopeId,
        _ => null,
    };

    private static JsonObject Describe(ExchangeConfiguration configuration, RoleAssignment assignment)
    {
        var principal = configuration.Principals.FirstOrDefault(p => p.Id == assignment.PrincipalId);
        var scope = ScopeName(configuration, assignment);
        return new JsonObject
        {
            ["Name"] = assignment.Name,
            ["Role"] = assignment.Role,
            ["RoleAssignee"] = principal?.ObjectId,
            ["RoleAssigneeName"] = principal?.ObjectId,
            ["RoleAssigneeType"] = "ServicePrincipal",
            ["RoleAssignmentDelegationType"] = "Regular",
            ["AssignmentMethod"] = "Direct",
            ["CustomResourceScope"] = assignment.Kind == ScopeKind.CustomRecipientScope ? scope : null,
            ["CustomRecipientWriteScope"] = null,
            ["RecipientGroupScope"] = assignment.Kind == ScopeKind.Group ? scope : null,
            ["RecipientAdministrativeUnitScope"] = assignment.Kind == ScopeKind.AdministrativeUnit ? scope : null,
            ["RecipientWriteScope"] = assignment.Kind.ToString(),
            ["Enabled"] = true,
            ["Identity"] = assignment.Name,
            ["Id"] = assignment.Name,
            ["Guid"] = assignment.Id,
            ["WhenChangedUTC"] = Json.Seconds(assignment.ChangedAt),
            ["IsValid"] = true,
        };
    }
}
