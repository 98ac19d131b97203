using System.Globalization;
using MailAdmin.Core.Base;
using MailAdmin.Core.Service;
using Microsoft.Graph.Models;
using App = Microsoft.Graph.Models.Application;

namespace MailAdmin.Core.Apps;

/// <summary>
/// Finds the app for a text: a client ID, an object ID of the registration or of the service principal, or a display name that
/// only one app has. It reads the registration and the service principal, usually in two requests. Permissions, grants, and
/// owners aren't read; <see cref="AppDirectory"/> reads them for cmdlets that use them.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/graph/api/application-list and serviceprincipal-list ($filter by appId, id and displayName)
/// </remarks>
internal sealed class AppLookup(Session session)
{
    /// <summary>The maximum number of apps with the same name that the error describes.</summary>
    private const int MostListed = 10;

    private readonly AppDirectory _directory = new(session);

    /// <summary>Whether a text is an ID; any other text is a display name.</summary>
    /// <param name="text">The text.</param>
    public static bool IsId(string text) => Guid.TryParse(text, out _);

    /// <summary>Finds an app.</summary>
    /// <param name="app">An ID, or a display name.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>
    /// The app with its IDs and the properties of its registration, without permissions and owners; null if there is none.
    /// </returns>
    /// <exception cref="InvalidRequestException">
    /// Several apps have the name (AmbiguousApp); the message lists their IDs with their owners.
    /// </exception>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to read apps.</exception>
    /// <exception cref="ConnectionLostException">Graph couldn't be reached.</exception>
    public Task<MailAppRegistration?> FindAsync(string app, CancellationToken cancellationToken) =>
        Guid.TryParse(app, out var id) ? ByIdAsync(id.ToString(), cancellationToken) : ByNameAsync(app, cancellationToken);

    private async Task<MailAppRegistration?> ByIdAsync(string id, CancellationToken cancellationToken)
    {
        if (await FirstAsync(ByEitherId(id), cancellationToken).ConfigureAwait(false) is { } own)
        {
            return Of(own, await _directory.FindServicePrincipalAsync(own.AppId!, cancellationToken).ConfigureAwait(false));
        }

        var principals = await PrincipalsAsync(ByEitherId(id), cancellationToken).ConfigureAwait(false);
        if (principals.Count == 0)
        {
            return null;
        }

        // A service principal's ID doesn't identify the registration. A client ID was looked up above.
        var principal = principals[0];
        var isClientId = string.Equals(principal.AppId, id, StringComparison.OrdinalIgnoreCase);
        return Of(isClientId ? null : await OwnAsync(principal.AppId!, cancellationToken).ConfigureAwait(false), principal);
    }

    private async Task<MailAppRegistration?> ByNameAsync(string name, CancellationToken cancellationToken)
    {
        var byName = new OData().Equal("displayName", name);
        var apps = new List<App>();
        await foreach (var app in _directory.FindApplicationsAsync(byName, cancellationToken).ConfigureAwait(false))
        {
            apps.Add(app);
        }

        var principals = await PrincipalsAsync(byName, cancellationToken).ConfigureAwait(false);
        var clientIds = apps.Select(a => a.AppId!).Concat(principals.Select(p => p.AppId!))
            .Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        if (clientIds.Length > 1)
        {
            throw await AmbiguousAsync(name, clientIds, apps, principals, cancellationToken).ConfigureAwait(false);
        }

        return clientIds switch
        {
            [] => null,
            [var clientId] => Of(
                apps.Count > 0 ? apps[0] : await OwnAsync(clientId, cancellationToken).ConfigureAwait(false),
                principals.Count > 0
                    ? principals[0]
                    : await _directory.FindServicePrincipalAsync(clientId, cancellationToken).ConfigureAwait(false)),
            _ => null,
        };
    }

