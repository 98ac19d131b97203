namespace MailAdmin.Tenant.Base;

/// <summary>The faults that are switched on.</summary>
internal sealed class FaultSet
{
    private readonly List<Active> _active = [];

    private sealed class Active(Fault fault, int? remaining, string? mailbox, string? clientId)
    {
        public Fault Fault => fault;

        public int? Remaining { get; set; } = remaining;

        public bool Strikes(FaultPoint where, string? client, string? address, string? path) =>
            (fault.Where == where)
            && (mailbox is null || string.Equals(mailbox, address, StringComparison.OrdinalIgnoreCase))
            && (clientId is null || string.Equals(clientId, client, StringComparison.OrdinalIgnoreCase))
            && (fault.Segment is null || (path?.Split('/').Contains(fault.Segment, StringComparer.OrdinalIgnoreCase) ?? false));
    }

    /// <summary>The names of those switched on, in the order in which they were.</summary>
    public IReadOnlyList<string> Names => [.. _active.Select(a => a.Fault.Name).Distinct()];

    public void Set(Fault fault, int? count, string? mailbox, string? clientId) =>
        _active.Add(new(fault, count, mailbox, clientId));

    /// <summary>Switches one off, or all.</summary>
    public void Clear(string? name) =>
        _active.RemoveAll(a => name is null || string.Equals(a.Fault.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The fault that strikes this request, counted down; null when none does.</summary>
    public Fault? Take(FaultPoint where, string? clientId = null, string? mailbox = null, string? path = null)
    {
        if (_active.Find(a => a.Strikes(where, clientId, mailbox, path)) is not { } active)
        {
            return null;
        }

        if (active.Remaining is { } left && (active.Remaining = left - 1) == 0)
        {
            _active.Remove(active);
        }

        return active.Fault;
    }

    /// <summary>Refuses the request if a fault requires it.</summary>
    public void Throw(FaultPoint where, string? clientId = null, string? mailbox = null, string? path = null)
    {
        if (Take(where, clientId, mailbox, path) is { Refusal: { } refusal })
        {
            throw refusal();
        }
    }
}
