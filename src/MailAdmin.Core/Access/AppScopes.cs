using System.Globalization;
using System.Text.Json.Nodes;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Base;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Access;

/// <summary>
/// Limits apps to mailboxes by RBAC for Applications. First the roles that count for the scope alone; the grants of Entra that
/// open every mailbox go only when Exchange has had the time to learn of the roles. So the app is never without access, and never
/// called limited while it is not. What is there is read first, so a run that breaks off anywhere is finished by the next one.
/// </summary>
/// <remarks>https://learn.microsoft.com/exchange/permissions-exo/application-rbac</remarks>
internal sealed class AppScopes
{
    private readonly Session _session;
    private readonly AppDirectory _directory;
    private readonly ServicePrincipalRegistry _registry;

    /// <summary>Works with a session.</summary>
    /// <param name="session">Signed in with Exchange.ManageAsApp and Organization Management, and AppRoleAssignment.ReadWrite.All
    /// to take grants away.</param>
    public AppScopes(Session session) =>
        (_session, _directory, _registry) = (session, new AppDirectory(session), new ServicePrincipalRegistry(session));

    /// <summary>Limits an app.</summary>
    /// <param name="app">The app.</param>
    /// <param name="request">To which mailboxes.</param>
    /// <param name="permissions">Permissions to give it there; none for those that it has.</param>
    /// <param name="options">How far it goes.</param>
    /// <param name="cancellationToken">Ends it between two steps; a later run goes on.</param>
    /// <returns>What the app is limited to then, and what is pending.</returns>
    /// <exception cref="InvalidRequestException">A mailbox or group is not there, there is nothing to limit, or the organization
    /// was never customized.</exception>
    /// <exception cref="ServiceRefusedException">The service said no.</exception>
    /// <exception cref="ConnectionLostException">The service could not be reached.</exception>
    public async Task<MailAppLimit> LimitAsync(
        MailAppRegistration app, ScopeRequest request, IReadOnlyList<MailAppPermission> permissions, LimitOptions options,
        CancellationToken cancellationToken)
    {
        var present = await PresentScopeAsync(app.ClientId, cancellationToken).ConfigureAwait(false);
        var known = await _registry.FindAsync(app.ClientId, cancellationToken).ConfigureAwait(false);
        var assignments = known is null ? [] : await AssignmentsAsync(known, cancellationToken).ConfigureAwait(false);
        // A list of mailboxes that is left over, while the roles are for something else, is nothing to add to.
        var isInUse = assignments.Count == 0 || assignments.Any(a => a.Is(ScopeName(app.ClientId), "CustomResourceScope"));
        var scope = await new ScopeResolver(_session).ResolveAsync(
            app.ClientId, request, isInUse ? present?.Text("RecipientFilter") : "roles elsewhere",
            cancellationToken).ConfigureAwait(false);
        var grants = await EntraGrantsAsync(app, cancellationToken).ConfigureAwait(false);
        string[] roles = [.. permissions.Concat(grants.Select(g => g.Permission)).Select(RoleFor).OfType<string>()
            .Concat(permissions.Count > 0 ? [] : assignments.Select(a => a.Text("Role")).OfType<string>())
            .Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)];
        if (roles.Length == 0)
        {
            throw new InvalidRequestException(
                "NothingToLimit", $"{app} has no permission that a role in Exchange could stand for.")
            {
                Target = app.ClientId,
                Advice = "IMAP and POP are granted mailbox by mailbox with Grant-MailboxAccess; give -Permission to name what "
                    + "the app needs over Graph.",
            };
        }

        if (await MissingRoleAsync(cancellationToken).ConfigureAwait(false) is { } missing)
        {
            return Describe(app, roles, scope, grants, ChangeKind.Pending, null, [missing]);
        }

