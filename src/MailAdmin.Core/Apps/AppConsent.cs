using MailAdmin.Core.Base;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;
using Microsoft.Graph.Models;

namespace MailAdmin.Core.Apps;

/// <summary>
/// Grants and takes away what an app may do. Application permissions are app role assignments; delegated ones are scopes in
/// one OAuth grant for each resource and either all users or one.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/graph/permissions-grant-via-msgraph,
/// https://learn.microsoft.com/graph/api/oauth2permissiongrant-post,
/// https://learn.microsoft.com/graph/api/serviceprincipal-delete-approleassignments
/// </remarks>
internal sealed class AppConsent
{
    private readonly Session _session;
    private readonly AppDirectory _directory;

    /// <summary>Works with a session.</summary>
    /// <param name="session">Signed in with AppRoleAssignment.ReadWrite.All and DelegatedPermissionGrant.ReadWrite.All.</param>
    public AppConsent(Session session) : this(session, new AppDirectory(session)) { }

    internal AppConsent(Session session, AppDirectory directory) => (_session, _directory) = (session, directory);

    /// <summary>Grants permissions; those that are granted already stay.</summary>
    /// <param name="app">The app; it has a service principal.</param>
    /// <param name="permissions">Which; null for everything that the registration asks for.</param>
    /// <param name="user">Id or user principal name of the one user that delegated permissions are granted for; null for all
    /// users.</param>
    /// <param name="tenantWide">Whether permissions that open every mailbox are granted.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>
    /// The app as it is then; its <see cref="MailAppRegistration.Pending"/> names what was left out. When the session may not
    /// grant, its change is Pending and <see cref="MailAppRegistration.AdminConsentUri"/> is where an admin can.
    /// </returns>
    /// <exception cref="InvalidRequestException">A permission is unknown, or the app has no service principal.</exception>
    /// <exception cref="ServiceRefusedException">The session may not read grants, or the service refuses for another
    /// reason.</exception>
    public async Task<MailAppRegistration> GrantAsync(
        MailAppRegistration app, IReadOnlyList<MailAppPermission>? permissions, string? user, bool tenantWide,
        CancellationToken cancellationToken)
    {
        var principal = PrincipalOf(app);
        var wanted = permissions is null
            ? app.RequestedPermission
            : await ResolveAsync(permissions, cancellationToken).ConfigureAwait(false);
        var pending = new List<MailAdminPending>();
        try
        {
            // What an app of another organization asks for is its vendor's to say, and is granted as it was given.
            var all = app.ApplicationObjectId is null
                ? wanted
                : await WithSignInAsync(wanted, cancellationToken).ConfigureAwait(false);
            var outcome = await EnsureAsync(
                app.ClientId, principal, all, user, tenantWide, pending, cancellationToken).ConfigureAwait(false);
            return await _directory.RereadAsync(app, outcome, pending, cancellationToken).ConfigureAwait(false);
        }
        catch (ServiceRefusedException e) when (e.IsDenied)
        {
            var left = ConsentUrlOnly(app, wanted);
            left.Pending = [$"This sign-in may not grant: {e.Message}", .. left.Pending];
            return left;
        }
    }

