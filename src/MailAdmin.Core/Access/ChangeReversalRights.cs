// Longer than 250 lines: the reverse of each change of permissions, in Entra and in Exchange.
using System.Globalization;
using System.Text.Json.Nodes;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Access;

// Permissions in Entra, and what Exchange has of apps and mailboxes.
internal sealed partial class ChangeReversal
{
    private const string ToApp = "granted to the app", ForAll = "granted for all users";

    private Task<string[]> RevokeAsync(MailAdminChange change, CancellationToken cancellationToken) =>
        WithAppAsync(change, cancellationToken: cancellationToken, write: async app =>
        {
            var names = change.Target.Split(", ");
            var kind = change.After == ToApp ? PermissionKind.Application : PermissionKind.Delegated;
            var grants = (await new AppFacts(session, app).GrantsAsync(cancellationToken).ConfigureAwait(false))
                .Where(g => g.Permission.Kind == kind).ToArray();
            bool IsMeant(Grant g) => names.Contains(g.Permission.ToString(), StringComparer.OrdinalIgnoreCase);
            var meant = grants.Where(g => IsMeant(g)
                && (kind == PermissionKind.Application || (g.PrincipalId is null) == (change.After == ForAll))).ToArray();
            if (meant.Length == 0)
            {
                return Nothing("The app doesn't have the permission now.");
            }

            return kind == PermissionKind.Application
                ?
                [
                    .. meant.Select(g => "Remove-MgServicePrincipalAppRoleAssignment "
                        + $"-ServicePrincipalId {app.ServicePrincipalObjectId} -AppRoleAssignmentId {Quote(g.GrantId)}"),
                ]
                :
                [
                    .. meant.GroupBy(g => g.GrantId)
                        .Select(g => Narrow(g.Key, grants.Where(o => o.GrantId == g.Key && !IsMeant(o)))),
                ];
        });

    private static string Narrow(string grantId, IEnumerable<Grant> left) =>
        string.Join(' ', left.Select(g => g.Permission.Name)) is { Length: > 0 } scope
            ? $"Update-MgOauth2PermissionGrant -OAuth2PermissionGrantId {Quote(grantId)} "
                + $"-BodyParameter @{{ scope = {Literal(scope)} }}"
            : $"Remove-MgOauth2PermissionGrant -OAuth2PermissionGrantId {Quote(grantId)}";

    private Task<string[]> GrantAsync(MailAdminChange change, CancellationToken cancellationToken) =>
        WithAppAsync(change, cancellationToken: cancellationToken, write: async app =>
        {
            if (change.Before != ToApp || app.ServicePrincipalObjectId is not { } id)
            {
                return Nothing("The journal doesn't say for whom delegated permissions were granted. Run Grant-MailAppConsent.");
            }

            try
            {
                var permission = await _catalog.ResolveAsync(
                    PermissionName.ParseAll([change.Target], [])[0], cancellationToken).ConfigureAwait(false);
                var resource = await _catalog.ByAppIdAsync(permission.ResourceAppId!, cancellationToken).ConfigureAwait(false);
                var present = await new AppFacts(session, app).GrantsAsync(cancellationToken).ConfigureAwait(false);
                return present.Any(g => g.Key == Grant.KeyOf(permission)) ? Nothing("The app has the permission.")
                :
                [
                    .. PermissionName.OpensEveryMailbox(permission)
                        ? Nothing($"Lets {app.Name} into all mailboxes of the tenant.") : [],
                    $"New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId {id} -BodyParameter @{{",
                    $"    principalId = '{id}'; resourceId = '{resource.Id}'; appRoleId = '{permission.Id}'",
                    "}",
                ];
            }
            catch (InvalidRequestException)
            {
                return Nothing("The tenant doesn't have a permission of this name.");
            }
        });

    private Task<string[]> RemovePrincipalAsync(MailAdminChange change, CancellationToken cancellationToken) =>
        WithAppAsync(change, cancellationToken: cancellationToken, write: async app =>
            await new AppFacts(session, app).PrincipalAsync(cancellationToken).ConfigureAwait(false) is { } present
                ? [$"Remove-ServicePrincipal -Identity {Quote(present.ObjectId)} -Confirm:$false"]
                : Nothing("Exchange doesn't have the service principal now."));

