using System.Runtime.CompilerServices;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Base;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Service;
using Microsoft.Graph.Models;
using App = Microsoft.Graph.Models.Application;

namespace MailAdmin.Core.Apps;

/// <summary>Reads apps as the tenant has them: registration, service principal, what is requested and what is granted.</summary>
/// <remarks>
/// https://learn.microsoft.com/graph/api/resources/application, https://learn.microsoft.com/graph/api/resources/serviceprincipal
/// </remarks>
internal sealed class AppDirectory
{
    private readonly Session _session;

    /// <summary>Reads with a session.</summary>
    /// <param name="session">Signed in with Application.Read.All or more.</param>
    public AppDirectory(Session session)
    {
        _session = session;
        Catalogue = new ResourceCatalogue(session);
        Grants = new GrantList(session, Catalogue);
    }

    internal ResourceCatalogue Catalogue { get; }

    internal GrantList Grants { get; }

    /// <summary>Apps registered in this tenant by name.</summary>
    /// <param name="name">Display name, or its beginning followed by "*".</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The apps, as they arrive.</returns>
    /// <exception cref="ServiceRefusedException">The session may not read apps.</exception>
    /// <exception cref="ConnectionLostException">Graph could not be reached.</exception>
    public async IAsyncEnumerable<MailAppRegistration> FindAsync(
        string name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var app in FindApplicationsAsync(ByName(name), cancellationToken).ConfigureAwait(false))
        {
            yield return await DescribeAsync(app, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>One app by any of its ids; also an app of another tenant that has a service principal here.</summary>
    /// <param name="id">Client id, object id of the registration, or object id of the service principal.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The app; null when the tenant has none.</returns>
    /// <exception cref="ServiceRefusedException">The session may not read apps.</exception>
    /// <exception cref="ConnectionLostException">Graph could not be reached.</exception>
    public async Task<MailAppRegistration?> GetAsync(string id, CancellationToken cancellationToken)
    {
        await foreach (var app in FindApplicationsAsync(ByEitherId(id), cancellationToken).ConfigureAwait(false))
        {
            return await DescribeAsync(app, cancellationToken).ConfigureAwait(false);
        }

        var principals = await _session.CallGraphAsync(g => g.ServicePrincipals.GetAsync(
            r => r.QueryParameters.Filter = ByEitherId(id).ToString(), cancellationToken)).ConfigureAwait(false);
        if (principals?.Value?.FirstOrDefault() is not { } principal)
        {
            return null;
        }

        // An object id of the service principal may have been given for an app that is registered here after all.
        await foreach (var app in FindApplicationsAsync(
            new OData().Equal("appId", principal.AppId!), cancellationToken).ConfigureAwait(false))
        {
            return await DescribeAsync(app, cancellationToken).ConfigureAwait(false);
        }

        return new MailAppRegistration
        {
            Name = principal.DisplayName ?? "",
            TenantId = _session.TenantId,
            ClientId = principal.AppId!,
            ServicePrincipalObjectId = principal.Id,
            SignInAudience = principal.SignInAudience,
            Recipe = RecipeTag.In(principal.Tags),
            GrantedPermission = await GrantedAsync(principal.Id!, cancellationToken).ConfigureAwait(false),
            Handle = _session,
        };
    }

    /// <summary>
    /// Removes an app: its registration, and with it its service principal; of another tenant's app, the service principal.
    /// </summary>
    /// <param name="app">The app.</param>
    /// <param name="pending">What is still to be done elsewhere, for the result.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The app, its change Removed, or Unchanged when it was gone already.</returns>
    /// <remarks>
    /// https://learn.microsoft.com/graph/api/application-delete: it stays in the deleted items for 30 days and can be restored.
    /// </remarks>
    /// <exception cref="ServiceRefusedException">The session may not remove apps.</exception>
    /// <exception cref="ConnectionLostException">Graph could not be reached.</exception>
    public async Task<MailAppRegistration> RemoveAsync(
        MailAppRegistration app, IReadOnlyList<MailAdminPending> pending, CancellationToken cancellationToken)
    {
        var change = ChangeKind.Removed;
        try
        {
            await _session.CallGraphAsync(async g =>
            {
                await (app.ApplicationObjectId is { } id
                    ? g.Applications[id].DeleteAsync(cancellationToken: cancellationToken)
                    : g.ServicePrincipals[app.ServicePrincipalObjectId]
                        .DeleteAsync(cancellationToken: cancellationToken)).ConfigureAwait(false);
                return true;
            }).ConfigureAwait(false);
            _session.Note(
                new ChangeNote(
                    JournalAction.RemoveApp, app.ClientId, app.Name, app.ApplicationObjectId ?? app.ServicePrincipalObjectId));
        }
        catch (ServiceRefusedException e) when (e.HttpStatus == 404)
        {
            change = ChangeKind.Unchanged;
        }

        return new MailAppRegistration
        {
            Name = app.Name,
            TenantId = app.TenantId,
            ClientId = app.ClientId,
            ApplicationObjectId = app.ApplicationObjectId,
            ServicePrincipalObjectId = app.ServicePrincipalObjectId,
            Change = change,
            Pending = app.ApplicationObjectId is null || change == ChangeKind.Unchanged ? [.. pending]
                : [.. pending, "It can be restored for 30 days. Tokens that were issued before are good until they expire."],
            Handle = _session,
        };
    }

    internal static OData? ByName(string name) => name switch
    {
        "*" => null,
        _ when name.EndsWith('*') => new OData().StartsWith("displayName", name[..^1]),
        _ => new OData().Equal("displayName", name),
    };

    internal IAsyncEnumerable<App> FindApplicationsAsync(OData? filter, CancellationToken cancellationToken) =>
        _session.ListAsync(
            g => g.Applications.GetAsync(
                r => (r.QueryParameters.Filter, r.QueryParameters.Top) = (filter?.ToString(), 100), cancellationToken),
            page => page.Value, cancellationToken);

    /// <summary>The registration in this tenant that an id stands for.</summary>
    /// <param name="id">Client id, object id of the registration, or object id of the service principal.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidRequestException">
    /// There is none (AppNotFound), or it is in another tenant (AppOfOtherTenant).
    /// </exception>
    internal async Task<App> FindOwnAsync(string id, CancellationToken cancellationToken)
    {
        await foreach (var app in FindApplicationsAsync(ByEitherId(id), cancellationToken).ConfigureAwait(false))
        {
            return app;
        }

        var principals = await _session.CallGraphAsync(g => g.ServicePrincipals.GetAsync(
            r => r.QueryParameters.Filter = ByEitherId(id).ToString(), cancellationToken)).ConfigureAwait(false);
        if (principals?.Value?.FirstOrDefault() is not { } principal)
        {
            throw new InvalidRequestException("AppNotFound", $"There is no app with the id '{id}' in this tenant.")
            {
                Target = id,
                Advice = "Give a client id or an object id; Get-MailAppRegistration lists the apps.",
            };
        }

        var ofPrincipal = new OData().Equal("appId", principal.AppId!);
        await foreach (var app in FindApplicationsAsync(ofPrincipal, cancellationToken).ConfigureAwait(false))
        {
            return app;
        }

        throw OfOtherTenant(principal.DisplayName, principal.AppId);
    }

    internal async Task<ServicePrincipal?> FindServicePrincipalAsync(string clientId, CancellationToken cancellationToken)
    {
        var page = await _session.CallGraphAsync(g => g.ServicePrincipals.GetAsync(
            r => r.QueryParameters.Filter = new OData().Equal("appId", clientId).ToString(),
            cancellationToken)).ConfigureAwait(false);
        return page?.Value?.FirstOrDefault();
    }

    /// <summary>The app as it is now, with what a change did to it; its credentials of this session stay with it.</summary>
    internal async Task<MailAppRegistration> RereadAsync(
        MailAppRegistration app, ChangeKind change, IReadOnlyList<MailAdminPending> pending,
        CancellationToken cancellationToken) =>
        Copy(app, change, pending,
            granted: await GrantedAsync(app.ServicePrincipalObjectId!, cancellationToken).ConfigureAwait(false));

    /// <summary>
    /// The app with what a change did to it. Nothing is read: who may change credentials need not be allowed to read grants.
    /// </summary>
    internal MailAppRegistration Copy(
        MailAppRegistration app, ChangeKind change, IReadOnlyList<MailAdminPending> pending,
        MailAppPermission[]? granted = null, PasswordCredential? secret = null, X509Certificate2? certificate = null,
        MailAppPermission[]? requested = null, SecureString? held = null) => new()
        {
            Name = app.Name,
            TenantId = app.TenantId,
            ClientId = app.ClientId,
            ApplicationObjectId = app.ApplicationObjectId,
            ServicePrincipalObjectId = app.ServicePrincipalObjectId,
            ClientSecret = secret is null ? app.ClientSecret ?? held : Keep(app.ClientId, secret),
            SecretId = secret is null ? app.SecretId : secret.KeyId?.ToString(),
            SecretExpiresAt = secret is null ? app.SecretExpiresAt : secret.EndDateTime?.ToUniversalTime(),
            CertificateThumbprint = certificate is null || app.CertificateThumbprint.Contains(certificate.Thumbprint)
                ? app.CertificateThumbprint : [.. app.CertificateThumbprint, certificate.Thumbprint],
            Certificate = certificate is { HasPrivateKey: true } ? certificate : app.Certificate,
            SignInAudience = app.SignInAudience,
            Recipe = app.Recipe,
            RedirectUri = app.RedirectUri,
            Owner = app.Owner,
            RequestedPermission = requested ?? app.RequestedPermission,
            GrantedPermission = granted ?? app.GrantedPermission,
            Change = change,
            Pending = [.. pending],
            Handle = _session,
        };

    /// <summary>The registration as it is now.</summary>
    /// <param name="app">The app.</param>
    /// <param name="select">Properties to read; null for those that the service returns by itself.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidRequestException">The app is registered in another tenant.</exception>
    internal Task<App> ReadApplicationAsync(MailAppRegistration app, string[]? select, CancellationToken cancellationToken)
    {
        var id = OwnId(app);
        return Replication.WhenVisibleAsync(_session.Wire, "The app registration",
            async () => (await _session.CallGraphAsync(g => g.Applications[id].GetAsync(
            r => r.QueryParameters.Select = select ?? r.QueryParameters.Select, cancellationToken)).ConfigureAwait(false))!,
            cancellationToken);
    }

    /// <summary>Object id of an app's registration.</summary>
    /// <param name="app">The app.</param>
    /// <returns>The id.</returns>
    /// <exception cref="InvalidRequestException">The app is registered in another tenant, which alone has its
    /// credentials.</exception>
    public static string OwnId(MailAppRegistration app) => app.ApplicationObjectId ?? throw OfOtherTenant(app.Name, app.ClientId);

    private static InvalidRequestException OfOtherTenant(string? name, string? clientId) =>
        new("AppOfOtherTenant", $"The app '{name}' is registered in another tenant; its credentials are there.")
        {
            Target = clientId,
            Advice = "Ask the app's publisher.",
        };

    internal async Task<MailAppRegistration> DescribeAsync(
        App app, CancellationToken cancellationToken, Made? made = null)
    {
        var principal = made?.Principal ?? await FindServicePrincipalAsync(app.AppId!, cancellationToken).ConfigureAwait(false);
        var newest = made?.Secret ?? (app.PasswordCredentials ?? []).MaxBy(p => p.EndDateTime);
        return new MailAppRegistration
        {
            Name = app.DisplayName ?? "",
            TenantId = _session.TenantId,
            ClientId = app.AppId!,
            ApplicationObjectId = app.Id,
            ServicePrincipalObjectId = principal?.Id,
            ClientSecret = made?.Secret is { } secret ? Keep(app.AppId!, secret) : null,
            SecretId = newest?.KeyId?.ToString(),
            SecretExpiresAt = newest?.EndDateTime?.ToUniversalTime(),
            CertificateThumbprint = [.. (app.KeyCredentials ?? []).Select(k => k.CustomKeyIdentifier).OfType<byte[]>()
                .Select(Convert.ToHexString)],
            Certificate = made?.Certificate,
            SignInAudience = app.SignInAudience,
            Recipe = RecipeTag.In(app.Tags),
            RedirectUri = RedirectUris.Read(app),
            Owner = await OwnersAsync(app.Id!, cancellationToken).ConfigureAwait(false),
            RequestedPermission = await RequestedAsync(app, cancellationToken).ConfigureAwait(false),
            GrantedPermission = principal is null
                ? []
                : await GrantedAsync(principal.Id!, cancellationToken).ConfigureAwait(false),
            Change = made?.Change,
            Handle = _session,
        };
    }

    internal async Task<MailAppPermission[]> RequestedAsync(App app, CancellationToken cancellationToken)
    {
        var permissions = new List<MailAppPermission>();
        foreach (var access in app.RequiredResourceAccess ?? [])
        {
            var resource = await Catalogue.ByAppIdAsync(access.ResourceAppId!, cancellationToken).ConfigureAwait(false);
            permissions.AddRange((access.ResourceAccess ?? []).Select(a => Catalogue.Describe(
                resource, a.Id.ToString()!, a.Type == "Role" ? PermissionKind.Application : PermissionKind.Delegated)));
        }

        return [.. permissions];
    }

    internal async Task<MailAppPermission[]> GrantedAsync(string servicePrincipalId, CancellationToken cancellationToken) =>
        [.. (await Grants.ReadAsync(servicePrincipalId, cancellationToken).ConfigureAwait(false)).Select(g => g.Permission)
            .Distinct()];

    /// <remarks>https://learn.microsoft.com/graph/api/application-list-owners</remarks>
    internal async Task<string[]> OwnersAsync(string applicationId, CancellationToken cancellationToken)
    {
        var owners = await Replication.WhenVisibleAsync(_session.Wire, "The app registration", () => _session.ListAllAsync(
            g => g.Applications[applicationId].Owners.GetAsync(cancellationToken: cancellationToken),
            page => page.Value, cancellationToken), cancellationToken).ConfigureAwait(false);
        return [.. owners.Select(o => o switch
        {
            User user => user.UserPrincipalName ?? user.Id!,
            ServicePrincipal principal => principal.DisplayName ?? principal.Id!,
            _ => o.Id!,
        })];
    }

    /// <summary>
    /// Closes the text of a secret that was just made. The session knows it from then on: the service never tells it again.
    /// </summary>
    private SecureString? Keep(string clientId, PasswordCredential secret)
    {
        if (secret.SecretText is not { } text)
        {
            return null;
        }

        var closed = Secret.Close(text);
        _session.Secrets[clientId] = closed;
        return closed;
    }

    private static OData ByEitherId(string id) => new OData().Equal("appId", id).Or(new OData().Equal("id", id));

    /// <summary>What a provisioning run made, where it did.</summary>
    internal sealed record Made(
        ServicePrincipal Principal, PasswordCredential? Secret, X509Certificate2? Certificate,
        ChangeKind Change);
}
