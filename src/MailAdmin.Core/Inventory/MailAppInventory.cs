using MailAdmin.Core.Access;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Inventory;

/// <summary>
/// Finds every app in the tenant that can access mail. Reads lists of the whole tenant from Entra and Exchange, never app by app.
/// Data that this session can't read is reported as unknown.
/// </summary>
internal sealed class MailAppInventory
{
    private readonly Session _session;

    /// <summary>Reads with a session.</summary>
    /// <param name="session">
    /// Signed in with Directory.Read.All; to read Exchange, also with Exchange.ManageAsApp and a role that can read its
    /// configuration.
    /// </param>
    public MailAppInventory(Session session) => _session = session;

    /// <param name="mailbox">Only apps that reach this mailbox, or may reach it, by any address or ID; null for all.</param>
    /// <param name="withMailboxRights">Whether rights on mailboxes are read, which takes two requests for ten mailboxes.</param>
    /// <returns>The apps, and what couldn't be read.</returns>
    /// <exception cref="InvalidRequestException">The mailbox wasn't found.</exception>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to read apps.</exception>
    /// <exception cref="ConnectionLostException">The service couldn't be reached.</exception>
    public async Task<InventoryReading> ReadAsync(string? mailbox, bool withMailboxRights, CancellationToken cancellationToken)
    {
        var unknown = new List<string>();
        async Task<IReadOnlyList<T>> TryAsync<T>(string what, Func<Task<IReadOnlyList<T>>> read)
        {
            return await Allowed.TryAsync(read, e =>
            {
                unknown.Add($"Unknown: {what}. {e.Message}");
                return [];
            }).ConfigureAwait(false);
        }

        var entra = new EntraInventory(_session);
        var apps = await entra.AppsAsync(cancellationToken).ConfigureAwait(false);
        var grants = (await entra.ApplicationGrantsAsync(cancellationToken).ConfigureAwait(false)).ToList();
        grants.AddRange(
            await TryAsync(
                "delegated permissions",
                () => entra.DelegatedGrantsAsync(cancellationToken)).ConfigureAwait(false));
        var isComplete = unknown.Count == 0;
        var exchange = await ExchangeInventory.ReadAsync(_session, withMailboxRights, cancellationToken).ConfigureAwait(false);
        var credentials = (await TryAsync("credentials of apps", () => CredentialsAsync(cancellationToken)).ConfigureAwait(false))
            .ToLookup(c => c.ClientId, StringComparer.OrdinalIgnoreCase);
        var controls = await Allowed.TryAsync(
            async () => (IReadOnlyDictionary<string, IReadOnlyList<AppControl>>?)await new AppControls(_session)
                .ReadAllAsync(cancellationToken).ConfigureAwait(false),
            e =>
            {
                unknown.Add($"Unknown: owners and federated credentials of apps. {e.Message}");
                return null;
            }).ConfigureAwait(false);
        var used = await CredentialActivity.OfAppsAsync(_session, cancellationToken).ConfigureAwait(false);
        if (used is null)
        {
            unknown.Add("Unknown: the last sign-ins of apps. The service doesn't return them to this session.");
        }

        unknown.AddRange(entra.Missing);
        unknown.AddRange(exchange.Unknown);
        var address = mailbox is null || exchange.Recipients is null
            ? mailbox
            : exchange.Recipients.AddressOf(mailbox) ?? throw MailboxLookup.Unknown(mailbox);
        var protocols = await ProtocolsAsync(unknown, cancellationToken).ConfigureAwait(false);
        var origin = AppOrigin.Reader(_session, exchange.Principals);
        var found = Find(apps, grants, exchange)
            .Select(f => Describe(
                f, exchange, credentials, used, controls?.GetValueOrDefault(f.ClientId), origin(f.ClientId, f.Name),
                protocols, unknown))
            .Where(a => a.Access.Length > 0
                && (address is null || exchange.Roles is null || a.Access.Any(p => p.LeadsTo(address) != false)))
            .OrderByDescending(a => a.Reach).ThenBy(a => a.App, StringComparer.OrdinalIgnoreCase)
            .ThenBy(a => a.ClientId, StringComparer.Ordinal);
        var tenant = protocols is null ? [] : TenantFindings.Of(
            protocols, await BasicSmtpUse.ReadAsync(_session, cancellationToken).ConfigureAwait(false),
            _session.Wire.Time.GetUtcNow());
        return new InventoryReading(
            [.. found.Select(a => a with { TenantFinding = [.. tenant] })], exchange.Recipients is null
                ? null
                : [.. exchange.Recipients.All.Order(StringComparer.OrdinalIgnoreCase)], unknown)
        {
            IsAccessComplete = isComplete && exchange.Unknown.Count == 0,
            Tenant = tenant,
        };
    }

