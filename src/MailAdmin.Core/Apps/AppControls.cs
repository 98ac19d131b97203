using MailAdmin.Core.Journal;
using MailAdmin.Core.Service;
using Microsoft.Graph.Applications.Item.RemovePassword;
using Microsoft.Graph.Models;
using App = Microsoft.Graph.Models.Application;

namespace MailAdmin.Core.Apps;

/// <summary>
/// Reads who can act as an app or change it: owners of the registration and of the service principal, secrets and certificates,
/// federated credentials, and credentials on the service principal.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/graph/api/application-list-owners, serviceprincipal-list-owners,
/// application-list-federatedidentitycredentials and serviceprincipal-removepassword
/// </remarks>
/// <param name="session">Signed in with Application.Read.All; Application.ReadWrite.All to remove.</param>
internal sealed class AppControls(Session session)
{
    /// <summary>Reads all of them.</summary>
    /// <param name="app">The registration, with its credentials.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to read one of them.</exception>
    public async Task<IReadOnlyList<AppControl>> ReadAsync(App app, CancellationToken cancellationToken)
    {
        var owners = await session.ListAllAsync(
            g => g.Applications[app.Id].Owners.GetAsync(cancellationToken: cancellationToken), page => page.Value,
            cancellationToken).ConfigureAwait(false);
        var workloads = await session.ListAllAsync(
            g => g.Applications[app.Id].FederatedIdentityCredentials.GetAsync(cancellationToken: cancellationToken),
            page => page.Value, cancellationToken).ConfigureAwait(false);
        var principal = await new AppDirectory(session)
            .FindServicePrincipalAsync(app.AppId!, cancellationToken).ConfigureAwait(false);
        var ofPrincipal = principal is null ? [] : await session.ListAllAsync(
            g => g.ServicePrincipals[principal.Id].Owners.GetAsync(cancellationToken: cancellationToken), page => page.Value,
            cancellationToken).ConfigureAwait(false);
        return Of(app, owners, workloads, principal, ofPrincipal);
    }

    /// <summary>Reads those of every app of the tenant, by three lists.</summary>
    /// <remarks>
    /// An expanded relationship returns at most 20 objects, and a request can expand one:
    /// https://learn.microsoft.com/graph/query-parameters#expand-parameter. Such a page has at most 100 objects, so no page size
    /// is requested.
    /// </remarks>
    /// <returns>By client ID.</returns>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to read one of the lists.</exception>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<AppControl>>> ReadAllAsync(CancellationToken cancellationToken)
    {
        var owned = await ApplicationsAsync(
            ["id", "appId", "displayName", "passwordCredentials", "keyCredentials"], "owners", cancellationToken)
            .ConfigureAwait(false);
        var federated = (await ApplicationsAsync(["id", "appId"], "federatedIdentityCredentials", cancellationToken)
            .ConfigureAwait(false)).ToLookup(a => a.AppId!, StringComparer.OrdinalIgnoreCase);
        var principals = (await session.ListAllAsync(
            g => g.ServicePrincipals.GetAsync(
                r => (r.QueryParameters.Select, r.QueryParameters.Expand) =
                    (["id", "appId", "displayName", "passwordCredentials", "keyCredentials"], ["owners"]), cancellationToken),
            page => page.Value, cancellationToken).ConfigureAwait(false))
            .ToLookup(p => p.AppId ?? "", StringComparer.OrdinalIgnoreCase);
        var apps = owned.ToLookup(a => a.AppId!, StringComparer.OrdinalIgnoreCase);
        return apps.Select(a => a.Key).Union(principals.Select(p => p.Key), StringComparer.OrdinalIgnoreCase)
            .ToDictionary(id => id, Of, StringComparer.OrdinalIgnoreCase);

        IReadOnlyList<AppControl> Of(string clientId)
        {
            var (app, principal) = (apps[clientId].FirstOrDefault(), principals[clientId].FirstOrDefault());
            return this.Of(
                app, app?.Owners, federated[clientId].FirstOrDefault()?.FederatedIdentityCredentials, principal,
                principal?.Owners);
        }
    }