    /// <summary>Says where an admin can grant what an app's registration asks for, in a browser. Nothing is sent.</summary>
    /// <param name="app">The app.</param>
    /// <param name="wanted">The permissions that it is about; null for all that the registration asks for.</param>
    /// <returns>The app, its change Pending, with the address and what users can't consent to by themselves.</returns>
    /// <remarks>
    /// https://learn.microsoft.com/entra/identity/enterprise-apps/grant-admin-consent#construct-the-url-for-granting-tenant-wide-admin-consent
    /// </remarks>
    public MailAppRegistration ConsentUrlOnly(MailAppRegistration app, IReadOnlyList<MailAppPermission>? wanted = null)
    {
        var back = app.RedirectUri.Length == 0 ? "" : $"&redirect_uri={Uri.EscapeDataString(app.RedirectUri[0].Uri)}";
        var page = new Uri($"https://{_session.Cloud.LoginHost}/{app.TenantId}/adminconsent?client_id={app.ClientId}{back}");
        var pending = new List<MailAdminPending>
        {
            $"A Privileged Role Administrator can grant what the registration asks for at {page}",
        };
        if ((wanted ?? app.RequestedPermission).Where(UserConsentPolicy.LeavesToAdmins).ToArray() is { Length: > 0 } left)
        {
            pending.Add(
                $"Users can't consent to {string.Join(", ", left.AsEnumerable())} by themselves where Microsoft manages the "
                    + $"consent settings, which is the default.");
        }

        var asked = _directory.Copy(app, ChangeKind.Pending, pending);
        asked.AdminConsentUri = page;
        return asked;
    }

    /// <summary>Lets only those sign in to an app, or get tokens for it, who are assigned to it; or everybody again.</summary>
    /// <param name="app">The app; it has a service principal.</param>
    /// <param name="required">Whether assignment is required.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Whether that had to be changed.</returns>
    /// <exception cref="InvalidRequestException">The app has no service principal.</exception>
    /// <exception cref="ServiceRefusedException">The session may not change it.</exception>
    /// <remarks>https://learn.microsoft.com/graph/api/serviceprincipal-update</remarks>
    public async Task<bool> RequireAssignmentAsync(MailAppRegistration app, bool required, CancellationToken cancellationToken)
    {
        var principal = PrincipalOf(app);
        var present = await _session.CallGraphAsync(g => g.ServicePrincipals[principal]
            .GetAsync(
                r => r.QueryParameters.Select = ["id", "appRoleAssignmentRequired"], cancellationToken)).ConfigureAwait(false);
        if (present!.AppRoleAssignmentRequired == required)
        {
            return false;
        }

        await CallAsync(
            g => g.ServicePrincipals[principal]
                .PatchAsync(
                    new ServicePrincipal { AppRoleAssignmentRequired = required },
                    cancellationToken: cancellationToken)).ConfigureAwait(false);
        _session.Note(
            new ChangeNote(
                JournalAction.ChangeAssignment, app.ClientId, "assignment required", required ? "no" : "yes",
                required ? "yes" : "no"));
        return true;
    }

    /// <summary>
    /// Where people sign in, they ask for openid, profile and offline_access as well, and would be asked to consent to these
    /// alone.
    /// </summary>
    private async Task<IReadOnlyList<MailAppPermission>> WithSignInAsync(
        IReadOnlyList<MailAppPermission> wanted, CancellationToken cancellationToken)
    {
        if (!wanted.Any(p => p.Kind == PermissionKind.Delegated))
        {
            return wanted;
        }

        var signIn = await ResolveAsync(
            [.. UserConsentPolicy.SignInScopes.Select(s => PermissionName.Parse($"Graph/{s}", PermissionKind.Delegated))],
            cancellationToken).ConfigureAwait(false);
        return [.. wanted, .. signIn.ExceptBy(wanted.Select(Key), Key)];
    }

