// Longer than 250 lines: one change, from the requested scope to the remaining permissions.
using MailAdmin.Core.Base;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Access;

/// <summary>
/// Restricts apps to mailboxes with RBAC for Applications. Assigns the Exchange roles for the scope first. Removes the
/// tenant-wide permissions in Entra only after the roles have propagated. So the app never loses access, and never counts as
/// restricted while it isn't. Existing objects are read first, so a later run continues an interrupted one.
/// </summary>
/// <remarks>https://learn.microsoft.com/exchange/permissions-exo/application-rbac</remarks>
internal sealed class AppScopes
{
    private readonly Session _session;
    private readonly ServicePrincipalRegistry _registry;

    /// <summary>Works with a session.</summary>
    /// <param name="session">Signed in with Exchange.ManageAsApp and Organization Management, and AppRoleAssignment.ReadWrite.All
    /// to take grants away.</param>
    public AppScopes(Session session) => (_session, _registry) = (session, new ServicePrincipalRegistry(session));

    /// <param name="request">To which mailboxes.</param>
    /// <param name="permissions">Permissions to give it there; none for those that it has.</param>
    /// <param name="options">The options of the operation.</param>
    /// <param name="cancellationToken">Cancels the operation between two steps. A later run continues.</param>
    /// <returns>The app's scope after the change, and the pending work.</returns>
    /// <exception cref="InvalidRequestException">
    /// A mailbox or group isn't there, there is nothing to limit, or the organization was never customized.
    /// </exception>
    /// <exception cref="ServiceRefusedException">The service refused the request.</exception>
    /// <exception cref="ConnectionLostException">The service couldn't be reached.</exception>
    public Task<MailAppLimit> LimitAsync(
        MailAppRegistration app, ScopeRequest request, IReadOnlyList<MailAppPermission> permissions, LimitOptions options,
        CancellationToken cancellationToken) =>
        LimitAsync(new AppFacts(_session, app), request, [], permissions, options, cancellationToken);

    /// <summary>Limits an app, with the data that was read about it and of mailboxes before.</summary>
    /// <param name="facts">The app, with the data that was read about it.</param>
    /// <param name="request">To which mailboxes.</param>
    /// <param name="known">Mailboxes that were found before; others are looked for.</param>
    /// <param name="permissions">Permissions to give it there; none for those that it has.</param>
    /// <param name="options">The options of the operation.</param>
    /// <param name="cancellationToken">Cancels the operation between two steps. A later run continues.</param>
    /// <returns>The app's scope after the change, and the pending work.</returns>
    public async Task<MailAppLimit> LimitAsync(
        AppFacts facts, ScopeRequest request, IReadOnlyCollection<ExchangeMailbox> known,
        IReadOnlyList<MailAppPermission> permissions, LimitOptions options, CancellationToken cancellationToken)
    {
        var scope = await ResolveAsync(facts, request, known, cancellationToken).ConfigureAwait(false);
        var granted = await facts.PermissionsAsync(cancellationToken).ConfigureAwait(false);
        var assignments = await facts.AssignmentsAsync(cancellationToken).ConfigureAwait(false);
        var others = options.Only ? [] : granted.Where(p => p.Kind == PermissionKind.Application);
        var asked = permissions.Concat(others).Select(p => RoleNames.For(p, _session.Cloud)).OfType<string>();
        var has = permissions.Count > 0 ? [] : assignments.Select(a => a.Text("Role")).OfType<string>();
        string[] roles =
            [.. asked.Concat(has).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)];
        if (roles.Length == 0)
        {
            throw NothingToLimit(facts.App);
        }

        var wanted = new RoleAssignments(_session, facts, roles, scope);
        var (changed, remark, missing) =
            await EnsureAsync(facts, wanted, options, cancellationToken).ConfigureAwait(false);
        if (missing is not null)
        {
            return Describe(facts.App, roles, scope, granted, ChangeKind.Pending, null, [missing]);
        }

