using MailAdmin.Core.Access;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Inventory;

/// <summary>Which mailboxes an app would no longer access, if it were restricted to some.</summary>
internal static class ScopePreview
{
    /// <summary>The maximum number of named mailboxes; the others are counted.</summary>
    private const int Named = 10;

    /// <summary>A sentence about what would be cut off.</summary>
    /// <param name="session">The tenant.</param>
    /// <param name="app">The app.</param>
    /// <param name="mailboxes">The mailboxes that it would be restricted to, by any address or ID.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public static async Task<string> DescribeAsync(
        Session session, MailAppRegistration app, IReadOnlyList<string> mailboxes, CancellationToken cancellationToken)
    {
        var inventory = await new MailAppInventory(session)
            .ReadAsync(null, withMailboxRights: false, cancellationToken).ConfigureAwait(false);
        // FullAccess isn't what Limit-MailApp changes.
        var paths = inventory.Apps.FirstOrDefault(a => a.ClientId.Equals(app.ClientId, StringComparison.OrdinalIgnoreCase))
            ?.Access.Where(p => p.Mechanism is MailAppMechanism.EntraApplication or MailAppMechanism.ExchangeRole).ToArray()
            ?? [];
        if (inventory.Mailboxes is null || paths.Any(p => p.Reach == MailReach.Unknown
            || (p.Reach == MailReach.Mailboxes && p.Mailbox is null)))
        {
            return "What the app can access now couldn't be read completely, so what it would lose isn't known.";
        }

        var found = await session.FindMailboxesAsync(mailboxes, cancellationToken).ConfigureAwait(false);
        var kept = found.Select((m, i) => m?.Address ?? mailboxes[i]).ToHashSet(StringComparer.OrdinalIgnoreCase);
        string[] lost = [.. inventory.Mailboxes.Where(m => !kept.Contains(m) && paths.Any(p => p.LeadsTo(m) == true))];
        var others = lost.Length > Named ? $", and {lost.Length - Named} more" : "";
        return lost.Length == 0 ? "The app would lose access to no mailbox."
            : $"The app would lose access to {lost.Length} {(lost.Length == 1 ? "mailbox" : "mailboxes")}: "
                + $"{string.Join(", ", lost.Take(Named))}{others}.";
    }
}