        await CustomizeAsync(options.EnableCustomization, cancellationToken).ConfigureAwait(false);
        var (principal, changed, remark) =
            await _registry.EnsureAsync(app, options.Force, cancellationToken).ConfigureAwait(false);
        scope = remark is null ? scope : scope with { Remarks = [.. scope.Remarks, remark] };
        changed |= await EnsureScopeAsync(app, scope, present, cancellationToken).ConfigureAwait(false);
        changed |= await EnsureAssignmentsAsync(app, principal, roles, scope, cancellationToken).ConfigureAwait(false);
        return await StripAsync(
            app, principal, roles, scope, grants, options.Wait, changed, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The name of an app's management scope: at most 64 characters.</summary>
    internal static string ScopeName(string clientId) => $"MailAdmin {clientId}";

    /// <summary>The role assignments of an app.</summary>
    internal async Task<IReadOnlyList<ExchangeObject>> AssignmentsAsync(
        ExchangePrincipal principal, CancellationToken cancellationToken) =>
        [.. (await _session.Exchange.GetAsync(
            "Get-ManagementRoleAssignment", new JsonObject { ["RoleAssignee"] = principal.ObjectId },
            cancellationToken).ConfigureAwait(false))
            .Where(a => RoleNames.IsOfApps(a.Text("Role") ?? ""))];

    private async Task<ExchangeObject?> PresentScopeAsync(string clientId, CancellationToken cancellationToken) =>
        (await _session.Exchange.GetAsync(
            "Get-ManagementScope", new JsonObject { ["Identity"] = ScopeName(clientId) },
            cancellationToken).ConfigureAwait(false)).FirstOrDefault();

    private async Task<IReadOnlyList<Grant>> EntraGrantsAsync(MailAppRegistration app, CancellationToken cancellationToken) =>
        app.ServicePrincipalObjectId is null ? []
        : [.. (await _directory.Grants.ReadAsync(app.ServicePrincipalObjectId, cancellationToken).ConfigureAwait(false))
            .Where(g => g.Permission.Kind == PermissionKind.Application)];

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
        var organization =
            (await _session.Exchange.GetAsync("Get-OrganizationConfig", [], cancellationToken).ConfigureAwait(false))
                .FirstOrDefault();
        if (organization?.Flag("IsDehydrated") != true)
        {
            return;
        }

        if (!allowed)
        {
            throw new InvalidRequestException(
                "OrganizationNotCustomized",
                "The organization was never customized, so Exchange takes no role assignments of apps.")
            {
                Target = _session.TenantId,
                Advice = "Run it again with -EnableCustomization, which runs Enable-OrganizationCustomization, once for the "
                    + "tenant and for good.",
            };
        }

        await _session.Exchange.ChangeAsync("Enable-OrganizationCustomization", [], cancellationToken).ConfigureAwait(false);
        _session.Note(new ChangeNote(JournalAction.CustomizeOrganization, null, _session.TenantId, "dehydrated", "customized"));
    }

