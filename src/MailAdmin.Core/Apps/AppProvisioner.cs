using System.Globalization;
using MailAdmin.Core.Base;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;
using Microsoft.Graph.Models;
using App = Microsoft.Graph.Models.Application;

namespace MailAdmin.Core.Apps;

/// <summary>
/// Creates and completes apps: registration, service principal, credential, owners, and grants. It reads first and creates only
/// what is missing, so a later run continues an interrupted one. After each step, it waits until the tenant shows the change.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/graph/api/application-post-applications,
/// https://learn.microsoft.com/graph/api/application-addpassword,
/// https://learn.microsoft.com/graph/api/application-update (keyCredentials, redirect URIs),
/// https://learn.microsoft.com/graph/api/application-post-owners,
/// https://learn.microsoft.com/graph/api/serviceprincipal-post-serviceprincipals
/// </remarks>
internal sealed class AppProvisioner
{
    private readonly Session _session;
    private readonly AppDirectory _directory;
    private readonly AppShape _shape;
    private readonly GrantWriter _writer;
    private readonly AppIdentity _identity;

    /// <summary>Provisions with a session.</summary>
    /// <param name="session">Signed in with Application.ReadWrite.All, and AppRoleAssignment.ReadWrite.All for grants.</param>
    public AppProvisioner(Session session)
    {
        _session = session;
        _directory = new AppDirectory(session);
        _shape = new AppShape(session);
        _writer = new GrantWriter(session, _directory);
        _identity = new AppIdentity(session, _directory);
    }

    /// <summary>Completes the app.</summary>
    /// <param name="wanted">The required properties of the app.</param>
    /// <param name="cancellationToken">Cancels the operation between two steps. A later run continues.</param>
    /// <returns>The app. Its secret only if this run created it.</returns>
    /// <exception cref="InvalidRequestException">
    /// A permission is unknown, the name is ambiguous or is that of an app that wasn't registered with MailAdmin, or a policy
    /// limits the secret's lifetime.
    /// </exception>
    /// <exception cref="ServiceRefusedException">The service refused a step.</exception>
    /// <exception cref="ConnectionLostException">The service couldn't be reached.</exception>
    public async Task<MailAppRegistration> EnsureAsync(AppSpecification wanted, CancellationToken cancellationToken)
    {
        // Everything is validated before the first change, so that a typing error doesn't leave an incomplete app.
        RedirectUris.Check(wanted.RedirectUris);
        var permissions = await _directory.Catalog.ResolveAllAsync(
            wanted.Permissions, cancellationToken).ConfigureAwait(false);
        var owners = await AppOwners.ResolveAsync(_session, wanted.Owners, cancellationToken).ConfigureAwait(false);
        var pending = new List<MailAdminPending>();
        var (app, created) = await EnsureApplicationAsync(wanted, permissions, pending, cancellationToken).ConfigureAwait(false);
        var (changed, isSeen) = await _shape.EnsureAsync(app, wanted, permissions, cancellationToken).ConfigureAwait(false);
        var (hasNewOwners, areSeen) = await AppOwners.EnsureAsync(_session, app, owners, cancellationToken).ConfigureAwait(false);
        (changed, isSeen) = (changed | hasNewOwners, isSeen & areSeen);
        var (principal, madePrincipal) = await EnsureServicePrincipalAsync(app, cancellationToken).ConfigureAwait(false);
        var secret = wanted.Certificate is null && wanted is { IsPublicClient: false, RegistrationOnly: false }
            ? await EnsureSecretAsync(app, wanted, pending, cancellationToken).ConfigureAwait(false) : null;
        // A new service principal might not have replicated yet. For an existing one, the permissions are read below.
        var granted = wanted.RegistrationOnly && !madePrincipal ? ChangeKind.Unchanged : await _writer.EnsureAsync(
            app.AppId!, principal.Id!,
            [.. permissions.Where(p => p.Kind == PermissionKind.Application && !wanted.RegistrationOnly)], null,
            wanted.TenantWide, pending, cancellationToken).ConfigureAwait(false);
        changed |= madePrincipal | secret is not null | granted != ChangeKind.Unchanged;

        var change = created ? ChangeKind.Created : Updated(changed);
        var result = await _directory.DescribeAsync(
            app, cancellationToken, new AppDirectory.Made(principal, secret, wanted.Certificate, change)).ConfigureAwait(false);
        pending.AddRange(permissions
            .Where(p => !wanted.RegistrationOnly && p.Kind == PermissionKind.Delegated && !result.GrantedPermission.Contains(p))
            .Select(p => new MailAdminPending(
                $"{p} (delegated) requires consent: of a user at the first sign-in, or of an administrator with")));
        if (secret is not null || (wanted.Certificate is not null && changed))
        {
            await ProveAsync(result, pending, cancellationToken).ConfigureAwait(false);
        }

        if (!isSeen)
        {
            pending.Insert(0, "Entra accepted the change of the app registration, but doesn't return it yet. Run the "
                + "command again.");
        }

        return result with
        {
            Pending = [.. pending],
            Change = isSeen && granted != ChangeKind.Pending ? result.Change : ChangeKind.Pending,
        };
    }

