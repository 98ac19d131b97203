using MailAdmin.Core.Journal;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;
using Microsoft.Graph.Models;

namespace MailAdmin.Core.Apps;

/// <summary>
/// Grants and revokes the permissions of an app. Application permissions are app role assignments. Delegated permissions are
/// scopes in one OAuth grant for each resource, for all users or for one.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/graph/permissions-grant-via-msgraph,
/// https://learn.microsoft.com/graph/api/serviceprincipal-delete-approleassignments,
/// https://learn.microsoft.com/graph/api/oauth2permissiongrant-update
/// </remarks>
internal sealed class AppConsent
{
    private readonly Session _session;
    private readonly AppDirectory _directory;
    private readonly GrantWriter _writer;

    /// <summary>Works with a session.</summary>
    /// <param name="session">Signed in with AppRoleAssignment.ReadWrite.All and DelegatedPermissionGrant.ReadWrite.All.</param>
    public AppConsent(Session session) : this(session, new AppDirectory(session)) { }

    internal AppConsent(Session session, AppDirectory directory) =>
        (_session, _directory, _writer) = (session, directory, new GrantWriter(session, directory));

    /// <summary>Grants permissions. Existing ones aren't changed.</summary>
    /// <param name="app">The app; it has a service principal.</param>
    /// <param name="permissions">The permissions; null for all that the registration requests.</param>
    /// <param name="user">Id or user principal name of the one user that delegated permissions are granted for; null for all
    /// users.</param>
    /// <param name="tenantWide">Whether permissions that open every mailbox are granted.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>
    /// The app after the change. <see cref="MailAppRegistration.Pending"/> lists the permissions that weren't granted. If the
    /// session isn't allowed to grant consent, the change is Pending and <see cref="MailAppRegistration.AdminConsentUri"/> has
    /// the address for an administrator.
    /// </returns>
    /// <exception cref="InvalidRequestException">A permission is unknown, or the app has no service principal.</exception>
    /// <exception cref="ServiceRefusedException">
    /// The session isn't allowed to read grants, or the service refuses for another reason.
    /// </exception>
    public async Task<MailAppRegistration> GrantAsync(
        MailAppRegistration app, IReadOnlyList<MailAppPermission>? permissions, string? user, bool tenantWide,
        CancellationToken cancellationToken)
    {
        var principal = PrincipalOf(app);
        var wanted = permissions is null
            ? app.RequestedPermission
            : await _directory.Catalog.ResolveAllAsync(permissions, cancellationToken).ConfigureAwait(false);
        return await Allowed.TryAsync(async () =>
        {
            var pending = new List<MailAdminPending>();
            // The vendor determines the permissions of an app of another organization, so they're granted as specified.
            var all = app.ApplicationObjectId is null
                ? wanted
                : await WithSignInAsync(wanted, cancellationToken).ConfigureAwait(false);
            var outcome = await _writer.EnsureAsync(
                app.ClientId, principal, all, user, tenantWide, pending, cancellationToken).ConfigureAwait(false);
            return await _directory.RereadAsync(app, outcome, pending, cancellationToken).ConfigureAwait(false);
        }, denied =>
        {
            var left = ConsentUrlOnly(app, wanted);
            return left with { Pending = [$"You don't have permission to grant consent: {denied.Message}", .. left.Pending] };
        }).ConfigureAwait(false);
    }

