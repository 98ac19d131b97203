using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant;

/// <summary>A mailbox of a sandbox.</summary>
internal sealed class TenantMailbox
{
    internal TenantMailbox(Mailbox mailbox) =>
        (UserId, Address, DisplayName, IsShared, ProxyAddresses) =
            (mailbox.UserId, mailbox.Address, mailbox.DisplayName, mailbox.IsShared, mailbox.Addresses);

    /// <summary>The object ID of its user.</summary>
    public string UserId { get; }

    /// <summary>Its primary SMTP address, which is its user principal name too.</summary>
    public string Address { get; }

    /// <summary>The display name.</summary>
    public string DisplayName { get; }

    /// <summary>Whether it's a shared mailbox, whose user can't sign in.</summary>
    public bool IsShared { get; }

    /// <summary>All its SMTP addresses, the primary one first.</summary>
    public IReadOnlyList<string> ProxyAddresses { get; }

    /// <inheritdoc/>
    public override string ToString() => Address;
}