        var removal = await new EntraGrantRemoval(_session, facts)
            .RunAsync(roles, options.Wait, cancellationToken).ConfigureAwait(false);
        IEnumerable<string> remarks = remark is null ? scope.Remarks : [.. scope.Remarks, remark];
        return Describe(
            facts.App, roles, scope, removal.Granted,
            removal.Change ?? (changed ? ChangeKind.Updated : ChangeKind.Unchanged), removal.EffectiveBy,
            [.. remarks.Select(r => new MailAdminPending(r)), .. removal.Pending]);
    }

    private async Task<ResolvedScope> ResolveAsync(
        AppFacts facts, ScopeRequest request, IReadOnlyCollection<ExchangeMailbox> known, CancellationToken cancellationToken)
    {
        var clientId = facts.App.ClientId;
        var present = await facts.ScopeAsync(cancellationToken).ConfigureAwait(false);
        var assignments = await facts.AssignmentsAsync(cancellationToken).ConfigureAwait(false);
        // An existing list of mailboxes isn't extended if the roles have another scope.
        var isInUse = assignments.Count == 0
            || assignments.Any(a => a.Is(AppFacts.ScopeName(clientId), "CustomResourceScope"));
        if (!isInUse && request is { Mailboxes.Count: 0, Group: null, AdministrativeUnit: null, RecipientFilter: null,
            FromPolicy: false })
        {
            throw OtherScopes(facts.App, assignments, request.Add);
        }

        return await new ScopeResolver(_session, known).ResolveAsync(
            clientId, request, present?.Text("RecipientFilter"), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The app's roles have other scopes than a list of mailboxes.</summary>
    private static InvalidRequestException OtherScopes(
        MailAppRegistration app, IReadOnlyList<ExchangeObject> assignments, IReadOnlyList<string> added)
    {
        var scopes = assignments.Select(a => $"{a.Text("Role")} for {ScopeOf(a)}").Distinct().ToArray();
        var group = assignments.Select(a => a.Text("RecipientGroupScope")).FirstOrDefault(g => g is { Length: > 0 });
        return new InvalidRequestException(
            "ScopeNotOfMailboxes",
            $"Can't add or remove mailboxes because the roles of {app} have other scopes: {string.Join("; ", scopes)}.")
        {
            Target = app.ClientId,
            Advice = (group is null ? "Change that scope in Exchange." : $"Change the members of the group '{group}'.")
                + " To replace these scopes, specify all mailboxes of the app with -Mailbox.",
            Remedy = group is not null && added is [var first, ..]
                ? new Remedy(
                    $"Add-DistributionGroupMember -Identity {CommandText.Of(group)} -Member {CommandText.Of(first)}")
                {
                    Module = "ExchangeOnlineManagement",
                    RequiredRole = ExchangeRoles.Recipients,
                }
                : null,
        };
    }

    private static string ScopeOf(ExchangeObject assignment) =>
        assignment.Text("RecipientGroupScope") is { Length: > 0 } group ? $"the group '{group}'"
        : assignment.Text("RecipientAdministrativeUnitScope") is { Length: > 0 } unit ? $"the administrative unit '{unit}'"
        : assignment.Text("CustomResourceScope") is { Length: > 0 } scope ? $"the scope '{scope}'" : "all mailboxes";

    /// <summary>
    /// Creates the missing objects in Exchange. If none is missing, no role and no customization is required, so neither is
    /// checked.
    /// </summary>
    private async Task<(bool Changed, string? Remark, MailAdminPending? Missing)> EnsureAsync(
        AppFacts facts, RoleAssignments wanted, LimitOptions options, CancellationToken cancellationToken)
    {
        var known = await facts.PrincipalAsync(cancellationToken).ConfigureAwait(false);
        var isThere = known is not null && !options.Force && await wanted.AreThereAsync(cancellationToken).ConfigureAwait(false);
        if (!isThere && await MissingRoleAsync(cancellationToken).ConfigureAwait(false) is { } role)
        {
            return (false, null, role);
        }

        if (!isThere)
        {
            await CustomizeAsync(options.EnableCustomization, cancellationToken).ConfigureAwait(false);
        }

        var (principal, changed, remark) =
            await _registry.EnsureAsync(facts.App, known, options.Force, cancellationToken).ConfigureAwait(false);
        if (changed)
        {
            facts.Forget();
        }

        var scope = await wanted.EnsureScopeAsync(cancellationToken).ConfigureAwait(false);
        var roles = await wanted.EnsureAsync(principal, cancellationToken).ConfigureAwait(false);
        var missing = scope.IsSeen && roles.IsSeen ? null : new MailAdminPending(
            "Exchange accepted the scope and the roles, but doesn't return them yet. Run the command again in a few minutes.");
        return (changed | scope.Changed | roles.Changed, remark, missing);
    }

    private async Task<MailAdminPending?> MissingRoleAsync(CancellationToken cancellationToken)
    {
        foreach (var cmdlet in new[] { "New-ServicePrincipal", "New-ManagementScope", "New-ManagementRoleAssignment" })
        {
            if (await _session.Exchange.MayRunAsync(cmdlet, cancellationToken).ConfigureAwait(false) == false)
            {
                return ExchangeRoles.Pending(cmdlet);
            }
        }

        return null;
    }

    /// <remarks>
    /// https://learn.microsoft.com/powershell/module/exchange/enable-organizationcustomization: once for a tenant, and never
    /// back.
    /// </remarks>
    private async Task CustomizeAsync(bool allowed, CancellationToken cancellationToken)
    {
        if (!await IsDehydratedAsync(cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        if (!allowed)
        {
            throw new InvalidRequestException(
                "OrganizationNotCustomized",
                "Exchange can't assign roles to apps because the organization was never customized.")
            {
                Target = _session.TenantId,
                Advice = "Run the command again with -EnableCustomization, which runs "
                    + "Enable-OrganizationCustomization once for the tenant. It can't be undone.",
            };
        }

        await _session.ChangeAsync(
            new ChangeNote(JournalAction.CustomizeOrganization, null, _session.TenantId, "dehydrated", "customized"), [],
            cancellationToken).ConfigureAwait(false);
        if (!await _session.IsShownAsync(
            "The customized organization", async ct => !await IsDehydratedAsync(ct).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false))
        {
            throw new InvalidRequestException(
                "OrganizationNotCustomized",
                "Exchange accepted Enable-OrganizationCustomization, but doesn't show the organization as customized yet.")
            {
                Target = _session.TenantId,
                Advice = "Run the command again in a few minutes.",
            };
        }
    }

    private async Task<bool> IsDehydratedAsync(CancellationToken cancellationToken) =>
        (await _session.Exchange.GetAsync("Get-OrganizationConfig", [], cancellationToken).ConfigureAwait(false))
            .FirstOrDefault()?.Flag("IsDehydrated") == true;

    private static InvalidRequestException NothingToLimit(MailAppRegistration app) =>
        new("NothingToLimit", $"{app} has no permission that a role in Exchange can replace.")
    {
        Target = app.ClientId,
        Advice = "For IMAP and POP, use Grant-MailboxAccess. For Graph, specify the permissions with -Permission.",
    };

    private MailAppLimit Describe(
        MailAppRegistration app, string[] roles, ResolvedScope scope, IReadOnlyList<MailAppPermission> granted,
        ChangeKind change, DateTimeOffset? effectiveBy, IReadOnlyList<MailAdminPending> pending)
    {
        var toApp = granted.Where(p => p.Kind == PermissionKind.Application).ToArray();
        return new MailAppLimit
        {
            App = app.Name,
            ClientId = app.ClientId,
            Permission = [.. roles.Select(RoleNames.PermissionOf)],
            Scope = scope.Unit ?? AppFacts.ScopeName(app.ClientId),
            RecipientFilter = scope.Filter,
            MailboxIdentity =
            [
                .. scope.Mailboxes.Select(m => new MailboxIdentity
                {
                    Id = m.ObjectId, UserPrincipalName = m.UserPrincipalName, PrimarySmtpAddress = m.Address,
                }),
            ],
            TenantWide = [.. toApp.Where(PermissionName.OpensEveryMailbox).Select(p => p.ToString())],
            NotScopable = [.. toApp.Where(p => RoleNames.IsNotScopable(p, _session.Cloud)).Select(p => p.ToString())],
            Change = change,
            EffectiveBy = effectiveBy,
            Pending = [.. pending],
        };
    }
}

/// <summary>Options for restricting an app.</summary>
/// <param name="Wait">
/// Whether to wait, up to hours, until the roles take effect, and to remove the tenant-wide permissions in the same run.
/// </param>
/// <param name="EnableCustomization">Whether an organization that was never customized is customized, for good.</param>
/// <param name="Force">Whether an entry in Exchange with a wrong object ID is re-created.</param>
/// <param name="Only">Whether only the specified permissions become roles, not all that are granted in Entra.</param>
internal sealed record LimitOptions(
    bool Wait = false, bool EnableCustomization = false, bool Force = false, bool Only = false);
