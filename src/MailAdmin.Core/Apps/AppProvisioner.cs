using System.Globalization;
using MailAdmin.Core.Base;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;
using Microsoft.Graph.Models;
using App = Microsoft.Graph.Models.Application;

namespace MailAdmin.Core.Apps;

/// <summary>
/// Makes an app what it should be: registration, service principal, credential, owners, grants. It reads first and does what
/// is missing, so a run that broke off anywhere is finished by the next one; after each step it waits until the tenant shows it.
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
    private readonly AppConsent _consent;
    private readonly AppIdentity _identity;

    /// <summary>Provisions with a session.</summary>
    /// <param name="session">Signed in with Application.ReadWrite.All, and AppRoleAssignment.ReadWrite.All for grants.</param>
    public AppProvisioner(Session session)
    {
        _session = session;
        _directory = new AppDirectory(session);
        _consent = new AppConsent(session, _directory);
        _identity = new AppIdentity(session, _directory);
    }

    /// <summary>Completes the app.</summary>
    /// <param name="wanted">What it should be like.</param>
    /// <param name="cancellationToken">Ends it between two steps; a later run goes on.</param>
    /// <returns>The app; its secret only if this run made it.</returns>
    /// <exception cref="InvalidRequestException">
    /// A permission is unknown, the name stands for several apps or for one that was not registered from here, or a policy caps
    /// the secret's lifetime.
    /// </exception>
    /// <exception cref="ServiceRefusedException">The service said no to a step.</exception>
    /// <exception cref="ConnectionLostException">The service could not be reached.</exception>
    public async Task<MailAppRegistration> EnsureAsync(AppSpecification wanted, CancellationToken cancellationToken)
    {
        // What can be wrong is found before anything is made: a typing error must not leave half an app behind.
        RedirectUris.Check(wanted.RedirectUris);
        var permissions = new List<MailAppPermission>();
        foreach (var permission in wanted.Permissions)
        {
            permissions.Add(await _directory.Catalogue.ResolveAsync(permission, cancellationToken).ConfigureAwait(false));
        }

        var owners = await ResolveOwnersAsync(wanted.Owners, cancellationToken).ConfigureAwait(false);
        var pending = new List<MailAdminPending>();
        var (app, created) = await EnsureApplicationAsync(wanted, permissions, pending, cancellationToken).ConfigureAwait(false);
        var changed = await EnsureShapeAsync(app, wanted, permissions, cancellationToken).ConfigureAwait(false);
        changed |= await EnsureOwnersAsync(app, owners, cancellationToken).ConfigureAwait(false);
        var (principal, madePrincipal) = await EnsureServicePrincipalAsync(app, cancellationToken).ConfigureAwait(false);
        var secret = wanted.Certificate is null && wanted is { IsPublicClient: false, RegistrationOnly: false }
            ? await EnsureSecretAsync(app, wanted.SecretLifetime, cancellationToken).ConfigureAwait(false) : null;
        // A new service principal may not be visible yet; one that was just read has its grants described below.
        var granted = wanted.RegistrationOnly && !madePrincipal ? ChangeKind.Unchanged : await _consent.EnsureAsync(
            app.AppId!, principal.Id!,
            [.. permissions.Where(p => p.Kind == PermissionKind.Application && !wanted.RegistrationOnly)], null,
            wanted.TenantWide, pending, cancellationToken).ConfigureAwait(false);
        changed |= madePrincipal | secret is not null | granted != ChangeKind.Unchanged;

        var change = created ? ChangeKind.Created : changed ? ChangeKind.Updated : ChangeKind.Unchanged;
        var result = await _directory.DescribeAsync(
            app, cancellationToken, new AppDirectory.Made(principal, secret, wanted.Certificate, change)).ConfigureAwait(false);
        pending.AddRange(permissions
            .Where(p => !wanted.RegistrationOnly && p.Kind == PermissionKind.Delegated && !result.GrantedPermission.Contains(p))
            .Select(p => new MailAdminPending(
                $"{p} (delegated) waits for consent: of a user at the first sign-in, or of an admin with "
                    + "Grant-MailAppConsent.")));
        if (secret is not null || (wanted.Certificate is not null && changed))
        {
            await ProveAsync(result, pending, cancellationToken).ConfigureAwait(false);
        }

        result.Pending = [.. pending];
        return result;
    }

    /// <summary>Makes a registration ask for exactly these permissions; what is granted stays.</summary>
    /// <param name="app">The app.</param>
    /// <param name="permissions">The permissions.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The app as it is then.</returns>
    /// <exception cref="InvalidRequestException">A permission is unknown, or the app is registered in another tenant.</exception>
    /// <exception cref="ServiceRefusedException">The session may not change the app.</exception>
    internal async Task<MailAppRegistration> TrimAsync(
        MailAppRegistration app, IReadOnlyList<MailAppPermission> permissions, CancellationToken cancellationToken)
    {
        var id = AppDirectory.OwnId(app);
        var resolved = new List<MailAppPermission>();
        foreach (var permission in permissions)
        {
            resolved.Add(await _directory.Catalogue.ResolveAsync(permission, cancellationToken).ConfigureAwait(false));
        }

        await _session.CallGraphAsync(g => g.Applications[id].PatchAsync(
            new App { RequiredResourceAccess = Required(resolved, []) },
            cancellationToken: cancellationToken)).ConfigureAwait(false);
        _session.Note(
            new ChangeNote(JournalAction.ChangeApp, app.ClientId, app.Name,
                string.Join(", ", app.RequestedPermission.Select(p => p.ToString())),
            string.Join(", ", resolved)));
        return _directory.Copy(app, ChangeKind.Updated, [], requested: [.. resolved]);
    }

    private async Task<(App App, bool Created)> EnsureApplicationAsync(
        AppSpecification wanted, IReadOnlyList<MailAppPermission> permissions, List<MailAdminPending> pending,
        CancellationToken cancellationToken)
    {
        if (await _identity.FindAsync(wanted.Name, wanted.App, cancellationToken).ConfigureAwait(false) is { } found)
        {
            return (found, false);
        }

        await NoteDeletedAsync(wanted.Name, pending, cancellationToken).ConfigureAwait(false);
        var request = new App
        {
            DisplayName = wanted.Name,
            SignInAudience = wanted.SignInAudience.ToString(),
            RequiredResourceAccess = Required(permissions, []),
            IsFallbackPublicClient = wanted.IsPublicClient ? true : null,
        };
        var mark = _identity.Announce(wanted.Name);
        request.Tags = wanted.Recipe is { } recipe ? RecipeTag.With([mark], recipe) : [mark];
        RedirectUris.Complete(new App(), wanted.RedirectUris, request);
        var made = await _session.CallGraphAsync(
            g => g.Applications.PostAsync(request, cancellationToken: cancellationToken)).ConfigureAwait(false);
        _session.Note(new ChangeNote(JournalAction.NewApp, made!.AppId, wanted.Name, null, made.Id));
        return (made, true);
    }

    /// <summary>An app that was deleted in the last 30 days keeps its name, and may be what the user means.</summary>
    /// <remarks>https://learn.microsoft.com/graph/api/directory-deleteditems-list</remarks>
    private async Task NoteDeletedAsync(string name, List<MailAdminPending> pending, CancellationToken cancellationToken)
    {
        try
        {
            var deleted = await _session.ListAllAsync(
                g => g.Directory.DeletedItems.GraphApplication.GetAsync(
                    r => r.QueryParameters.Filter = new OData().Equal("displayName", name).ToString(), cancellationToken),
                page => page.Value, cancellationToken).ConfigureAwait(false);
            pending.AddRange(deleted.Select(app => new MailAdminPending(string.Create(
                CultureInfo.InvariantCulture,
                $"An app of this name (client id {app.AppId}) was deleted on {app.DeletedDateTime:yyyy-MM-dd} and can still "
                    + $"be restored; this is a new one."))));
        }
        catch (ServiceRefusedException e) when (e.IsDenied)
        {
            VerboseLog.Write($"Deleted apps can't be looked at: {e.Message}");
        }
    }

    /// <summary>Adds permissions, redirect URIs and the certificate; what others added stays.</summary>
    private async Task<bool> EnsureShapeAsync(
        App app, AppSpecification wanted, IReadOnlyList<MailAppPermission> permissions, CancellationToken cancellationToken)
    {
        var patch = new App();
        var changed = RedirectUris.Complete(app, wanted.RedirectUris, patch);
        var present = (app.RequiredResourceAccess ?? [])
            .SelectMany(r => (r.ResourceAccess ?? []).Select(a => (r.ResourceAppId, Id: a.Id.ToString(), a.Type))).ToHashSet();
        if (!permissions.All(p => present.Contains((p.ResourceAppId, p.Id, TypeOf(p)))))
        {
            patch.RequiredResourceAccess = Required(permissions, app.RequiredResourceAccess ?? []);
            changed = true;
        }

        if (wanted.IsPublicClient && app.IsFallbackPublicClient != true)
        {
            patch.IsFallbackPublicClient = true;
            changed = true;
        }

        if (wanted.Certificate is { } certificate && !KeyCredentials.Has(app, certificate))
        {
            patch.KeyCredentials = KeyCredentials.With(app, certificate);
            changed = true;
        }

        if (wanted.Recipe is { } recipe && RecipeTag.In(app.Tags) != recipe)
        {
            patch.Tags = RecipeTag.With(app.Tags ?? [], recipe);
            changed = true;
        }

        if (!changed)
        {
            return false;
        }

        await Replication.WhenVisibleAsync(_session.Wire, "The app registration", () => _session.CallGraphAsync(
            g => g.Applications[app.Id].PatchAsync(patch, cancellationToken: cancellationToken)),
            cancellationToken).ConfigureAwait(false);
        _session.Note(new ChangeNote(JournalAction.ChangeApp, app.AppId, app.DisplayName ?? "", null, string.Join(", ", new[]
        {
            patch.RequiredResourceAccess is null ? null : "requested permissions",
            patch.KeyCredentials is null ? null : "certificate", patch.Tags is null ? null : "recipe",
            patch.Web is null && patch.PublicClient is null && patch.Spa is null ? null : "redirect URIs",
        }.OfType<string>())));
        (app.Web, app.PublicClient,
            app.Spa) = (patch.Web ?? app.Web, patch.PublicClient ?? app.PublicClient, patch.Spa ?? app.Spa);
        app.RequiredResourceAccess = patch.RequiredResourceAccess ?? app.RequiredResourceAccess;
        (app.KeyCredentials, app.Tags) = (patch.KeyCredentials ?? app.KeyCredentials, patch.Tags ?? app.Tags);
        return true;
    }

    private async Task<IReadOnlyList<(string Name, string Id)>> ResolveOwnersAsync(
        IReadOnlyList<string> owners, CancellationToken cancellationToken)
    {
        var resolved = new List<(string, string)>();
        foreach (var owner in owners)
        {
            var user = await _session.CallGraphAsync(
                g => g.Users[owner]
                    .GetAsync(
                        r => r.QueryParameters.Select = ["id", "userPrincipalName"], cancellationToken)).ConfigureAwait(false);
            resolved.Add((user!.UserPrincipalName!, user.Id!));
        }

        return resolved;
    }

    private async Task<bool> EnsureOwnersAsync(
        App app, IReadOnlyList<(string Name, string Id)> owners, CancellationToken cancellationToken)
    {
        if (owners.Count == 0)
        {
            return false;
        }

        var present = await _directory.OwnersAsync(app.Id!, cancellationToken).ConfigureAwait(false);
        var missing = owners.Where(o => !present.Contains(o.Name, StringComparer.OrdinalIgnoreCase)).ToArray();
        foreach (var (name, id) in missing)
        {
            await _session.CallGraphAsync(async g =>
            {
                await g.Applications[app.Id].Owners.Ref.PostAsync(
                    new ReferenceCreate { OdataId = $"https://{_session.Cloud.GraphHost}/v1.0/directoryObjects/{id}" },
                    cancellationToken: cancellationToken).ConfigureAwait(false);
                return true;
            }).ConfigureAwait(false);
            _session.Note(new ChangeNote(JournalAction.AddOwner, app.AppId, app.DisplayName ?? "", null, name));
        }

        return missing.Length > 0;
    }

    private async Task<(ServicePrincipal Principal, bool Made)> EnsureServicePrincipalAsync(
        App app, CancellationToken cancellationToken)
    {
        if (await _directory.FindServicePrincipalAsync(app.AppId!, cancellationToken).ConfigureAwait(false) is { } present)
        {
            return (present, false);
        }

        var made = await Replication.WhenVisibleAsync(_session.Wire, "The app registration",
            () => _session.CallGraphAsync(g => g.ServicePrincipals.PostAsync(
            new ServicePrincipal { AppId = app.AppId }, cancellationToken: cancellationToken)),
            cancellationToken).ConfigureAwait(false);
        _session.Note(new ChangeNote(JournalAction.NewEnterpriseApp, app.AppId, app.DisplayName ?? "", null, made!.Id));
        return (made, true);
    }

    /// <summary>Makes a secret unless the app has one that lasts; a second run never makes a second secret.</summary>
    private async Task<PasswordCredential?> EnsureSecretAsync(App app, int months, CancellationToken cancellationToken)
    {
        var now = _session.Wire.Time.GetUtcNow();
        if ((app.PasswordCredentials ?? []).Exists(p => p.EndDateTime > now))
        {
            return null;
        }

        return await new SecretMaker(_session).MakeAsync(
            new SecretOwner(app.Id!, app.AppId!, app.DisplayName ?? ""), "MailAdmin", months, "-SecretLifetime",
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Signs in with the new credential until that works and the token shows the grants: the service refuses a fresh secret or
    /// principal for seconds to minutes, and a script that goes on must not meet that.
    /// </summary>
    private async Task ProveAsync(MailAppRegistration app, List<MailAdminPending> pending, CancellationToken cancellationToken)
    {
        AppCredential credential = app.Certificate is { } certificate
            ? AppCredential.From(certificate)
            : new AppCredential.ClientSecret(app.ClientSecret!);
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
                    : $"The tenant does not show the grants on {alias} in tokens yet; they do arrive, within minutes as a rule.");
                return;
            }
        }
    }

    private static string TypeOf(MailAppPermission permission) =>
        permission.Kind == PermissionKind.Application ? "Role" : "Scope";

    private static List<RequiredResourceAccess> Required(
        IEnumerable<MailAppPermission> permissions, IEnumerable<RequiredResourceAccess> present)
    {
        var all = present
            .SelectMany(r => (r.ResourceAccess ?? []).Select(a => (AppId: r.ResourceAppId!, Id: a.Id!.Value, Type: a.Type!)))
            .Concat(permissions.Select(p => (AppId: p.ResourceAppId!, Id: Guid.Parse(p.Id!), Type: TypeOf(p))));
        return
        [
            .. all.Distinct().GroupBy(a => a.AppId).Select(g => new RequiredResourceAccess
            {
                ResourceAppId = g.Key,
                ResourceAccess = [.. g.Select(a => new ResourceAccess { Id = a.Id, Type = a.Type })],
            }),
        ];
    }
}
