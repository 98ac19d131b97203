using MailAdmin.Core.Access;
using MailAdmin.Core.Permissions;

namespace MailAdmin.Core.Inventory;

/// <summary>Combines an app's Entra permissions with its configuration in Exchange.</summary>
/// <param name="clientId">The app.</param>
/// <param name="objectId">Object ID of its service principal; null when Entra has none.</param>
/// <param name="exchange">The data from Exchange.</param>
internal sealed class AccessPathBuilder(string clientId, string? objectId, ExchangeInventory exchange)
{
    private const string WrongPointer = "nothing: the service principal in Exchange has an object ID that no token "
        + "of the app contains";

    private readonly ExchangePrincipal? _pointer = exchange.Principals?.FirstOrDefault(
        p => p.AppId.Equals(clientId, StringComparison.OrdinalIgnoreCase));

    /// <summary>The app's service principal in Exchange; null if it has none, or Exchange doesn't return it.</summary>
    public ExchangePrincipal? Pointer => _pointer;

    /// <summary>Whether the entry is of another object than the app's service principal.</summary>
    public bool IsPointerWrong => _pointer is not null && !_pointer.ObjectId.Equals(objectId, StringComparison.OrdinalIgnoreCase);

    /// <summary>Every way to mail, the widest first.</summary>
    public MailAppAccessPath[] Of(IReadOnlyList<MailGrant> grants) =>
    [
        .. grants.Where(g => g.Permission.Kind == PermissionKind.Application).Select(OfApplication)
            .Concat(grants.Where(g => g.Permission.Kind == PermissionKind.Delegated).GroupBy(g => g.Permission.ToString())
                .Select(OfUsers))
            .Concat(OfRoles(grants))
            .Concat(LeftRights(grants))
            .OrderByDescending(p => p.Reach).ThenBy(p => p.Mechanism).ThenBy(p => p.Permission, StringComparer.Ordinal),
    ];

    private MailAppAccessPath OfApplication(MailGrant grant)
    {
        var row = PermissionTable.Of(grant.Permission);
        var protocol = row.Protocol!;
        if (row.RightNeeded is { } right)
        {
            return WithRight(grant, protocol, right);
        }

        return protocol == PermissionTable.OutlookRest
            ? Path(MailAppMechanism.EntraApplication, grant.Permission.ToString(), protocol, MailReach.None,
                "nothing: the Outlook REST API is retired, and Graph doesn't require it")
            : WithPolicies(grant, protocol);
    }

    private MailAppAccessPath WithPolicies(MailGrant grant, string protocol)
    {
        MailAppAccessPath Make(MailReach reach, string scope, string[]? mailboxes = null, string[]? except = null) =>
            Path(MailAppMechanism.EntraApplication, grant.Permission.ToString(), protocol, reach, scope, mailboxes) with
            {
                Except = except ?? [],
            };

        if (!PermissionTable.Of(grant.Permission).ObeysPolicies)
        {
            return Make(MailReach.TenantWide, "all mailboxes");
        }

        if (exchange.Policies is null)
        {
            return Make(
                MailReach.Unknown,
                "all mailboxes, unless an application access policy restricts it: the policies couldn't be read");
        }

        var policies = exchange.Policies.Where(p => p.IsAbout(clientId)).ToArray();
        var (denied, restricted) = (policies.Where(p => p.IsDeny).ToArray(), policies.Where(p => !p.IsDeny).ToArray());
        var except = denied.Length == 0 ? "" : $", except {Names(denied)} (policy)";
        string[] kept = [.. denied.SelectMany(p => p.Mailboxes ?? []).Distinct(StringComparer.OrdinalIgnoreCase)];
        if (restricted.Length == 0)
        {
            return Make(MailReach.TenantWide, $"all mailboxes{except}", except: kept);
        }

        // If one list can't be read, the combined list is unknown.
        string[]? mailboxes = policies.All(p => p.Mailboxes is not null)
            ? [.. restricted.SelectMany(p => p.Mailboxes!).Except(kept, StringComparer.OrdinalIgnoreCase)
                .Distinct(StringComparer.OrdinalIgnoreCase)] : null;
        return Make(MailReach.Mailboxes, $"{Names(restricted)} (policy){except}", mailboxes, kept);
    }

