using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.Configuration;

/// <summary>A mailbox or a group, as cmdlets name it and filters see it.</summary>
/// <param name="Id">Object id of the user or group.</param>
/// <param name="Name">Its unique name.</param>
/// <param name="DisplayName">What people call it.</param>
/// <param name="Address">Its primary SMTP address.</param>
/// <param name="Addresses">All of them.</param>
/// <param name="Details">RecipientTypeDetails.</param>
internal sealed record Recipient(
    string Id, string Name, string DisplayName, string Address, IReadOnlyList<string> Addresses, string Details)
{
    public Mailbox? Mailbox { get; private init; }

    public RecipientGroup? Group { get; private init; }

    public required string DistinguishedName { get; init; }

    public string Alias => Address.Split('@')[0];

    /// <summary>
    /// https://learn.microsoft.com/powershell/module/exchange/new-applicationaccesspolicy, -PolicyScopeGroupID.
    /// </summary>
    public bool IsSecurityPrincipal => Details is "UserMailbox" or RecipientGroup.Security;

    public string RecipientType => Mailbox is null ? Details : "UserMailbox";

    public bool IsNamed(string name) =>
        new[] { Id, Name, DisplayName, DistinguishedName, Alias, Sids.Of(Id), Mailbox?.UserPrincipalName }.Concat(Addresses)
            .Contains(name, StringComparer.OrdinalIgnoreCase);

    public static Recipient Of(Mailbox mailbox, string domain)
    {
        var name = mailbox.Address.Split('@')[0];
        return new Recipient(
            mailbox.UserId, name, mailbox.DisplayName, mailbox.Address, mailbox.Addresses,
            mailbox.IsShared ? "SharedMailbox" : "UserMailbox")
        {
            Mailbox = mailbox,
            DistinguishedName = DnOf(name, domain),
        };
    }

    public static Recipient Of(RecipientGroup group, string domain) =>
        new(group.Id, group.Name, group.Name, group.Address ?? "", group.Address is null ? [] : [group.Address], group.Details)
        {
            Group = group,
            DistinguishedName = DnOf(group.Name, domain),
        };

    /// <summary>The one recipient of a name, of whatever kind; null when there is none.</summary>
    public static Recipient? Find(MailboxStore mailboxes, ExchangeConfiguration configuration, string domain, string name) =>
        All(mailboxes, configuration, domain).FirstOrDefault(r => r.IsNamed(name));

    /// <summary>Mailboxes, then groups. An administrative unit is none.</summary>
    public static IEnumerable<Recipient> All(MailboxStore mailboxes, ExchangeConfiguration configuration, string domain) =>
    [
        .. mailboxes.All.Select(m => Of(m, domain)),
        .. configuration.Groups.Where(g => g.Details != RecipientGroup.Unit).Select(g => Of(g, domain)),
    ];

    private static string DnOf(string name, string domain) =>
        $"CN={name},OU={domain},OU=Microsoft Exchange Hosted Organizations,DC=NAMPR00A001,DC=PROD,DC=OUTLOOK,DC=COM";
}