    private Task<string[]> NewPrincipalAsync(MailAdminChange change, CancellationToken cancellationToken) =>
        WithAppAsync(change, cancellationToken: cancellationToken, write: async app =>
            await new AppFacts(session, app).PrincipalAsync(cancellationToken).ConfigureAwait(false) is not null
                ? Nothing("Exchange has the service principal.")
                : app.ServicePrincipalObjectId is not { } id ? Nothing("The tenant doesn't have the service principal now.")
                : [$"New-ServicePrincipal -AppId {app.ClientId} -ObjectId {id} -DisplayName {Quote(app.Name)}"]);

    private async Task<string?> ScopeAsync(string name, CancellationToken cancellationToken) =>
        (await FirstAsync("Get-ManagementScope", name, cancellationToken).ConfigureAwait(false))?.Text("Name");

    private async Task<string[]> RemoveScopeAsync(MailAdminChange change, CancellationToken cancellationToken) =>
        await ScopeAsync(change.Target, cancellationToken).ConfigureAwait(false) is { } name
            ? [$"Remove-ManagementScope -Identity {Quote(name)} -Confirm:$false"]
            : Nothing("Exchange doesn't have the scope now.");

    /// <summary>A filter is written again from the mailboxes that Exchange has of it.</summary>
    private async Task<string[]> SetScopeAsync(MailAdminChange change, CancellationToken cancellationToken)
    {
        if (change.Before is null || RecipientFilterText.MailboxesIn(change.Before) is not { } guids)
        {
            return Nothing($"Only a filter of mailboxes can be restored. It was: {change.Before}");
        }

        var found = await session.FindMailboxesAsync(guids, cancellationToken).ConfigureAwait(false);
        ExchangeMailbox[] mailboxes = [.. found.OfType<ExchangeMailbox>().Where(m => m.Guid is not null)];
        if (mailboxes.Length == 0)
        {
            return Nothing("Exchange doesn't have the mailboxes of the scope now.");
        }

        var filter = Literal(RecipientFilterText.OfMailboxes(mailboxes.Select(m => m.Guid!)));
        List<string> lines = [Comment($"The mailboxes: {string.Join(", ", mailboxes.Select(m => m.Address))}.")];
        if (mailboxes.Length < guids.Count)
        {
            lines.Add(Comment($"Exchange doesn't have {guids.Count - mailboxes.Length} other mailboxes now."));
        }

        if (await ScopeAsync(change.Target, cancellationToken).ConfigureAwait(false) is { } name)
        {
            lines.Add($"Set-ManagementScope -Identity {Quote(name)} -RecipientRestrictionFilter {filter} -Confirm:$false");
        }
        else if (Guid.TryParse(change.ClientId, out var id))
        {
            lines.Add($"New-ManagementScope -Name {Quote(AppFacts.ScopeName(id.ToString()))} "
                + $"-RecipientRestrictionFilter {filter}");
        }
        else
        {
            return Nothing("Exchange doesn't have the scope now.");
        }

        return [.. lines];
    }

    private Task<string[]> RemoveAssignmentAsync(MailAdminChange change, CancellationToken cancellationToken) =>
        WithAppAsync(change, cancellationToken: cancellationToken, write: async app =>
        {
            var present = await new AppFacts(session, app).AssignmentsAsync(cancellationToken).ConfigureAwait(false);
            string[] names =
            [
                .. present.Where(a => change.After is { } role && a.Is(role, "Role")
                    && a.Is(change.Target, "CustomResourceScope", "RecipientAdministrativeUnitScope"))
                    .Select(a => a.Text("Identity")).OfType<string>(),
            ];
            return names.Length == 0 ? Nothing("The app doesn't have the role now.")
                : [.. names.Select(n => $"Remove-ManagementRoleAssignment -Identity {Quote(n)} -Confirm:$false")];
        });