    /// <summary>Sets the permissions that a registration requests. Granted permissions aren't changed.</summary>
    /// <param name="app">The app.</param>
    /// <param name="permissions">The permissions.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The app after the change.</returns>
    /// <exception cref="InvalidRequestException">A permission is unknown, or the app is registered in another tenant.</exception>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to change the app.</exception>
    internal async Task<MailAppRegistration> TrimAsync(
        MailAppRegistration app, IReadOnlyList<MailAppPermission> permissions, CancellationToken cancellationToken)
    {
        var id = AppDirectory.OwnId(app);
        var resolved = await _directory.Catalog.ResolveAllAsync(permissions, cancellationToken).ConfigureAwait(false);
        var note = new ChangeNote(
            JournalAction.ChangeApp, app.ClientId, app.Name,
            string.Join(", ", app.RequestedPermission.Select(p => p.ToString())), string.Join(", ", resolved));
        await _session.ChangeAsync(note, g => g.Applications[id].PatchAsync(
            new App { RequiredResourceAccess = AppShape.Required(resolved, []) },
            cancellationToken: cancellationToken)).ConfigureAwait(false);
        var wanted = resolved.Select(static p => p.ToString()).ToHashSet(StringComparer.Ordinal);
        var isShown = await _session.IsShownAsync("The app registration", async ct =>
        {
            var now = (await _session.CallGraphAsync(g => g.Applications[id].GetAsync(
                r => r.QueryParameters.Select = ["id", "requiredResourceAccess"], ct)).ConfigureAwait(false))!;
            var asked = await _directory.RequestedAsync(now, ct).ConfigureAwait(false);
            return wanted.SetEquals(asked.Select(static p => p.ToString()));
        }, cancellationToken).ConfigureAwait(false);
        return isShown ? _directory.Changed(app, ChangeKind.Updated, []) with { RequestedPermission = [.. resolved] }
            : _directory.Changed(app, ChangeKind.Pending, [ReadBack.NotSeen]);
    }

    private async Task<(App App, bool Created)> EnsureApplicationAsync(
        AppSpecification wanted, IReadOnlyList<MailAppPermission> permissions, List<MailAdminPending> pending,
        CancellationToken cancellationToken)
    {
        if (await _identity.FindAsync(wanted.Name, wanted.App, cancellationToken).ConfigureAwait(false) is { } found)
        {
            return (found, false);
        }

        var makesSecret = wanted.Certificate is null && wanted is { IsPublicClient: false, RegistrationOnly: false };
        if (makesSecret || wanted.PlansSecret)
        {
            await SecretPolicy.CheckAsync(
                _session, wanted.Name, wanted.Lifetime, makesSecret, cancellationToken).ConfigureAwait(false);
        }

        await NoteDeletedAsync(wanted.Name, pending, cancellationToken).ConfigureAwait(false);
        var request = new App
        {
            DisplayName = wanted.Name,
            SignInAudience = wanted.SignInAudience.ToString(),
            RequiredResourceAccess = AppShape.Required(permissions, []),
            ServicePrincipalLockConfiguration = PrincipalLock.On,
            IsFallbackPublicClient = wanted is { IsPublicClient: true, AllowsDeviceCode: true } ? true : null,
        };
        var mark = _identity.Announce(wanted.Name);
        request.Tags = wanted.Recipe is { } recipe ? RecipeTag.With([mark], recipe) : [mark];
        RedirectUris.Complete(new App(), wanted.RedirectUris, request);
        var made = await _session.ChangeAsync(
            g => g.Applications.PostAsync(request, cancellationToken: cancellationToken),
            made => new ChangeNote(JournalAction.NewApp, made!.AppId, wanted.Name, null, made.Id)).ConfigureAwait(false);
        return (made!, true);
    }