    /// <summary>
    /// Returns the address where an administrator can consent to the app's permissions in a browser. No request is sent.
    /// </summary>
    /// <param name="app">The app.</param>
    /// <param name="wanted">The permissions; null for all that the registration requests.</param>
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
            $"A Privileged Role Administrator can grant the requested permissions at {page}",
        };
        if ((wanted ?? app.RequestedPermission).Where(UserConsentPolicy.BlocksUserConsent).ToArray() is { Length: > 0 } left)
        {
            pending.Add(
                $"Users can't consent to {string.Join(", ", left.AsEnumerable())} if Microsoft manages the consent "
                    + "settings, which is the default.");
        }

        return _directory.Changed(app, ChangeKind.Pending, pending) with { AdminConsentUri = page };
    }

    /// <summary>Allows only assigned users to sign in to an app, or to get tokens for it; or all users again.</summary>
    /// <param name="app">The app; it has a service principal.</param>
    /// <param name="required">Whether assignment is required.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The change; Pending if the tenant doesn't show it.</returns>
    /// <exception cref="InvalidRequestException">The app has no service principal.</exception>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to change it.</exception>
    public async Task<ChangeKind> RequireAssignmentAsync(
        MailAppRegistration app, bool required, CancellationToken cancellationToken)
    {
        var principal = PrincipalOf(app);
        async Task<bool> IsAsync(CancellationToken ct) => (await _session.CallGraphAsync(g =>
            g.ServicePrincipals[principal].GetAsync(
                r => r.QueryParameters.Select = ["id", "appRoleAssignmentRequired"], ct)).ConfigureAwait(false))!
            .AppRoleAssignmentRequired == required;
        if (await IsAsync(cancellationToken).ConfigureAwait(false))
        {
            return ChangeKind.Unchanged;
        }

        await AppAssignment.RequireAsync(_session, app.ClientId, principal, required, cancellationToken).ConfigureAwait(false);
        return await _session.IsShownAsync(
            "The user assignment setting", IsAsync, cancellationToken).ConfigureAwait(false)
                ? ChangeKind.Updated : ChangeKind.Pending;
    }

    /// <summary>
    /// Apps with user sign-in also request openid, profile, and offline_access. Without this grant, users are prompted to consent
    /// to them.
    /// </summary>
    private async Task<IReadOnlyList<MailAppPermission>> WithSignInAsync(
        IReadOnlyList<MailAppPermission> wanted, CancellationToken cancellationToken)
    {
        if (!wanted.Any(p => p.Kind == PermissionKind.Delegated))
        {
            return wanted;
        }

        var signIn = await _directory.Catalog.ResolveAllAsync(
            [.. UserConsentPolicy.SignInScopes.Select(s => PermissionName.Parse($"Graph/{s}", PermissionKind.Delegated))],
            cancellationToken).ConfigureAwait(false);
        return [.. wanted, .. signIn.ExceptBy(wanted.Select(Grant.KeyOf), Grant.KeyOf)];
    }

    /// <summary>Takes permissions away.</summary>
    /// <param name="app">The app; it has a service principal.</param>
    /// <param name="permissions">The permissions; null for all granted ones.</param>
    /// <param name="user">Only permissions granted for this user; null for all.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The app after the change.</returns>
    /// <exception cref="InvalidRequestException">A permission is unknown, or the app has no service principal.</exception>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to revoke permissions.</exception>
    public async Task<MailAppRegistration> RevokeAsync(
        MailAppRegistration app, IReadOnlyList<MailAppPermission>? permissions, string? user, CancellationToken cancellationToken)
    {
        var wanted = permissions is null
            ? null
            : (await _directory.Catalog.ResolveAllAsync(permissions, cancellationToken).ConfigureAwait(false))
                .Select(Grant.KeyOf).ToHashSet();
        var principal = PrincipalOf(app);
        var userId = user is null
            ? null
            : (await _session.FindUserAsync(user, cancellationToken).ConfigureAwait(false)).Id!;
        var present = await _directory.Grants.ReadAsync(principal, cancellationToken).ConfigureAwait(false);
        bool IsMeant(Grant g) => (wanted is null || wanted.Contains(g.Key)) && (userId is null || g.PrincipalId == userId);

        foreach (var grant in present.Where(g => g.Permission.Kind == PermissionKind.Application && IsMeant(g)))
        {
            await _session.ChangeAsync(
                new ChangeNote(
                    JournalAction.RevokePermission, app.ClientId, grant.Permission.ToString(), "granted to the app"),
                g => g.ServicePrincipals[principal].AppRoleAssignments[grant.GrantId].DeleteAsync(
                    cancellationToken: cancellationToken)).ConfigureAwait(false);
        }

        foreach (var scopes in present.Where(g => g.Permission.Kind == PermissionKind.Delegated).GroupBy(g => g.GrantId))
        {
            await RevokeScopesAsync(app, scopes.Key, scopes.ToLookup(IsMeant), cancellationToken).ConfigureAwait(false);
        }

        if (present.Any(IsMeant) && !await _session.IsShownAsync(
            "The removal of the permissions",
            async ct => !(await _directory.Grants.ReadAsync(principal, ct).ConfigureAwait(false)).Any(IsMeant),
            cancellationToken).ConfigureAwait(false))
        {
            return await _directory.RereadAsync(
                app, ChangeKind.Pending, [ReadBack.NotSeen], cancellationToken).ConfigureAwait(false);
        }

        return present.Any(IsMeant)
            ? await _directory.RereadAsync(
                app, ChangeKind.Removed,
                [
                    "Existing tokens keep the permissions until they expire, 60 to 90 minutes after they were issued.",
                ],
                cancellationToken).ConfigureAwait(false)
            : await _directory.RereadAsync(app, ChangeKind.Unchanged, [], cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="ConsentComparison.CompareAsync"/>
    public Task<IReadOnlyList<MailAppPermissionStatus>> CompareAsync(
        MailAppRegistration app, CancellationToken cancellationToken) =>
        new ConsentComparison(_session, _directory).CompareAsync(app, cancellationToken);

    /// <summary>Takes scopes out of one OAuth grant, or the grant away with its last one.</summary>
    private async Task RevokeScopesAsync(
        MailAppRegistration app, string grantId, ILookup<bool, Grant> isMeant, CancellationToken cancellationToken)
    {
        if (!isMeant[true].Any())
        {
            return;
        }

        var left = isMeant[false].Select(g => g.Permission.Name).ToArray();
        var taken = string.Join(", ", isMeant[true].Select(g => g.Permission));
        await _session.ChangeAsync(
            new ChangeNote(JournalAction.RevokePermission, app.ClientId, taken, "granted for users"),
            g => left.Length == 0
                ? g.Oauth2PermissionGrants[grantId].DeleteAsync(cancellationToken: cancellationToken)
                : g.Oauth2PermissionGrants[grantId].PatchAsync(
                    new OAuth2PermissionGrant { Scope = string.Join(' ', left) },
                    cancellationToken: cancellationToken)).ConfigureAwait(false);
    }

    private static string PrincipalOf(MailAppRegistration app) => app.ServicePrincipalObjectId
        ?? throw new InvalidRequestException(
            "NoServicePrincipal", $"Can't grant permissions to the app '{app.Name}' because it has no service "
                + "principal in this tenant.")
        {
            Target = app.ClientId,
            Advice = "To create the service principal, run New-MailAppRegistration -App with the client ID.",
        };
}