    private MailAppAccessPath WithRight(MailGrant grant, string protocol, MailboxAccessRight right)
    {
        if (exchange.Rights is null)
        {
            return Path(
                MailAppMechanism.EntraApplication, grant.Permission.ToString(), protocol, MailReach.Unknown,
                $"mailboxes with {right} for the app: the permissions couldn't be read");
        }

        var mailboxes = MailboxesWith(right);
        return mailboxes.Length == 0 || IsPointerWrong
            ? Path(MailAppMechanism.EntraApplication, grant.Permission.ToString(), protocol, MailReach.None,
                mailboxes.Length == 0 ? $"nothing: the app has {right} on no mailbox" : WrongPointer)
            : Path(MailAppMechanism.MailboxRight, $"{grant.Permission} + {right}", protocol, MailReach.Mailboxes,
                $"mailboxes with {right} for the app", mailboxes);
    }

    private MailAppAccessPath OfUsers(IEnumerable<MailGrant> grants)
    {
        var permission = grants.First().Permission;
        var shared = permission.Name.EndsWith(".Shared", StringComparison.OrdinalIgnoreCase)
            ? ", and mailboxes shared with them"
            : "";
        string[] users = [.. grants.Select(g => g.ForUser).OfType<string>()
            .Select(u => exchange.Recipients?.AddressOf(u) ?? $"user {u}").Order(StringComparer.OrdinalIgnoreCase)];
        var forAll = grants.Any(g => g.ForUser is null);
        return Path(
            MailAppMechanism.EntraDelegated, permission.ToString(), PermissionTable.Of(permission).Protocol!,
            MailReach.SignedInUsers,
            (forAll ? "all users who sign in to it" : $"while they are signed in: {string.Join(", ", users)}") + shared,
            forAll ? null : users);
    }

    private IEnumerable<MailAppAccessPath> OfRoles(IReadOnlyList<MailGrant> grants)
    {
        // https://learn.microsoft.com/exchange/client-developer/legacy-protocols/smtp-app-rbac-onboarding
        var isSmtpGranted = grants.Any(g => g.Permission is { Kind: PermissionKind.Application, Name: RoleNames.SmtpPermission });
        foreach (var role in (exchange.Roles ?? []).Where(r => r.AppId.Equals(clientId, StringComparison.OrdinalIgnoreCase)))
        {
            var idle = role switch
            {
                _ when IsPointerWrong => WrongPointer,
                { Mailboxes: [] } => $"nothing: no mailbox is in {role.Scope}",
                { Role: RoleNames.Smtp } when isSmtpGranted =>
                    "nothing while Entra grants Exchange/SMTP.SendAsApp, because Exchange then requires SendAs",
                _ => null,
            };
            if (RoleNames.ProtocolOf(role.Role) is { } protocol)
            {
                yield return Path(
                    MailAppMechanism.ExchangeRole, role.Role, protocol, idle is null ? role.Reach : MailReach.None,
                    idle ?? role.Scope, role.Mailboxes);
            }
        }
    }

    /// <summary>Rights on mailboxes for which the app lacks the permission to use the protocol.</summary>
    private IEnumerable<MailAppAccessPath> LeftRights(IReadOnlyList<MailGrant> grants)
    {
        var used = grants.Where(g => g.Permission.Kind == PermissionKind.Application)
            .Select(g => PermissionTable.Of(g.Permission).RightNeeded).OfType<MailboxAccessRight>()
            .ToHashSet();
        foreach (var right in new[] { MailboxAccessRight.FullAccess, MailboxAccessRight.SendAs }.Where(r => !used.Contains(r)))
        {
            if (MailboxesWith(right) is { Length: > 0 } mailboxes)
            {
                var (protocol, permission) = right == MailboxAccessRight.FullAccess
                    ? ("IMAP", "IMAP.AccessAsApp or POP.AccessAsApp")
                    : ("SMTP", "SMTP.SendAsApp");
                yield return Path(
                    MailAppMechanism.MailboxRight, right.ToString(), protocol, MailReach.None,
                    $"nothing without {permission}; the mailbox permission is on {string.Join(", ", mailboxes)}");
            }
        }
    }

    private string[] MailboxesWith(MailboxAccessRight right) => _pointer is null ? []
        : [.. (exchange.Rights ?? []).Where(e => e.Right == right && e.IsOf(_pointer)).Select(e => e.Mailbox)
            .Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase)];

    private static string Names(IEnumerable<PolicyGrant> policies) =>
        string.Join(", ", policies.Select(p => $"'{p.Scope}'").Distinct(StringComparer.OrdinalIgnoreCase));

    private static MailAppAccessPath Path(
        MailAppMechanism mechanism, string permission, string protocol, MailReach reach, string scope,
        string[]? mailboxes = null) =>
        new()
        {
            Mechanism = mechanism,
            Permission = permission,
            Protocol = protocol,
            Reach = reach,
            Scope = scope,
            Mailbox = mailboxes,
        };
}