    /// <summary>Takes permissions away.</summary>
    /// <param name="app">The app; it has a service principal.</param>
    /// <param name="permissions">Which; null for everything that is granted.</param>
    /// <param name="user">Only what was granted for this user; null for whatever was granted.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The app as it is then.</returns>
    /// <exception cref="InvalidRequestException">A permission is unknown, or the app has no service principal.</exception>
    /// <exception cref="ServiceRefusedException">The session may not take grants away.</exception>
    public async Task<MailAppRegistration> RevokeAsync(
        MailAppRegistration app, IReadOnlyList<MailAppPermission>? permissions, string? user, CancellationToken cancellationToken)
    {
        var wanted = permissions is null
            ? null
            : (await ResolveAsync(permissions, cancellationToken).ConfigureAwait(false)).Select(Key).ToHashSet();
        var principal = PrincipalOf(app);
        var userId = user is null ? null : await UserIdAsync(user, cancellationToken).ConfigureAwait(false);
        var present = await _directory.Grants.ReadAsync(principal, cancellationToken).ConfigureAwait(false);
        bool Meant(Grant g) =>
            (wanted is null || wanted.Contains(Key(g.Permission))) && (userId is null || g.PrincipalId == userId);

        foreach (var grant in present.Where(g => g.Permission.Kind == PermissionKind.Application && Meant(g)))
        {
            await CallAsync(
                g => g.ServicePrincipals[principal].AppRoleAssignments[grant.GrantId]
                    .DeleteAsync(cancellationToken: cancellationToken)).ConfigureAwait(false);
            _session.Note(
                new ChangeNote(JournalAction.RevokePermission, app.ClientId, grant.Permission.ToString(), "granted to the app"));
        }

        foreach (var scopes in present.Where(g => g.Permission.Kind == PermissionKind.Delegated).GroupBy(g => g.GrantId))
        {
            var left = scopes.Where(g => !Meant(g)).Select(g => g.Permission.Name).ToArray();
            if (left.Length == scopes.Count())
            {
                continue;
            }

            await CallAsync(g => left.Length == 0
                ? g.Oauth2PermissionGrants[scopes.Key].DeleteAsync(cancellationToken: cancellationToken)
                : g.Oauth2PermissionGrants[scopes.Key].PatchAsync(
                    new OAuth2PermissionGrant { Scope = string.Join(' ', left) },
                    cancellationToken: cancellationToken)).ConfigureAwait(false);
            _session.Note(
                new ChangeNote(JournalAction.RevokePermission, app.ClientId,
                    string.Join(", ", scopes.Where(Meant).Select(g => g.Permission)),
                "granted for users"));
        }

        var any = present.Any(Meant);
        return await _directory.RereadAsync(app, any ? ChangeKind.Removed : ChangeKind.Unchanged, any
            ? ["Tokens that were issued before keep the permissions until they expire, 60 to 90 minutes after they were issued."]
            : [], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What an app asks for against what is granted to it.</summary>
    /// <param name="app">The app.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>One row for each permission that is requested, granted or both.</returns>
    /// <exception cref="ServiceRefusedException">The session may not read grants.</exception>
    public async Task<IReadOnlyList<MailAppPermissionStatus>> CompareAsync(
        MailAppRegistration app, CancellationToken cancellationToken)
    {
        var grants = app.ServicePrincipalObjectId is null ? []
            : await _directory.Grants.ReadAsync(app.ServicePrincipalObjectId, cancellationToken).ConfigureAwait(false);
        var byKey = grants.ToLookup(g => Key(g.Permission));
        var requested = app.RequestedPermission.Select(Key).ToHashSet();
        var rows = new List<MailAppPermissionStatus>();
        // What every sign-in of people asks for is no row of its own, unless the registration names it, or is in another tenant.
        bool IsShown(MailAppPermission p) =>
            app.ApplicationObjectId is null || requested.Contains(Key(p)) || p.Kind == PermissionKind.Application
            || !UserConsentPolicy.SignInScopes.Contains(p.Name);
        foreach (var permission in app.RequestedPermission.Concat(grants.Select(g => g.Permission)).DistinctBy(Key).Where(IsShown)
            .OrderBy(p => p.Resource, StringComparer.Ordinal).ThenBy(p => p.Kind).ThenBy(p => p.Name, StringComparer.Ordinal))
        {
            var granted = byKey[Key(permission)].ToArray();
            rows.Add(new MailAppPermissionStatus
            {
                App = app.Name,
                ClientId = app.ClientId,
                Resource = permission.Resource,
                Permission = permission.Name,
                Kind = permission.Kind,
                Requested = requested.Contains(Key(permission)),
                Granted = granted.Length > 0,
                GrantedFor = permission.Kind == PermissionKind.Application || granted.Length == 0 ? null
                    : await NamesAsync(granted, cancellationToken).ConfigureAwait(false),
                TenantWide = PermissionName.OpensEveryMailbox(permission),
                UserConsentAllowed = permission.Kind == PermissionKind.Delegated && !UserConsentPolicy.LeavesToAdmins(permission),
            });
        }

        return rows;
    }

    /// <summary>Grants what is missing and says what it left out.</summary>
    internal async Task<ChangeKind> EnsureAsync(
        string clientId, string principal, IReadOnlyList<MailAppPermission> wanted, string? user, bool tenantWide,
        List<MailAdminPending> pending, CancellationToken cancellationToken)
    {
        var present = await Replication.WhenVisibleAsync(
            _session.Wire, "The service principal", () => _directory.Grants.ReadAsync(principal, cancellationToken),
            cancellationToken).ConfigureAwait(false);
        var roles = present.Where(g => g.Permission.Kind == PermissionKind.Application).Select(g => Key(g.Permission))
            .ToHashSet();
        var change = ChangeKind.Unchanged;
        foreach (var permission in wanted.Where(p => p.Kind == PermissionKind.Application && !roles.Contains(Key(p))))
        {
            if (!tenantWide && PermissionName.OpensEveryMailbox(permission))
            {
                pending.Add(
                    $"{permission} is asked for but not granted: it would open every mailbox of the tenant. Run it again with "
                        + $"-TenantWide if that is meant.");
                continue;
            }

            await GrantRoleAsync(principal, permission, cancellationToken).ConfigureAwait(false);
            _session.Note(
                new ChangeNote(JournalAction.GrantPermission, clientId, permission.ToString(), null, "granted to the app"));
            change = ChangeKind.Updated;
        }

        var userId = user is null ? null : await UserIdAsync(user, cancellationToken).ConfigureAwait(false);
        foreach (var resource in wanted.Where(p => p.Kind == PermissionKind.Delegated).GroupBy(PermissionName.AppIdOf))
        {
            if (await GrantScopesAsync(
                principal, resource.Key, [.. resource.Select(p => p.Name)], userId, present,
                cancellationToken).ConfigureAwait(false))
            {
                _session.Note(
                    new ChangeNote(
                        JournalAction.GrantPermission, clientId, string.Join(", ", resource), null,
                        $"granted for {user ?? "all users"}"));
                change = ChangeKind.Updated;
            }
        }

        if (change == ChangeKind.Updated)
        {
            await SeenAsync(principal, wanted, tenantWide, cancellationToken).ConfigureAwait(false);
        }

        return change;
    }

    /// <summary>Waits until the tenant shows what was granted, so that whoever reads next reads the truth.</summary>
    private Task SeenAsync(
        string principal, IReadOnlyList<MailAppPermission> wanted, bool tenantWide, CancellationToken cancellationToken)
    {
        var expected = wanted.Where(p => tenantWide || !PermissionName.OpensEveryMailbox(p)).Select(Key).ToHashSet();
        return Poll.UntilAsync(_session.Wire, "The grants", async ct =>
        {
            var seen = await _directory.Grants.ReadAsync(principal, ct).ConfigureAwait(false);
            return expected.IsSubsetOf(seen.Select(g => Key(g.Permission))) ? seen : null;
        }, cancellationToken);
    }

    private async Task GrantRoleAsync(string principal, MailAppPermission permission, CancellationToken cancellationToken)
    {
        var resource = await _directory.Catalogue.ByAppIdAsync(
            PermissionName.AppIdOf(permission), cancellationToken).ConfigureAwait(false);
        var assignment = new AppRoleAssignment
        {
            PrincipalId = Guid.Parse(principal),
            ResourceId = Guid.Parse(resource.Id!),
            AppRoleId = Guid.Parse(permission.Id!),
        };
        await Replication.WhenVisibleAsync(_session.Wire, "The service principal",
            () => _session.CallGraphAsync(g => g.ServicePrincipals[principal]
            .AppRoleAssignments.PostAsync(assignment, cancellationToken: cancellationToken)),
            cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> GrantScopesAsync(
        string principal, string resourceAppId, string[] scopes, string? userId, IReadOnlyList<Grant> present,
        CancellationToken cancellationToken)
    {
        var resource = await _directory.Catalogue.ByAppIdAsync(resourceAppId, cancellationToken).ConfigureAwait(false);
        var same = present
            .Where(g => g.Permission.Kind == PermissionKind.Delegated && g.Permission.ResourceAppId == resourceAppId
                && g.PrincipalId == userId).ToArray();
        var have = same.Select(g => g.Permission.Name).ToArray();
        var all = have.Union(scopes, StringComparer.OrdinalIgnoreCase).ToArray();
        if (all.Length == have.Length)
        {
            return false;
        }

        if (same.Length > 0)
        {
            await CallAsync(g => g.Oauth2PermissionGrants[same[0].GrantId].PatchAsync(
                new OAuth2PermissionGrant { Scope = string.Join(' ', all) },
                cancellationToken: cancellationToken)).ConfigureAwait(false);
            return true;
        }

        var grant = new OAuth2PermissionGrant
        {
            ClientId = principal,
            ConsentType = userId is null ? "AllPrincipals" : "Principal",
            ResourceId = resource.Id,
            Scope = string.Join(' ', all),
        };
        if (userId is not null)
        {
            grant.PrincipalId = userId;
        }

        await Replication.WhenVisibleAsync(_session.Wire, "The service principal", () => _session.CallGraphAsync(g =>
            g.Oauth2PermissionGrants.PostAsync(grant, cancellationToken: cancellationToken)),
            cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task<IReadOnlyList<MailAppPermission>> ResolveAsync(
        IReadOnlyList<MailAppPermission> permissions, CancellationToken cancellationToken)
    {
        var resolved = new List<MailAppPermission>();
        foreach (var permission in permissions)
        {
            resolved.Add(await _directory.Catalogue.ResolveAsync(permission, cancellationToken).ConfigureAwait(false));
        }

        return resolved;
    }

    private async Task<string> UserIdAsync(string user, CancellationToken cancellationToken) =>
        (await _session.CallGraphAsync(
            g => g.Users[user].GetAsync(r => r.QueryParameters.Select = ["id"], cancellationToken)).ConfigureAwait(false))!.Id!;

    private async Task<string> NamesAsync(IEnumerable<Grant> grants, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        foreach (var grant in grants)
        {
            names.Add(grant.PrincipalId is null ? "all users" : (await _session.CallGraphAsync(g => g.Users[grant.PrincipalId]
                .GetAsync(
                    r => r.QueryParameters.Select = ["userPrincipalName"],
                    cancellationToken)).ConfigureAwait(false))!.UserPrincipalName ?? grant.PrincipalId);
        }

        return string.Join(", ", names.Distinct());
    }

    private Task<bool> CallAsync(Func<Microsoft.Graph.GraphServiceClient, Task> call) => _session.CallGraphAsync(async g =>
    {
        await call(g).ConfigureAwait(false);
        return true;
    });

    private static string PrincipalOf(MailAppRegistration app) => app.ServicePrincipalObjectId
        ?? throw new InvalidRequestException(
            "NoServicePrincipal", $"The app '{app.Name}' has no service principal in this tenant; nothing can be granted to it.")
        {
            Target = app.ClientId,
            Advice = "New-MailAppRegistration with -App and the client id makes what is missing.",
        };

    private static (string, string, PermissionKind) Key(MailAppPermission p) =>
        (PermissionName.AppIdOf(p), p.Name.ToUpperInvariant(), p.Kind);
}