    private Task<IReadOnlyList<App>> ApplicationsAsync(string[] select, string expand, CancellationToken cancellationToken) =>
        session.ListAllAsync(
            g => g.Applications.GetAsync(
                r => (r.QueryParameters.Select, r.QueryParameters.Expand) = (select, [expand]), cancellationToken),
            page => page.Value, cancellationToken);

    private IReadOnlyList<AppControl> Of(
        App? app, IEnumerable<DirectoryObject>? owners, IEnumerable<FederatedIdentityCredential>? workloads,
        ServicePrincipal? principal, IEnumerable<DirectoryObject>? ofPrincipal) =>
        [
            .. (owners ?? []).Where(o => !IsSelf(o)).Select(o => Owner(AppControlKind.Owner, o)),
            .. (ofPrincipal ?? []).Where(o => !IsSelf(o)).Select(o => Owner(AppControlKind.PrincipalOwner, o)),
            .. Secrets(AppControlKind.Secret, app?.PasswordCredentials),
            .. Certificates(AppControlKind.Certificate, app?.KeyCredentials),
            .. (workloads ?? []).Select(w => new AppControl(
                AppControlKind.FederatedCredential, w.Id!, w.Name ?? "", $" ({w.Subject} of {w.Issuer})")),
            .. Secrets(AppControlKind.PrincipalSecret, principal?.PasswordCredentials),
            .. Certificates(AppControlKind.PrincipalCertificate, principal?.KeyCredentials),
        ];

    /// <summary>Reads those that weren't created or accepted from here.</summary>
    /// <param name="app">The registration, with its credentials.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to read one of them.</exception>
    public async Task<IReadOnlyList<AppControl>> UnknownAsync(App app, CancellationToken cancellationToken)
    {
        var all = await ReadAsync(app, cancellationToken).ConfigureAwait(false);
        return Unknown(all, (session.Journal.IsOwn() ? session.Journal.Read() : []).Where(c => Same(c.ClientId, app.AppId)));
    }

    /// <summary>Those of an app that weren't created or accepted from here.</summary>
    /// <param name="all">All of the app.</param>
    /// <param name="changes">The app's changes in the journal.</param>
    public static IReadOnlyList<AppControl> Unknown(IReadOnlyList<AppControl> all, IEnumerable<MailAdminChange> changes)
    {
        var noted = changes.ToArray();
        return [.. all.Where(control => !Array.Exists(noted, change => IsNoted(change, control)))];
    }

    /// <summary>Takes one away.</summary>
    /// <param name="app">The registration.</param>
    /// <param name="control">One that <see cref="ReadAsync"/> found.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to remove it.</exception>
    public Task RemoveAsync(App app, AppControl control, CancellationToken cancellationToken) =>
        control.Kind is AppControlKind.PrincipalSecret or AppControlKind.PrincipalCertificate
            ? PrincipalLock.WithoutAsync(session, app, () => TakeAsync(app, control, cancellationToken), cancellationToken)
            : TakeAsync(app, control, cancellationToken);