    private Task<string[]> NewAssignmentAsync(MailAdminChange change, CancellationToken cancellationToken) =>
        WithAppAsync(change, cancellationToken: cancellationToken, write: async app =>
        {
            var facts = new AppFacts(session, app);
            var scope = await ScopeAsync(AppFacts.ScopeName(app.ClientId), cancellationToken).ConfigureAwait(false);
            var principal = await facts.PrincipalAsync(cancellationToken).ConfigureAwait(false);
            if (scope is null || principal is null)
            {
                return Nothing("Exchange doesn't have the app with a scope of its own now. Restore that first.");
            }

            var role = (await FirstAsync("Get-ManagementRole", change.Before ?? "", cancellationToken).ConfigureAwait(false))
                ?.Text("Name");
            return role is null || !RoleNames.IsOfApps(role) ? Nothing("Exchange doesn't have the role.")
                :
                [
                    $"New-ManagementRoleAssignment -App {Quote(principal.ObjectId)} -Role {Quote(role)} "
                        + $"-CustomResourceScope {Quote(scope)}",
                ];
        });

    private Task<string[]> RemovePolicyAsync(MailAdminChange change, CancellationToken cancellationToken) =>
        WithAppAsync(change, cancellationToken: cancellationToken, write: async app =>
        {
            var present = await new AccessPolicies(session).GetAsync(app.ClientId, cancellationToken).ConfigureAwait(false);
            string[] lines =
            [
                .. present.Where(p => p.AccessRight?.ToString() == change.After && p.Scope == change.Target)
                    .Select(p => $"Remove-ApplicationAccessPolicy -Identity {Quote(p.Identity)} -Confirm:$false"),
            ];
            return lines.Length > 0 ? lines : Nothing("Exchange doesn't have the policy now.");
        });

    private Task<string[]> NewPolicyAsync(MailAdminChange change, CancellationToken cancellationToken) =>
        WithAppAsync(change, cancellationToken: cancellationToken, write: async app =>
        {
            var group = await FirstAsync("Get-Recipient", change.Target, cancellationToken).ConfigureAwait(false);
            return group?.Text("PrimarySmtpAddress") is not { } address
                || !Enum.TryParse(change.Before, out MailAppPolicyRight right) || !Enum.IsDefined(right)
                ? Nothing("Exchange doesn't have the group of the policy now.")
                :
                [
                    $"New-ApplicationAccessPolicy -AppId {app.ClientId} -PolicyScopeGroupId {Quote(address)} "
                        + $"-AccessRight {right}",
                ];
        });

    private async Task<string[]> RemoveGroupAsync(MailAdminChange change, CancellationToken cancellationToken) =>
        (await FirstAsync("Get-DistributionGroup", change.Target, cancellationToken).ConfigureAwait(false))
            ?.Text("PrimarySmtpAddress") is { } address
            ? [$"Remove-DistributionGroup -Identity {Quote(address)} -Confirm:$false"]
            : Nothing("Exchange doesn't have the group now.");

    private async Task<string[]> MemberAsync(MailAdminChange change, CancellationToken cancellationToken)
    {
        var group = (await FirstAsync("Get-DistributionGroup", change.Target, cancellationToken).ConfigureAwait(false))
            ?.Text("PrimarySmtpAddress");
        var member = (await FirstAsync("Get-Recipient", change.After ?? change.Before ?? "", cancellationToken)
            .ConfigureAwait(false))?.Text("PrimarySmtpAddress");
        return group is null || member is null ? Nothing("Exchange doesn't have the group and its member now.")
            :
            [
                $"{(JournalAction.AddGroupMember.Is(change) ? "Remove" : "Add")}-DistributionGroupMember "
                    + $"-Identity {Quote(group)} -Member {Quote(member)} -Confirm:$false",
            ];
    }

    private async Task<string[]> RightAsync(MailAdminChange change, CancellationToken cancellationToken)
    {
        var isAdded = change.After is not null;
        var right = JournalAction.AddRecipientPermission.Is(change) || JournalAction.RemoveRecipientPermission.Is(change)
            ? MailboxAccessRight.SendAs : MailboxAccessRight.FullAccess;
        var mailbox = await session.FindMailboxAsync(change.Target, cancellationToken).ConfigureAwait(false);
        var grantee = await GranteeAsync(change, cancellationToken).ConfigureAwait(false);
        if (mailbox is null || grantee is null)
        {
            return Nothing("Exchange doesn't have the mailbox and its grantee now.");
        }

        var have = await MailboxRights.ReadAsync(session, mailbox.Address, grantee, cancellationToken).ConfigureAwait(false);
        if (have.Contains(right) != isAdded)
        {
            return Nothing(isAdded ? "The permission doesn't exist now." : "The permission exists.");
        }

        var (action, parameters) = isAdded ? MailboxRights.Removing(mailbox.Address, grantee.ObjectId, right)
            : MailboxRights.Adding(mailbox.Address, grantee.ObjectId, right, autoMapping: false);
        return [$"{action.Name} {string.Join(' ', parameters.Select(p => Argument(p.Key, p.Value)))} -Confirm:$false"];
    }

