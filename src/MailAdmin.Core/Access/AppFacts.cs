using System.Text.Json.Nodes;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Access;

/// <summary>
/// Reads the data of Entra and Exchange about an app, except mailbox permissions. Each part is read on first use and cached.
/// After a change, call <see cref="Forget"/>, so that the next read verifies the change.
/// </summary>
/// <param name="session">
/// Signed in with Exchange.ManageAsApp, Application.Read.All, and a role that can read Exchange's configuration.
/// </param>
/// <param name="app">The app.</param>
/// <param name="granted">The permissions granted in Entra, if they were just read; null to read them.</param>
internal sealed class AppFacts(
    Session session, MailAppRegistration app, IReadOnlyList<MailAppPermission>? granted = null)
{
    private readonly Dictionary<string, ExchangeObject?> _scopes = new(StringComparer.OrdinalIgnoreCase);
    private IReadOnlyList<MailAppPermission>? _granted = granted;
    private IReadOnlyList<ExchangeObject>? _assignments;
    private IReadOnlyList<ExchangeObject>? _policies;
    private ExchangePrincipal? _principal;
    private bool _hasPrincipal;

    /// <summary>The app.</summary>
    public MailAppRegistration App => app;

    /// <summary>The name of an app's management scope: at most 64 characters.</summary>
    public static string ScopeName(string clientId) => $"MailAdmin {clientId}";

    /// <summary>Clears the cache.</summary>
    public void Forget()
    {
        (_granted, _assignments, _policies, _principal, _hasPrincipal) = (null, null, null, null, false);
        _scopes.Clear();
    }

    /// <summary>The permissions granted in Entra: application permissions, and delegated ones.</summary>
    public async Task<IReadOnlyList<MailAppPermission>> PermissionsAsync(CancellationToken cancellationToken) =>
        _granted ??= [.. (await GrantsAsync(cancellationToken).ConfigureAwait(false)).Select(g => g.Permission)];

    /// <summary>The same permissions with the IDs that are required to remove them. They're always read again.</summary>
    public async Task<IReadOnlyList<Grant>> GrantsAsync(CancellationToken cancellationToken) =>
        app.ServicePrincipalObjectId is { } id
        ? await new AppDirectory(session).Grants.ReadAsync(id, cancellationToken).ConfigureAwait(false)
        : [];

    /// <summary>Exchange's pointer to the app; null if Exchange doesn't have it.</summary>
    public async Task<ExchangePrincipal?> PrincipalAsync(CancellationToken cancellationToken)
    {
        if (!_hasPrincipal)
        {
            _principal = await new ServicePrincipalRegistry(session)
                .FindAsync(app.ClientId, cancellationToken).ConfigureAwait(false);
            _hasPrincipal = true;
        }

        return _principal;
    }

    /// <summary>The role assignments of the app; none if Exchange doesn't have it.</summary>
    public async Task<IReadOnlyList<ExchangeObject>> AssignmentsAsync(CancellationToken cancellationToken) =>
        _assignments ??= await PrincipalAsync(cancellationToken).ConfigureAwait(false) is { } principal
            ? await RoleAssignments.OfAsync(session, principal, cancellationToken).ConfigureAwait(false)
            : [];

    /// <summary>The app's own management scope; null if it has none.</summary>
    public Task<ExchangeObject?> ScopeAsync(CancellationToken cancellationToken) =>
        ScopeAsync(ScopeName(app.ClientId), cancellationToken);

    /// <summary>Returns a management scope; null if it doesn't exist.</summary>
    public async Task<ExchangeObject?> ScopeAsync(string name, CancellationToken cancellationToken)
    {
        if (!_scopes.TryGetValue(name, out var scope))
        {
            var found = await session.Exchange.GetAsync(
                "Get-ManagementScope", new JsonObject { ["Identity"] = name }, cancellationToken).ConfigureAwait(false);
            _scopes[name] = scope = found.FirstOrDefault();
        }

        return scope;
    }

    /// <summary>A management scope that was read before; null if it wasn't, or doesn't exist.</summary>
    public ExchangeObject? KnownScope(string name) => _scopes.GetValueOrDefault(name);

    /// <summary>The application access policies that are about the app, or about all.</summary>
    public async Task<IReadOnlyList<ExchangeObject>> PoliciesAsync(CancellationToken cancellationToken) =>
        _policies ??=
        [
            .. (await session.Exchange.GetAsync("Get-ApplicationAccessPolicy", [], cancellationToken).ConfigureAwait(false))
                .Where(p => p.Is(app.ClientId, "AppId") || p.Is("*", "AppId")),
        ];
}
