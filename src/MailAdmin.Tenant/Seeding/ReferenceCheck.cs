using MailAdmin.Tenant.Mailboxes;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Seeding;

/// <summary>Checks that all names in a description exist, in it or in the tenant, before any change.</summary>
internal sealed class ReferenceCheck
{
    private readonly TenantState _tenant;
    private readonly Names _names;
    private readonly HashSet<string> _accounts = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _mailboxes = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _groups = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _units = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _apps = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _policies = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _problems = [];

    private ReferenceCheck(TenantState tenant)
    {
        (_tenant, _names) = (tenant, new Names(tenant));
        _policies.UnionWith(tenant.Exchange.Current.AuthenticationPolicies.Select(p => p.Name));
    }

    /// <summary>Returns the errors; empty if there are none.</summary>
    public static IReadOnlyList<string> Problems(TenantState tenant, TenantDescription description)
    {
        var check = new ReferenceCheck(tenant);
        check.Take(description);
        check.Look(description);
        return check._problems;
    }

    /// <summary>Notes what the description itself has.</summary>
    private void Take(TenantDescription description)
    {
        foreach (var mailbox in description.Mailboxes)
        {
            string[] addresses = [.. new[] { mailbox.Address ?? mailbox.Name }.Concat(mailbox.Aliases).Select(_names.Full)];
            var principal = _names.Full(mailbox.UserPrincipalName ?? mailbox.Name);
            if (addresses.FirstOrDefault(a => _accounts.Contains(a) || _tenant.Mailboxes.IsTaken(a)) is { } taken)
            {
                _problems.Add($"{mailbox.Where}: The address '{taken}' is already used.");
            }
            else if (_tenant.Directory.Users.Find(principal) is not null)
            {
                _problems.Add($"{mailbox.Where}: The user principal name '{principal}' is already used.");
            }

            _accounts.UnionWith([.. addresses, principal]);
            if (mailbox.Kind.IsHere())
            {
                _mailboxes.UnionWith([.. addresses, principal]);
            }
        }

        foreach (var group in description.Groups)
        {
            _groups.UnionWith([group.Name, _names.Full(group.Address ?? Alias(group.Name))]);
        }

        _units.UnionWith(description.AdministrativeUnits.Select(u => u.Name));
        _apps.UnionWith(description.Apps.Select(a => a.Name));
        _policies.UnionWith(description.AuthenticationPolicies.Select(p => p.Name));
    }

    /// <summary>The part of a group's address before the @, where none was given.</summary>
    public static string Alias(string group) => group.Replace(" ", "", StringComparison.Ordinal);

    private void Look(TenantDescription description)
    {
        foreach (var mailbox in description.Mailboxes)
        {
            Each(mailbox.Where, "FullAccess", mailbox.FullAccess, IsAccount, "a user");
            Each(mailbox.Where, "SendAs", mailbox.SendAs, IsAccount, "a user");
            Each(
                mailbox.Where, "AuthenticationPolicy", mailbox.AuthenticationPolicy is { } p ? [p] : [], _policies.Contains,
                "an authentication policy");
        }

        foreach (var group in description.Groups)
        {
            Each(group.Where, "Members", group.Members, n => IsAccount(n) || IsGroup(n), "a user or a group");
        }

        foreach (var unit in description.AdministrativeUnits)
        {
            Each(unit.Where, "Members", unit.Members, IsAccount, "a user");
        }

        foreach (var app in description.Apps)
        {
            Each(app.Where, "Owners", app.Owners ?? [], IsAccount, "a user");
            Each(app.Where, "FullAccess", app.FullAccess, IsMailbox, "a mailbox");
            Each(app.Where, "SendAs", app.SendAs, IsMailbox, "a mailbox");
            Each(app.Where, "Certificates", app.Certificates, File.Exists, "a file");
            Each(
                app.Where, "Permissions", app.Permissions.Concat(app.RequestedPermissions ?? []),
                p => AppSeeder.Find(_tenant, p, "appRoles") is not null, "an application permission");
            Each(
                app.Where, "DelegatedPermissions", app.DelegatedPermissions,
                p => AppSeeder.Find(_tenant, p, "oauth2PermissionScopes") is not null, "a delegated permission");
            foreach (var role in app.Roles)
            {
                Each(role.Where, "Group", role.Group is { } g ? [g] : [], IsGroup, "a group");
                Each(
                    role.Where, "AdministrativeUnit", role.AdministrativeUnit is { } u ? [u] : [],
                    n => _units.Contains(n) || _names.Unit(n) is not null, "an administrative unit");
            }
        }

        foreach (var policy in description.AccessPolicies)
        {
            Each(policy.Where, "App", [policy.App], n => n == "*" || IsApp(n), "an app");
            Each(policy.Where, "Scope", [policy.Scope], n => IsMailbox(n) || IsGroup(n), "a mailbox or a group");
        }

        foreach (var policy in description.ConditionalAccess)
        {
            Each(policy.Where, "ExcludedUsers", policy.ExcludedUsers, IsAccount, "a user");
            Each(policy.Where, "BlockApps", policy.BlockedApps, IsApp, "an app");
        }

        foreach (var (app, _) in description.SecretPolicy?.Apps ?? [])
        {
            Each("SecretPolicy.Apps", "App", [app], IsApp, "an app");
        }
    }

    private void Each(string where, string key, IEnumerable<string> names, Func<string, bool> exists, string what)
    {
        foreach (var name in names.Where(n => !exists(n)))
        {
            _problems.Add($"{(where.Length == 0 ? key : $"{where}.{key}")}: '{name}' isn't {what} of the tenant or of the "
                + "description.");
        }
    }

    private bool IsAccount(string name) => _accounts.Contains(_names.Full(name)) || _names.User(name) is not null;

    private bool IsMailbox(string name) => _mailboxes.Contains(_names.Full(name)) || _names.Mailbox(name) is not null;

    private bool IsGroup(string name) =>
        _groups.Contains(name) || _groups.Contains(_names.Full(name)) || _names.Group(name) is not null;

    private bool IsApp(string name) => _apps.Contains(name) || _names.App(name) is not null;
}
