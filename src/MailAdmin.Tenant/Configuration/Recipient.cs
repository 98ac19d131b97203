using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.Configuration;

/// <summary>A mailbox or a group, as cmdlets name it and filters see it.</summary>
/// <param name="Id">Object ID of the user or group.</param>
/// <param name="Name">Its unique name.</param>
/// <param name="DisplayName">The display name.</param>
/// <param name="Address">Its primary SMTP address.</param>
/// <param name="Addresses">All of them.</param>
/// <param name="Details">RecipientTypeDetails.</param>
internal sealed record Recipient(
    string Id, string Name, string DisplayName, string Address, IReadOnlyList<string> Addresses, string Details)
{
    /// <summary>The mailbox; null for a group, and for a mailbox in the organization's own Exchange.</summary>
    public Mailbox? Mailbox => Account is { Kind: not MailboxKind.OnPremises } ? Account : null;

    /// <summary>The account with the mailbox, in Exchange Online or on-premises; null for a group.</summary>
    public Mailbox? Account { get; private init; }

    public RecipientGroup? Group { get; private init; }

    public required string DistinguishedName { get; init; }

    public string Alias => Address.Split('@')[0];

    /// <summary>
    /// https://learn.microsoft.com/powershell/module/exchange/new-applicationaccesspolicy, -PolicyScopeGroupID.
    /// </summary>
    public bool IsSecurityPrincipal => Details is "UserMailbox" or RecipientGroup.Security;

    public string RecipientType => Details switch
    {
        RecipientGroup.Microsoft365 => RecipientGroup.Distribution,
        _ when Mailbox is not null => "UserMailbox",
        _ => Details,
    };

    /// <summary>Whether a cmdlet's name for a recipient is this one's.</summary>
    public bool IsNamed(string name) =>
        new[] { Id, Name, DisplayName, DistinguishedName, Alias, Account?.UserPrincipalName }.Concat(Addresses)
            .Contains(name, StringComparer.OrdinalIgnoreCase)
        || (name.StartsWith("S-1-", StringComparison.OrdinalIgnoreCase) && ExchangeConfiguration.Same(Sids.Of(Id), name));

    public static Recipient Of(Mailbox mailbox, string domain)
    {
        var name = mailbox.Address.Split('@')[0];
        return new Recipient(
            mailbox.UserId, name, mailbox.DisplayName, mailbox.Address, mailbox.Addresses, DetailsOf(mailbox.Kind))
        {
            Account = mailbox,
            DistinguishedName = DnOf(name, domain),
        };
    }

    public static Recipient Of(RecipientGroup group, string domain) =>
        new(group.Id, group.Name, group.Name, group.Address ?? "", group.Address is null ? [] : [group.Address], group.Details)
        {
            Group = group,
            DistinguishedName = DnOf(group.Name, domain),
        };

    /// <summary>Returns the recipient with a name, of any kind; null if there is none.</summary>
    public static Recipient? Find(MailboxStore mailboxes, ExchangeConfiguration configuration, string domain, string name) =>
        mailboxes.Find(name) is { } mailbox
            ? Of(mailbox, domain)
            : All(mailboxes, configuration, domain).FirstOrDefault(r => r.IsNamed(name));

    /// <summary>Returns mailboxes, mail users, then groups with an address, without administrative units.</summary>
    public static IEnumerable<Recipient> All(MailboxStore mailboxes, ExchangeConfiguration configuration, string domain) =>
        mailboxes.All.Concat(mailboxes.Elsewhere).Select(m => Of(m, domain))
            .Concat(configuration.Groups.Where(g => g.IsRecipient).Select(g => Of(g, domain)));

    private static string DetailsOf(MailboxKind kind) => kind switch
    {
        MailboxKind.Shared => "SharedMailbox",
        MailboxKind.Room => "RoomMailbox",
        MailboxKind.Equipment => "EquipmentMailbox",
        MailboxKind.OnPremises => "MailUser",
        _ => "UserMailbox",
    };

    private static string DnOf(string name, string domain) =>
        $"CN={name},OU={domain},OU=Microsoft Exchange Hosted Organizations,DC=NAMPR00A001,DC=PROD,DC=OUTLOOK,DC=COM";
}
