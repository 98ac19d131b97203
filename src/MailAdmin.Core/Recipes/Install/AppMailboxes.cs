using MailAdmin.Core.Access;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Recipes.Install;

/// <summary>The mailboxes that an app was let into, by its scope in Exchange or by rights on them.</summary>
internal static class AppMailboxes
{
    /// <summary>Finds them.</summary>
    /// <param name="session">Signed in with Exchange.ManageAsApp and View-Only Organization Management.</param>
    /// <returns>Primary addresses; none for an app that is limited by a group or a filter of somebody's own.</returns>
    /// <exception cref="ServiceRefusedException">Exchange said no.</exception>
    /// <exception cref="ConnectionLostException">Exchange could not be reached.</exception>
    public static async Task<IReadOnlyList<string>> OfAsync(
        Session session, MailAppRegistration app, CancellationToken cancellationToken)
    {
        var found = new SortedSet<string>(StringComparer.OrdinalIgnoreCase);
        await foreach (var grant in new MailboxAccessGrants(session).GetAsync([], app, cancellationToken).ConfigureAwait(false))
        {
            found.Add(grant.Mailbox);
        }

        var scope = await new AppFacts(session, app).ScopeAsync(cancellationToken).ConfigureAwait(false);
        var guids = scope?.Text("RecipientFilter") is { } filter ? RecipientFilterText.MailboxesIn(filter) ?? [] : [];
        found.UnionWith((await session.FindMailboxesAsync(guids, cancellationToken).ConfigureAwait(false))
            .OfType<ExchangeMailbox>().Select(m => m.Address));
        return [.. found];
    }
}
