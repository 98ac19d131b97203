using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.Configuration;

/// <summary>Represents Exchange's configuration, and the state of its servers: a change can be read only after a delay.</summary>
internal sealed class ExchangeDirectory(TenantClock clock, PropagationDelays delays)
{
    /// <summary>Every version that a server may still read, oldest first.</summary>
    private readonly List<(DateTimeOffset Since, ExchangeConfiguration Configuration)> _versions =
    [
        (DateTimeOffset.MinValue, new()),
    ];

    /// <summary>The servers' cache of each app's roles and policies, by client ID.</summary>
    private readonly Dictionary<string, Cache> _caches = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The configuration that a write is based on.</summary>
    public ExchangeConfiguration Current => _versions[^1].Configuration;

    /// <summary>The configuration that a read returns.</summary>
    public ExchangeConfiguration Readable
    {
        get
        {
            var horizon = clock.GetUtcNow() - delays.Exchange;
            var last = _versions.FindLastIndex(v => v.Since <= horizon);
            _versions.RemoveRange(0, last);
            return _versions[0].Configuration;
        }
    }

    /// <summary>
    /// The configuration that authorizes an app's request, which can be older than the one that a read returns.
    /// </summary>
    /// <remarks>
    /// https://learn.microsoft.com/exchange/permissions-exo/application-rbac: "changes to app permissions are subject to cache
    /// maintenance that varies between 30 minutes and 2 hours depending on the app's recent usage": an app without calls has its
    /// cache reset after 30 minutes, one that calls keeps it for up to 2 hours.
    /// </remarks>
    public ExchangeConfiguration CachedFor(string appId)
    {
        var now = clock.GetUtcNow();
        if (!_caches.TryGetValue(appId, out var cache)
            || now - cache.UsedAt >= delays.IdleRoleCache || now - cache.LoadedAt >= delays.RoleCache)
        {
            cache = new Cache(Readable, now, now);
        }

        _caches[appId] = cache with { UsedAt = now };
        return cache.Configuration;
    }

    /// <summary>The management role groups of those who administer, by object ID of the person or service principal.</summary>
    public Dictionary<string, string[]> RoleGroups { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Whether New-ServicePrincipal stores an object ID without looking it up. Both are reported: builds that store any ID, and
    /// builds that refuse an ID without an enterprise application.
    /// </summary>
    public bool TrustsObjectIds { get; set; }

    /// <summary>Changes the configuration from now on.</summary>
    public void Change(Func<ExchangeConfiguration, ExchangeConfiguration> change) =>
        _versions.Add((clock.GetUtcNow(), change(Current)));

    /// <summary>Changes it as if that had been so for long: nothing of it waits.</summary>
    public void Seed(Func<ExchangeConfiguration, ExchangeConfiguration> change)
    {
        for (var i = 0; i < _versions.Count; i++)
        {
            _versions[i] = (_versions[i].Since, change(_versions[i].Configuration));
        }
    }

    /// <summary>
    /// Changes it as if that had been so for a while, and an app had called ever since: what the servers remember of the app is
    /// older than the change.
    /// </summary>
    public void ChangeEarlier(TimeSpan age, string appId, Func<ExchangeConfiguration, ExchangeConfiguration> change)
    {
        var now = clock.GetUtcNow();
        _caches[appId] = new Cache(Current, now - age, now);
        _versions.Add((now - age, change(Current)));
    }

    private sealed record Cache(ExchangeConfiguration Configuration, DateTimeOffset LoadedAt, DateTimeOffset UsedAt);
}