    private async Task<InvalidRequestException> AmbiguousAsync(
        string name, IReadOnlyList<string> clientIds, IReadOnlyList<App> apps, IReadOnlyList<ServicePrincipal> principals,
        CancellationToken cancellationToken)
    {
        var listed = new List<string>();
        foreach (var clientId in clientIds.Take(MostListed))
        {
            var app = apps.FirstOrDefault(a => Same(a.AppId, clientId));
            listed.Add(app is null
                ? $"{clientId} (registered in tenant {principals.First(p => Same(p.AppId, clientId)).AppOwnerOrganizationId})"
                : await DescribeAsync(app, cancellationToken).ConfigureAwait(false));
        }

        var more = clientIds.Count > MostListed ? $", and {clientIds.Count - MostListed} more" : "";
        return new InvalidRequestException(
            "AmbiguousApp", $"{clientIds.Count} apps have the name '{name}': {string.Join(", ", listed)}{more}.")
        {
            Target = name,
            Advice = "Specify the client ID of the app. Check its owners first, because every user can give an app any name.",
        };
    }

    private async Task<string> DescribeAsync(App app, CancellationToken cancellationToken)
    {
        string owners;
        try
        {
            var all = await _directory.OwnersAsync(app.Id!, cancellationToken).ConfigureAwait(false);
            owners = all.Length == 0 ? "no owners" : $"owners: {string.Join(", ", all)}";
        }
        catch (ServiceRefusedException e) when (e.HttpStatus is 401 or 403)
        {
            owners = "owners can't be read";
        }

        return string.Create(
            CultureInfo.InvariantCulture, $"{app.AppId} (registered on {app.CreatedDateTime:yyyy-MM-dd}; {owners})");
    }

    private MailAppRegistration Of(App? app, ServicePrincipal? principal)
    {
        var clientId = app?.AppId ?? principal!.AppId!;
        var secrets = app?.PasswordCredentials ?? [];
        // A secret of this session is used while the app lists it, because it can be removed elsewhere.
        var held = session.Secrets.Of(clientId) is { } made && secrets.Any(p => p.KeyId == made.KeyId) ? made : null;
        var shown = held is null
            ? secrets.MaxBy(static p => p.EndDateTime)
            : secrets.First(p => p.KeyId == held.KeyId);
        return new MailAppRegistration
        {
            Name = app?.DisplayName ?? principal?.DisplayName ?? "",
            TenantId = session.TenantId,
            ClientId = clientId,
            ApplicationObjectId = app?.Id,
            ServicePrincipalObjectId = principal?.Id,
            ClientSecret = held?.Text,
            SecretId = shown?.KeyId?.ToString(),
            SecretExpiresAt = shown?.EndDateTime?.ToUniversalTime(),
            CertificateThumbprint =
            [
                .. (app?.KeyCredentials ?? []).Select(k => k.CustomKeyIdentifier).OfType<byte[]>().Select(Convert.ToHexString),
            ],
            SignInAudience = app?.SignInAudience ?? principal?.SignInAudience,
            Recipe = RecipeTag.In(app is null ? principal?.Tags : app.Tags),
            Handle = session,
        };
    }

    private Task<App?> OwnAsync(string clientId, CancellationToken cancellationToken) =>
        FirstAsync(new OData().Equal("appId", clientId), cancellationToken);

    private async Task<App?> FirstAsync(OData filter, CancellationToken cancellationToken)
    {
        await foreach (var app in _directory.FindApplicationsAsync(filter, cancellationToken).ConfigureAwait(false))
        {
            return app;
        }

        return null;
    }

    private async Task<IReadOnlyList<ServicePrincipal>> PrincipalsAsync(OData filter, CancellationToken cancellationToken) =>
        (await session.CallGraphAsync(g => g.ServicePrincipals.GetAsync(
            r => (r.QueryParameters.Filter, r.QueryParameters.Top) = (filter.ToString(), 100),
            cancellationToken)).ConfigureAwait(false))?.Value ?? [];

    private static OData ByEitherId(string id) => new OData().Equal("appId", id).Or(new OData().Equal("id", id));

    private static bool Same(string? left, string? right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
