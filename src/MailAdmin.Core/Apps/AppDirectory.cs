using System.Runtime.CompilerServices;
using MailAdmin.Core.Base;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Service;
using Microsoft.Graph.Models;
using App = Microsoft.Graph.Models.Application;

namespace MailAdmin.Core.Apps;

/// <summary>
/// Reads apps from the tenant: registration, service principal, requested permissions, and granted permissions.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/graph/api/resources/application, https://learn.microsoft.com/graph/api/resources/serviceprincipal
/// </remarks>
internal sealed partial class AppDirectory
{
    private readonly Session _session;

    /// <summary>Reads with a session.</summary>
    /// <param name="session">Signed in with Application.Read.All or more.</param>
    public AppDirectory(Session session)
    {
        _session = session;
        Catalog = new ResourceCatalog(session);
        Grants = new GrantList(session, Catalog);
    }

    internal ResourceCatalog Catalog { get; }

    internal GrantList Grants { get; }

    /// <summary>Apps registered in this tenant by name.</summary>
    /// <param name="name">Display name, or its beginning followed by "*".</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The apps, as they arrive.</returns>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to read apps.</exception>
    /// <exception cref="ConnectionLostException">Graph couldn't be reached.</exception>
    public async IAsyncEnumerable<MailAppRegistration> FindAsync(
        string name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var app in FindApplicationsAsync(ByName(name), cancellationToken).ConfigureAwait(false))
        {
            yield return await DescribeAsync(app, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Returns an app by any of its IDs, including an app of another tenant with a service principal in this one.
    /// </summary>
    /// <param name="id">Client ID, object ID of the registration, or object ID of the service principal.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The app; null when the tenant has none.</returns>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to read apps.</exception>
    /// <exception cref="ConnectionLostException">Graph couldn't be reached.</exception>
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

        // The object ID can be that of the service principal of an app that is registered in this tenant.
        await foreach (var app in FindApplicationsAsync(
            new OData().Equal("appId", principal.AppId!), cancellationToken).ConfigureAwait(false))
        {
            return await DescribeAsync(app, cancellationToken).ConfigureAwait(false);
        }

        return Describe(principal.DisplayName ?? "", principal.AppId!, null, principal.Id) with
        {
            SignInAudience = principal.SignInAudience,
            Recipe = RecipeTag.In(principal.Tags),
            GrantedPermission = await GrantedAsync(principal.Id!, cancellationToken).ConfigureAwait(false),
        };
    }

    /// <summary>
    /// Removes an app: its registration, and with it its service principal; of another tenant's app, the service principal.
    /// </summary>
    /// <param name="app">The app.</param>
    /// <param name="pending">The pending work, for the result.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The app: Removed, or Unchanged if it didn't exist anymore.</returns>
    /// <remarks>
    /// https://learn.microsoft.com/graph/api/application-delete: it can be restored from the deleted items for 30 days.
    /// </remarks>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to remove apps.</exception>
    /// <exception cref="ConnectionLostException">Graph couldn't be reached.</exception>
    public async Task<MailAppRegistration> RemoveAsync(
        MailAppRegistration app, IReadOnlyList<MailAdminPending> pending, CancellationToken cancellationToken)
    {
        var change = ChangeKind.Removed;
        try
        {
            await _session.ChangeAsync(
                new ChangeNote(
                    JournalAction.RemoveApp, app.ClientId, app.Name, app.ApplicationObjectId ?? app.ServicePrincipalObjectId),
                g => app.ApplicationObjectId is { } id
                    ? g.Applications[id].DeleteAsync(cancellationToken: cancellationToken)
                    : g.ServicePrincipals[app.ServicePrincipalObjectId].DeleteAsync(
                        cancellationToken: cancellationToken)).ConfigureAwait(false);
        }
        catch (ServiceRefusedException e) when (e.Code == GraphCodes.RequestResourceNotFound)
        {
            change = ChangeKind.Unchanged;
        }

        if (change == ChangeKind.Removed && !await IsGoneAsync(app, cancellationToken).ConfigureAwait(false))
        {
            (change, pending) = (ChangeKind.Pending, [.. pending, ReadBack.NotSeen]);
        }

        return Describe(app.Name, app.ClientId, app.ApplicationObjectId, app.ServicePrincipalObjectId) with
        {
            Change = change,
            Pending = app.ApplicationObjectId is null || change != ChangeKind.Removed ? [.. pending]
                : [.. pending, "The app can be restored for 30 days. Existing tokens stay valid until they expire."],
        };
    }

    private Task<bool> IsGoneAsync(MailAppRegistration app, CancellationToken cancellationToken) => _session.IsGoneAsync(
        "The removal of the app",
        ct => _session.CallGraphAsync<object?>(async g => app.ApplicationObjectId is { } id
            ? await g.Applications[id].GetAsync(r => r.QueryParameters.Select = ["id"], ct).ConfigureAwait(false)
            : await g.ServicePrincipals[app.ServicePrincipalObjectId].GetAsync(
                r => r.QueryParameters.Select = ["id"], ct).ConfigureAwait(false)),
        cancellationToken);

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

    /// <summary>Returns the registration in this tenant for an ID.</summary>
    /// <param name="id">Client ID, object ID of the registration, or object ID of the service principal.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="InvalidRequestException">
    /// The app wasn't found (AppNotFound), or is in another tenant (AppOfOtherTenant).
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
            throw new InvalidRequestException("AppNotFound", $"No app with the ID '{id}' was found in this tenant.")
            {
                Target = id,
                Advice = "Specify a client ID or an object ID. To list the apps, run Get-MailAppRegistration.",
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

    /// <summary>The registration as it is now.</summary>
    /// <param name="app">The app.</param>
    /// <param name="select">Properties to read; null for those that the service returns by itself.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="InvalidRequestException">The app is registered in another tenant.</exception>
    internal Task<App> ReadApplicationAsync(MailAppRegistration app, string[]? select, CancellationToken cancellationToken)
    {
        var id = OwnId(app);
        return Replication.WhenVisibleAsync(_session.Wire, "The app registration",
            async () => (await _session.CallGraphAsync(g => g.Applications[id].GetAsync(
            r => r.QueryParameters.Select = select ?? r.QueryParameters.Select, cancellationToken)).ConfigureAwait(false))!,
            cancellationToken);
    }

    /// <summary>Object ID of an app's registration.</summary>
    /// <param name="app">The app.</param>
    /// <returns>The id.</returns>
    /// <exception cref="InvalidRequestException">The app is registered in another tenant, which has its credentials.</exception>
    public static string OwnId(MailAppRegistration app) => app.ApplicationObjectId ?? throw OfOtherTenant(app.Name, app.ClientId);

    private static InvalidRequestException OfOtherTenant(string? name, string? clientId) =>
        new("AppOfOtherTenant", $"The credentials of the app '{name}' are in another tenant, where it is registered.")
        {
            Target = clientId,
            Advice = "Contact the publisher of the app.",
        };

    private static OData ByEitherId(string id) => new OData().Equal("appId", id).Or(new OData().Equal("id", id));
}
