using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.Mailboxes;

/// <summary>The mailboxes of the tenant.</summary>
internal sealed class MailboxStore(TenantClock clock)
{
    private readonly Dictionary<string, Mailbox> _byAddress = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Mailbox> _bySignInName = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Mailbox> _byUser = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Mailbox> _all = [];
    private readonly List<Mailbox> _elsewhere = [];
    private readonly List<Mailbox> _softDeleted = [];

    public IReadOnlyList<Mailbox> All => _all;

    /// <summary>The on-premises mailboxes, of which the tenant has only the addresses.</summary>
    public IReadOnlyList<Mailbox> Elsewhere => _elsewhere;

    /// <summary>Mailboxes that were deleted and can be restored.</summary>
    public IReadOnlyList<Mailbox> SoftDeleted => _softDeleted;

    /// <summary>Provisions a mailbox for a user of the directory.</summary>
    public Mailbox Add(MailboxFacts facts)
    {
        var mailbox = new Mailbox(facts, clock);
        if (facts.Kind is MailboxKind.OnPremises or MailboxKind.SoftDeleted)
        {
            (facts.Kind == MailboxKind.OnPremises ? _elsewhere : _softDeleted).Add(mailbox);
            return mailbox;
        }

        _all.Add(mailbox);
        _byUser[facts.UserId] = mailbox;
        _bySignInName.TryAdd(mailbox.UserPrincipalName, mailbox);
        foreach (var address in mailbox.Addresses)
        {
            _byAddress.TryAdd(address, mailbox);
        }

        return mailbox;
    }

    /// <summary>The mailbox of a user; null when the user has none.</summary>
    public Mailbox? OfUser(string userId) => _byUser.GetValueOrDefault(userId);

    /// <summary>
    /// Returns the mailbox with an address, primary or not, a user principal name, or a user's ID; null if there is none.
    /// </summary>
    public Mailbox? Find(string name) =>
        OfUser(name) ?? _byAddress.GetValueOrDefault(name) ?? _bySignInName.GetValueOrDefault(name);

    /// <summary>Returns whether an address is in use, here or on-premises.</summary>
    public bool IsTaken(string address) => Find(address) is not null
        || _elsewhere.Concat(_softDeleted).SelectMany(m => m.Addresses.Append(m.UserPrincipalName))
            .Contains(address, StringComparer.OrdinalIgnoreCase);
}
