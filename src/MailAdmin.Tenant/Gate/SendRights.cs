using MailAdmin.Tenant.Configuration;
using MailAdmin.Tenant.Mailboxes;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Gate;

/// <summary>Specifies the permission with which a message has a From address.</summary>
internal enum SendRight
{
    /// <summary>By none.</summary>
    None,
    /// <summary>The address is the mailbox's own.</summary>
    Own,
    /// <summary>Send As: recipients see only that address.</summary>
    SendAs,
    /// <summary>Send on Behalf: recipients see the sender, too.</summary>
    OnBehalf,
}

/// <summary>
/// Determines who can send as whom:
/// https://learn.microsoft.com/exchange/recipients-in-exchange-online/manage-permissions-for-recipients.
/// </summary>
internal static class SendRights
{
    /// <summary>The right of a mailbox, or of who acts for it, to an address.</summary>
    /// <param name="sender">The mailbox that is sent from.</param>
    /// <param name="from">The address in From.</param>
    /// <param name="others">Other grantees: the SIDs of the app or user.</param>
    public static SendRight Judge(TenantState tenant, Mailbox sender, string from, params IEnumerable<string> others)
    {
        if (sender.Addresses.Contains(from, StringComparer.OrdinalIgnoreCase))
        {
            return SendRight.Own;
        }

        if (tenant.Mailboxes.Find(from) is not { } target)
        {
            return SendRight.None;
        }

        string[] sids = [Sids.Of(sender.UserId), .. others];
        return Has(RecipientPermission.SendAs) ? SendRight.SendAs
            : Has(RecipientPermission.SendOnBehalf) ? SendRight.OnBehalf : SendRight.None;

        bool Has(string right) => tenant.Exchange.Readable.Permissions.Any(
            p => p.MailboxId == target.UserId && p.Right == right && sids.Contains(p.Sid, StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Returns whether an app or a user has a permission on a mailbox.</summary>
    public static bool Has(TenantState tenant, Mailbox mailbox, string sid, params IEnumerable<string> rights) =>
        tenant.Exchange.Readable.Permissions.Any(p => p.MailboxId == mailbox.UserId && p.Sid == sid && rights.Contains(p.Right));

    /// <summary>Returns the SID of an app in Exchange; empty if it isn't registered there.</summary>
    public static IEnumerable<string> SidOfApp(TenantState tenant, string appId) =>
        tenant.Exchange.Readable.PrincipalOf(appId) is { } principal ? [principal.Sid] : [];
}