    private async Task<bool> EnsureScopeAsync(
        MailAppRegistration app, ResolvedScope scope, ExchangeObject? present, CancellationToken cancellationToken)
    {
        var (name, old) = (ScopeName(app.ClientId), present?.Text("RecipientFilter"));
        if (scope.Filter is null || (old is not null && RecipientFilterText.Same(old, scope.Filter)))
        {
            return false;
        }

        var cmdlet = present is null ? "New-ManagementScope" : "Set-ManagementScope";
        await _session.Exchange.ChangeAsync(
            cmdlet, new JsonObject
            {
                [present is null ? "Name" : "Identity"] = name,
                ["RecipientRestrictionFilter"] = scope.Filter,
            }, cancellationToken).ConfigureAwait(false);
        _session.Note(new ChangeNote(JournalAction.OfCmdlet(cmdlet), app.ClientId, name, old, scope.Filter));
        await Poll.UntilAsync(_session.Wire, "The management scope", async ct =>
            (await PresentScopeAsync(app.ClientId, ct).ConfigureAwait(false))?.Text("RecipientFilter") is { } now
                && RecipientFilterText.Same(now, scope.Filter) ? now : null,
            cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>
    /// Makes the assignments that are missing, and then takes away those of the same app that reach elsewhere: they would add up.
    /// </summary>
    private async Task<bool> EnsureAssignmentsAsync(
        MailAppRegistration app, ExchangePrincipal principal, string[] roles, ResolvedScope scope,
        CancellationToken cancellationToken)
    {
        var (parameter, value) = scope.Unit is null
            ? ("CustomResourceScope", ScopeName(app.ClientId))
            : ("RecipientAdministrativeUnitScope", scope.Unit);
        bool IsOurs(ExchangeObject a) => a.Is(value, parameter);
        var present = await AssignmentsAsync(principal, cancellationToken).ConfigureAwait(false);
        var missing = roles.Where(r => !present.Any(a => a.Is(r, "Role") && IsOurs(a))).ToArray();
        foreach (var role in missing)
        {
            await _session.Exchange.ChangeAsync("New-ManagementRoleAssignment", new JsonObject
            {
                ["App"] = principal.ObjectId,
                ["Role"] = role,
                [parameter] = value,
            }, cancellationToken).ConfigureAwait(false);
            _session.Note(new ChangeNote(JournalAction.NewRoleAssignment, app.ClientId, value, null, role));
        }

        if (missing.Length > 0)
        {
            present = await Poll.UntilAsync(_session.Wire, "The role assignments", async ct =>
            {
                var now = await AssignmentsAsync(principal, ct).ConfigureAwait(false);
                return roles.All(r => now.Any(a => a.Is(r, "Role") && IsOurs(a))) ? now : null;
            }, cancellationToken).ConfigureAwait(false) ?? present;
        }

        var others = present.Where(a => !IsOurs(a) && a.Text("Identity") is not null).ToArray();
        foreach (var other in others)
        {
            await _session.Exchange.ChangeAsync(
                "Remove-ManagementRoleAssignment", new JsonObject { ["Identity"] = other.Text("Identity") },
                cancellationToken).ConfigureAwait(false);
            _session.Note(
                new ChangeNote(JournalAction.RemoveRoleAssignment, app.ClientId, other.Text("Identity")!, other.Text("Role")));
        }

        return missing.Length + others.Length > 0;
    }

    /// <summary>The second phase: takes away the grants of Entra, once the roles have had their time.</summary>
    private async Task<MailAppLimit> StripAsync(
        MailAppRegistration app, ExchangePrincipal principal, string[] roles, ResolvedScope scope, IReadOnlyList<Grant> grants,
        bool wait, bool changed,
        CancellationToken cancellationToken)
    {
        var pending = scope.Remarks.Select(r => new MailAdminPending(r)).ToList();
        var wide = grants
            .Where(g => RoleFor(g.Permission) is { } role && roles.Contains(role, StringComparer.OrdinalIgnoreCase)).ToArray();
        var effectiveBy = await CountsFromAsync(app, principal, cancellationToken).ConfigureAwait(false);
        var now = _session.Wire.Time.GetUtcNow();
        if (wide.Length > 0 && effectiveBy > now && wait)
        {
            VerboseLog.Write($"Waiting until {effectiveBy:u}: only then every part of Exchange knows the roles.");
            await Task.Delay(effectiveBy - now, _session.Wire.Time, cancellationToken).ConfigureAwait(false);
            now = _session.Wire.Time.GetUtcNow();
        }

        if (wide.Length == 0 || effectiveBy > now)
        {
            if (wide.Length > 0)
            {
                pending.Add(string.Create(CultureInfo.InvariantCulture,
                    $"Pending: Entra still grants {StillGranted(wide)}. Run it again at {effectiveBy:u} or later, or with "
                        + $"-Wait: then Exchange knows the roles, and the grants can go without a gap."));
            }

            var change = wide.Length > 0 ? ChangeKind.Pending : changed ? ChangeKind.Updated : ChangeKind.Unchanged;
            return Describe(app, roles, scope, grants, change, effectiveBy > now ? effectiveBy : null, pending);
        }

        try
        {
            foreach (var grant in wide)
            {
                await _session.CallGraphAsync(
                    g => g.ServicePrincipals[app.ServicePrincipalObjectId].AppRoleAssignments[grant.GrantId]
                        .DeleteAsync(cancellationToken: cancellationToken)).ConfigureAwait(false);
                _session.Note(
                    new ChangeNote(
                        JournalAction.RevokePermission, app.ClientId, grant.Permission.ToString(), "granted to the app"));
            }
        }
        catch (ServiceRefusedException e) when (e.IsDenied)
        {
            pending.Add(MailAdminPending.ForRole(
                "Privileged Role Administrator (AppRoleAssignment.ReadWrite.All)",
                $"to take away {string.Join(", ", wide.Select(g => g.Permission))}: {e.Message}"));
            return Describe(
                app, roles, scope, await EntraGrantsAsync(app, cancellationToken).ConfigureAwait(false), ChangeKind.Pending,
                null, pending);
        }

        pending.Add(string.Create(CultureInfo.InvariantCulture,
            $"A token that was issued before keeps its roles until it expires, until "
                + $"{now + _session.Wire.Propagation.Tokens:u} at the latest."));
        var left = await Poll.UntilAsync(_session.Wire, "The end of the grants", async ct =>
            await EntraGrantsAsync(app, ct).ConfigureAwait(false) is { } all
                && !all.Any(g => wide.Any(w => w.GrantId == g.GrantId)) ? all : null, cancellationToken).ConfigureAwait(false);
        return Describe(
            app, roles, scope, left ?? grants, ChangeKind.Updated,
            _session.Wire.Propagation.Tokens > TimeSpan.Zero ? now + _session.Wire.Propagation.Tokens : null, pending);
    }

    /// <summary>
    /// From when on every part of Exchange knows the roles: by Exchange's own times, or by the journal where it tells none.
    /// </summary>
    private async Task<DateTimeOffset> CountsFromAsync(
        MailAppRegistration app, ExchangePrincipal principal, CancellationToken cancellationToken)
    {
        var objects = (await AssignmentsAsync(principal, cancellationToken).ConfigureAwait(false))
            .Append(await PresentScopeAsync(app.ClientId, cancellationToken).ConfigureAwait(false))
            .OfType<ExchangeObject>().ToArray();
        var written = _session.Journal.Until(_session.Wire.Time.GetUtcNow())
            .Where(c => c.ClientId == app.ClientId && JournalAction.Of(c)?.About == ChangeSubject.ExchangeApp)
            .Select(c => (DateTimeOffset?)c.At).Max();
        var changed = objects.Select(o => o.ChangedAt).Append(written).Max();
        if (changed is null)
        {
            // Nobody knows how old they are: they count as new, and the next run knows since when.
            changed = _session.Wire.Time.GetUtcNow();
            _session.Note(new ChangeNote(JournalAction.FindRoleAssignments, app.ClientId, ScopeName(app.ClientId)));
        }

        return changed.Value + _session.Wire.Propagation.Roles;
    }

    private string? RoleFor(MailAppPermission permission) => RoleNames.For(permission, _session.Cloud);

    private static string StillGranted(IReadOnlyList<Grant> grants)
    {
        var wide = grants.Where(g => PermissionName.OpensEveryMailbox(g.Permission)).Select(g => g.Permission).ToArray();
        var smtp = grants.Any(g => g.Permission.Name == RoleNames.SmtpPermission)
            ? "Exchange/SMTP.SendAsApp, with which Exchange asks for SendAs in place of the role"
            : null;
        return string.Join(
            "; and ", new[]
            {
                wide.Length == 0 ? null : $"{string.Join(", ", wide.AsEnumerable())} for every mailbox",
                smtp,
            }.OfType<string>());
    }

    private MailAppLimit Describe(
        MailAppRegistration app, string[] roles, ResolvedScope scope, IReadOnlyList<Grant> grants, ChangeKind change,
        DateTimeOffset? effectiveBy, IReadOnlyList<MailAdminPending> pending)
    {
        var unscopable = grants.Where(g => RoleNames.IsNotScopable(g.Permission, _session.Cloud))
            .Select(g => g.Permission.ToString()).ToArray();
        return new MailAppLimit
        {
            App = app.Name,
            ClientId = app.ClientId,
            Permission = [.. roles.Select(RoleNames.PermissionOf)],
            Scope = scope.Unit ?? ScopeName(app.ClientId),
            RecipientFilter = scope.Filter,
            Mailbox = [.. scope.Mailboxes],
            TenantWide = [.. grants.Where(g => PermissionName.OpensEveryMailbox(g.Permission))
                .Select(g => g.Permission.ToString())],
            NotScopable = unscopable,
            Change = change,
            EffectiveBy = effectiveBy,
            Pending = [.. pending],
        };
    }
}

/// <summary>How far limiting goes.</summary>
/// <param name="Wait">Whether to wait until Exchange knows the roles, hours, and take the tenant-wide grants away in the same
/// run.</param>
/// <param name="EnableCustomization">Whether an organization that was never customized is customized, for good.</param>
/// <param name="Force">Whether an entry in Exchange with a wrong object id is made anew.</param>
internal sealed record LimitOptions(bool Wait = false, bool EnableCustomization = false, bool Force = false);