    private sealed record Found(TenantApp? App, string ClientId, string Name, IReadOnlyList<MailGrant> Grants);

    /// <summary>Returns the apps with mail permissions in Entra, and those with a service principal in Exchange.</summary>
    private static IEnumerable<Found> Find(
        IReadOnlyDictionary<string, TenantApp> apps, IReadOnlyList<MailGrant> grants, ExchangeInventory exchange)
    {
        var byApp = grants.ToLookup(g => g.AppObjectId, StringComparer.OrdinalIgnoreCase);
        var clients = apps.Values.ToLookup(a => a.ClientId, StringComparer.OrdinalIgnoreCase);
        var registered = (exchange.Principals ?? []).DistinctBy(p => p.AppId, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(p => p.AppId, StringComparer.OrdinalIgnoreCase);
        foreach (var app in apps.Values.Where(a => byApp.Contains(a.Id) || registered.ContainsKey(a.ClientId)))
        {
            yield return new Found(app, app.ClientId, app.Name, [.. byApp[app.Id]]);
        }

        foreach (var (clientId, pointer) in registered.Where(r => !clients.Contains(r.Key)))
        {
            yield return new Found(null, clientId, pointer.DisplayName.Length > 0 ? pointer.DisplayName : clientId, []);
        }
    }

    private MailAppAccess Describe(
        Found found, ExchangeInventory exchange, ILookup<string, MailAppCredential> credentials,
        IReadOnlyDictionary<string, DateTimeOffset>? used, IReadOnlyList<AppControl>? controls, AppOrigin origin,
        TenantProtocols? protocols, IReadOnlyList<string> unknown)
    {
        var paths = new AccessPathBuilder(found.ClientId, found.App?.Id, exchange);
        var access = paths.Of(found.Grants);
        var widest = access.Select(a => a.Reach).DefaultIfEmpty().Max();
        MailAppCredential[] own = [.. credentials[found.ClientId]];
        var app = new MailAppAccess
        {
            App = found.Name,
            ClientId = found.ClientId,
            TenantId = _session.TenantId,
            ServicePrincipalObjectId = found.App?.Id,
            IsOwn = found.App?.OwnerTenantId is { } owner
                ? owner.Equals(_session.TenantId, StringComparison.OrdinalIgnoreCase)
                : null,
            IsEnabled = found.App?.IsEnabled,
            Kind = found.App?.Kind,
            // If roles couldn't be read, limited access might be wider.
            Reach = exchange.Roles is null && widest < MailReach.Unknown ? MailReach.Unknown : widest,
            Access = access,
            Credential = own,
            Control = controls is null ? null : [.. controls.Select(c => $"{c}")],
            CredentialExpiresAt = own.Select(c => c.ExpiresAt).Max(),
            LastSignInAt = used is not null && used.TryGetValue(found.ClientId, out var last) ? last : null,
            Unknown = [.. unknown],
        };
        return app with
        {
            Finding = AppFindings.Of(
                app, paths.IsPointerWrong, used is not null, found.Grants.Select(g => g.GrantedAt).Max(), origin,
                AppControls.Unknown(controls ?? [], origin.Changes), protocols, _session.Wire.Time.GetUtcNow()),
        };
    }

    private async Task<TenantProtocols?> ProtocolsAsync(List<string> unknown, CancellationToken cancellationToken)
    {
        try
        {
            return await TenantProtocols.ReadAsync(_session, null, cancellationToken).ConfigureAwait(false);
        }
        catch (ServiceRefusedException e)
        {
            unknown.Add($"Unknown: settings of EWS and SMTP. {e.Message}");
            return null;
        }
    }

    private async Task<IReadOnlyList<MailAppCredential>> CredentialsAsync(CancellationToken cancellationToken)
    {
        var all = new List<MailAppCredential>();
        await foreach (var credential in new AppCredentials(_session).ListAsync(null, cancellationToken).ConfigureAwait(false))
        {
            all.Add(credential);
        }

        return all;
    }
}

/// <summary>Represents the data that was read about a tenant's apps.</summary>
/// <param name="Apps">The apps that can reach mail, those with the widest reach first.</param>
/// <param name="Mailboxes">Addresses of every mailbox of the tenant; null where they couldn't be read.</param>
/// <param name="Unknown">The data that couldn't be read, one sentence each.</param>
internal sealed record InventoryReading(
    IReadOnlyList<MailAppAccess> Apps, IReadOnlyList<string>? Mailboxes, IReadOnlyList<string> Unknown)
{
    /// <summary>Whether all that gives access was read. What else is unknown, such as sign-ins, doesn't matter.</summary>
    public bool IsAccessComplete { get; init; }

    /// <summary>The technology in the tenant that Microsoft retires.</summary>
    public IReadOnlyList<MailAppFinding> Tenant { get; init; } = [];
}
