using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.Mailboxes;

/// <summary>The mailboxes of the tenant.</summary>
internal sealed class MailboxStore(TenantClock clock)
{
    public List<Mailbox> All { get; } = [];

    /// <summary>Provisions a mailbox for a user of the directory.</summary>
    public Mailbox Add(
        string userId, string address, string displayName, bool isShared, string[] aliases, string? userPrincipalName = null)
    {
        var mailbox = new Mailbox(userId, address, displayName, isShared, aliases, clock)
        {
            UserPrincipalName = userPrincipalName ?? address,
        };
        All.Add(mailbox);
        return mailbox;
    }

    /// <summary>The mailbox of a user; null when the user has none.</summary>
    public Mailbox? OfUser(string userId) => All.Find(m => m.UserId == userId);

    /// <summary>
    /// The mailbox that any address, primary or not, a user principal name, or a user's id names; null when there is none.
    /// </summary>
    public Mailbox? Find(string name) =>
        All.Find(m => m.UserId == name || m.Addresses.Contains(name, StringComparer.OrdinalIgnoreCase))
        ?? All.Find(m => string.Equals(m.UserPrincipalName, name, StringComparison.OrdinalIgnoreCase));
}