    private async Task TakeAsync(App app, AppControl control, CancellationToken cancellationToken)
    {
        var directory = new AppDirectory(session);
        var principal = control.Kind is AppControlKind.PrincipalOwner or AppControlKind.PrincipalSecret
            or AppControlKind.PrincipalCertificate
            ? await directory.FindServicePrincipalAsync(app.AppId!, cancellationToken).ConfigureAwait(false)
            : null;
        var action = control.Kind switch
        {
            AppControlKind.Owner or AppControlKind.PrincipalOwner => JournalAction.RemoveOwner,
            AppControlKind.FederatedCredential => JournalAction.RemoveFederatedCredential,
            AppControlKind.Secret or AppControlKind.PrincipalSecret => JournalAction.RemoveSecret,
            _ => JournalAction.RemoveCertificate,
        };
        await session.ChangeAsync(new ChangeNote(action, app.AppId, app.DisplayName ?? "", $"{control}"), async graph =>
        {
            var (ofApp, ofPrincipal) = (graph.Applications[app.Id], graph.ServicePrincipals[principal?.Id ?? ""]);
            await (control.Kind switch
            {
                AppControlKind.Owner => ofApp.Owners[control.Id].Ref.DeleteAsync(cancellationToken: cancellationToken),
                AppControlKind.PrincipalOwner =>
                    ofPrincipal.Owners[control.Id].Ref.DeleteAsync(cancellationToken: cancellationToken),
                AppControlKind.Secret => ofApp.RemovePassword.PostAsync(
                    new RemovePasswordPostRequestBody { KeyId = Guid.Parse(control.Id) }, cancellationToken: cancellationToken),
                AppControlKind.PrincipalSecret => ofPrincipal.RemovePassword.PostAsync(
                    new Microsoft.Graph.ServicePrincipals.Item.RemovePassword.RemovePasswordPostRequestBody
                    {
                        KeyId = Guid.Parse(control.Id),
                    }, cancellationToken: cancellationToken),
                AppControlKind.FederatedCredential =>
                    ofApp.FederatedIdentityCredentials[control.Id].DeleteAsync(cancellationToken: cancellationToken),
                AppControlKind.PrincipalCertificate => ofPrincipal.PatchAsync(
                    new ServicePrincipal { KeyCredentials = Without(principal?.KeyCredentials, control) },
                    cancellationToken: cancellationToken),
                // Other entries of the list might have been removed since it was read.
                _ => WithoutCertificateAsync(),
            }).ConfigureAwait(false);

            async Task WithoutCertificateAsync()
            {
                var now = await ofApp.GetAsync(
                    r => r.QueryParameters.Select = KeyCredentials.Select, cancellationToken).ConfigureAwait(false);
                await ofApp.PatchAsync(
                    new App { KeyCredentials = Without(now?.KeyCredentials, control) },
                    cancellationToken: cancellationToken).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
    }

    private static List<KeyCredential> Without(List<KeyCredential>? keys, AppControl control) =>
        [.. (keys ?? []).Where(k => !Same(k.KeyId?.ToString(), control.Id))];

    /// <summary>The signed-in account, which is allowed to do all of this anyway.</summary>
    private bool IsSelf(DirectoryObject owner) => owner switch
    {
        User user => Same(user.UserPrincipalName, session.Account),
        ServicePrincipal principal => Same(principal.AppId, session.ClientId),
        _ => false,
    };

    /// <summary>The journal has the name of an owner that was added, and the ID or thumbprint of a credential.</summary>
    private static bool IsNoted(MailAdminChange change, AppControl control) =>
        (JournalAction.AcceptControl.Is(change) && control.Is(change.Target))
        || (control.Kind == AppControlKind.Owner && JournalAction.AddOwner.Is(change) && Same(change.After, control.Name))
        || (control.Kind is AppControlKind.Secret or AppControlKind.Certificate
            && (JournalAction.NewSecret.Is(change) || JournalAction.NewCertificate.Is(change)
                || JournalAction.ChangeApp.Is(change))
            && change.After is { } after && NamesOf(control).Any(n => after.Contains(n, StringComparison.OrdinalIgnoreCase)));

    private static IEnumerable<string> NamesOf(AppControl control) =>
        new[] { control.Id, control.Kind == AppControlKind.Certificate ? control.Name : "" }.Where(n => n.Length > 0);

    private static AppControl Owner(AppControlKind kind, DirectoryObject owner) => new(kind, owner.Id!, owner switch
    {
        User user => user.UserPrincipalName ?? user.Id!,
        ServicePrincipal principal => principal.DisplayName ?? principal.Id!,
        _ => owner.Id!,
    }, "");

    private static IEnumerable<AppControl> Secrets(AppControlKind kind, List<PasswordCredential>? secrets) =>
        (secrets ?? []).Select(s => AppControl.Credential(kind, s.KeyId, s.DisplayName, s.StartDateTime, s.EndDateTime));

    // A certificate is noted by its thumbprint.
    private static IEnumerable<AppControl> Certificates(AppControlKind kind, List<KeyCredential>? keys) =>
        (keys ?? []).Select(k => AppControl.Credential(
            kind, k.KeyId, k.CustomKeyIdentifier is { } thumbprint ? Convert.ToHexString(thumbprint) : k.DisplayName,
            k.StartDateTime, k.EndDateTime));

    private static bool Same(string? left, string? right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