    private async Task<ExchangePrincipal?> GranteeAsync(MailAdminChange change, CancellationToken cancellationToken)
    {
        if (Guid.TryParse(change.ClientId, out var id))
        {
            return await new ServicePrincipalRegistry(session).FindAsync(id.ToString(), cancellationToken).ConfigureAwait(false);
        }

        var person = (change.After ?? change.Before ?? "").Split(" of ", 2)[^1];
        try
        {
            return await ExchangePeople.FindAsync(session, person, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidRequestException)
        {
            return null;
        }
    }

    private async Task<string[]> ProtocolsAsync(MailAdminChange change, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            .. Values(change, "ImapEnabled", "SmtpClientAuthenticationDisabled")
                .Select(v => (v.Name, Value: Flag(v.Value))).Where(v => v.Value is not null).Select(v => $"-{v.Name} {v.Value}"),
        ];
        return await SettingAsync("Set-CASMailbox", change, arguments, cancellationToken).ConfigureAwait(false);
    }

    private static string? Flag(string value) => value switch
    {
        "True" => "$true",
        "False" => "$false",
        "not set" => "$null",
        _ => null,
    };

    private async Task<string[]> RegionAsync(MailAdminChange change, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            .. Values(change, "Language", "TimeZone").Where(v => v.Name == "Language" ? IsLanguage(v.Value) : IsZone(v.Value))
                .Select(v => $"-{v.Name} {Quote(v.Value)}"),
        ];
        return await SettingAsync("Set-MailboxRegionalConfiguration", change, arguments, cancellationToken).ConfigureAwait(false);
    }

    private async Task<string[]> SettingAsync(
        string cmdlet, MailAdminChange change, string[] arguments, CancellationToken cancellationToken) =>
        arguments.Length == 0 ? Nothing($"The settings before can't be restored. They were: {change.Before}")
        : await session.FindMailboxAsync(change.Target, cancellationToken).ConfigureAwait(false) is { } mailbox
            ? [$"{cmdlet} -Identity {Quote(mailbox.Address)} {string.Join(' ', arguments)} -Confirm:$false"]
            : Nothing("Exchange doesn't have the mailbox now.");

    /// <summary>The settings before a change, of the names that can be set again.</summary>
    private static IEnumerable<(string Name, string Value)> Values(MailAdminChange change, params string[] names) =>
        (change.Before ?? "").Split(", ").Select(v => v.Split(' ', 2))
            .Where(v => v.Length == 2 && names.Contains(v[0], StringComparer.Ordinal)).Select(v => (v[0], v[1]));

    private static bool IsLanguage(string name) =>
        name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') && CultureInfo.GetCultures(CultureTypes.AllCultures)
            .Any(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static bool IsZone(string name) => name == "UTC"
        || (name.EndsWith(" Standard Time", StringComparison.Ordinal) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out _));

    private static string Argument(string name, JsonNode? value) => value switch
    {
        JsonArray many => $"-{name} {string.Join(", ", many.Select(v => Quote((string)v!)))}",
        JsonValue flag when flag.TryGetValue(out bool on) => $"-{name}:{(on ? "$true" : "$false")}",
        _ => $"-{name} {Quote((string)value!)}",
    };

    /// <summary>A text in quotation marks, also where a command line needs none.</summary>
    private static string Literal(string text) => Quote(text) is ['\'', ..] and var quoted ? quoted : $"'{text}'";

    private async Task<ExchangeObject?> FirstAsync(string cmdlet, string identity, CancellationToken cancellationToken) =>
        identity.Length == 0 ? null : (await session.Exchange.GetAsync(
            cmdlet, new JsonObject { ["Identity"] = identity }, cancellationToken).ConfigureAwait(false)).FirstOrDefault();
}