    /// <summary>An app that was deleted in the last 30 days keeps its name, and might be the intended one.</summary>
    /// <remarks>https://learn.microsoft.com/graph/api/directory-deleteditems-list</remarks>
    private async Task NoteDeletedAsync(string name, List<MailAdminPending> pending, CancellationToken cancellationToken)
    {
        var deleted = await Allowed.TryAsync(() => _session.ListAllAsync(
            g => g.Directory.DeletedItems.GraphApplication.GetAsync(
                r => r.QueryParameters.Filter = new OData().Equal("displayName", name).ToString(), cancellationToken),
            page => page.Value, cancellationToken), denied =>
            {
                VerboseLog.Write($"Deleted apps can't be read: {denied.Message}");
                return [];
            }).ConfigureAwait(false);
        pending.AddRange(deleted.Select(app => new MailAdminPending(string.Create(
            CultureInfo.InvariantCulture,
            $"An app with this name (client ID {app.AppId}) was deleted on {app.DeletedDateTime:yyyy-MM-dd} and can "
                + $"still be restored. A new app was created."))));
    }

    private async Task<(ServicePrincipal Principal, bool Made)> EnsureServicePrincipalAsync(
        App app, CancellationToken cancellationToken)
    {
        if (await _directory.FindServicePrincipalAsync(app.AppId!, cancellationToken).ConfigureAwait(false) is { } present)
        {
            return (present, false);
        }

        var made = await Replication.WhenVisibleAsync(_session.Wire, "The app registration", () => _session.ChangeAsync(
            g => g.ServicePrincipals.PostAsync(
                new ServicePrincipal { AppId = app.AppId }, cancellationToken: cancellationToken),
            made => new ChangeNote(JournalAction.NewEnterpriseApp, app.AppId, app.DisplayName ?? "", null, made!.Id)),
            cancellationToken).ConfigureAwait(false);
        return (made!, true);
    }

    /// <summary>Creates a secret unless the app has a valid one. So a second run never creates a second secret.</summary>
    private async Task<PasswordCredential?> EnsureSecretAsync(
        App app, AppSpecification wanted, List<MailAdminPending> pending, CancellationToken cancellationToken)
    {
        await LostSecrets.RemoveAsync(_session, app, cancellationToken).ConfigureAwait(false);
        var now = _session.Wire.Time.GetUtcNow();
        if ((app.PasswordCredentials ?? []).Exists(p => p.EndDateTime > now))
        {
            return null;
        }

        return await new SecretMaker(_session).MakeAsync(
            new SecretOwner(app.Id!, app.AppId!, app.DisplayName ?? ""), "MailAdmin", wanted.Lifetime, pending,
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Signs in with the new credential until that succeeds and the token contains the grants. The service refuses a new secret
    /// or service principal for seconds to minutes, and a script must not fail because of that.
    /// </summary>
    private async Task ProveAsync(MailAppRegistration app, List<MailAdminPending> pending, CancellationToken cancellationToken)
    {
        var credential = app.Certificate is { } certificate
            ? AppCredential.From(certificate)
            : (AppCredential)new AppCredential.ClientSecret(app.ClientSecret!);
        foreach (var (alias, scope) in new[] { ("Graph", _session.Cloud.GraphScope), ("Exchange", _session.Cloud.ExchangeScope) })
        {
            var roles = app.GrantedPermission.Where(p => p.Kind == PermissionKind.Application && p.Resource == alias)
                .Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
            if (alias != "Graph" && roles.Count == 0)
            {
                continue;
            }

            var (proof, refusal) = await SignInProof.WaitAsync(
                _session, app.ClientId, $"A token of {app.Name} for {alias}", credential, scope,
                token => roles.IsSubsetOf(token.Roles), cancellationToken).ConfigureAwait(false);
            if (proof is null)
            {
                pending.Add(refusal is not null ? SignInProof.NotYet(refusal)
                    : $"Tokens don't contain the permissions on {alias} yet. This usually takes some minutes.");
                return;
            }
        }
    }

    private static ChangeKind Updated(bool changed) => changed ? ChangeKind.Updated : ChangeKind.Unchanged;
}
