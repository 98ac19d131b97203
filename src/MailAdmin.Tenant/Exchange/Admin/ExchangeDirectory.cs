namespace MailAdmin.Tenant.Exchange.Admin;

/// <summary>Exchange's configuration as it is, and as its servers see it: what was written takes a while to be read.</summary>
internal sealed class ExchangeDirectory(TenantClock clock, PropagationDelays delays)
{
    /// <summary>Every version that a server may still read, oldest first.</summary>
    private readonly List<(DateTimeOffset Since, ExchangeConfiguration Configuration)> _versions = [(DateTimeOffset.MinValue, new())];

    /// <summary>What a write builds on.</summary>
    public ExchangeConfiguration Current => _versions[^1].Configuration;

    /// <summary>What a read finds now.</summary>
    public ExchangeConfiguration Readable
    {
        get
        {
            DateTimeOffset horizon = clock.GetUtcNow() - delays.Exchange;
            int last = _versions.FindLastIndex(v => v.Since <= horizon);
            _versions.RemoveRange(0, last);
            return _versions[0].Configuration;
        }
    }

    /// <summary>The management role groups of those who administer, by object id of the person or service principal.</summary>
    public Dictionary<string, string[]> RoleGroups { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Whether New-ServicePrincipal keeps an object id without looking it up. Both are reported: builds that store whatever they
    /// are given, and builds that refuse an id that no enterprise application has.
    /// </summary>
    public bool TrustsObjectIds { get; init; }

    /// <summary>Changes the configuration from now on.</summary>
    public void Change(Func<ExchangeConfiguration, ExchangeConfiguration> change) => _versions.Add((clock.GetUtcNow(), change(Current)));

    /// <summary>Changes it as if that had been so for long: nothing of it waits.</summary>
    public void Seed(Func<ExchangeConfiguration, ExchangeConfiguration> change)
    {
        for (int i = 0; i < _versions.Count; i++)
        {
            _versions[i] = (_versions[i].Since, change(_versions[i].Configuration));
        }
    }
}
