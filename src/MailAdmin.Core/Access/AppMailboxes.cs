using System.Text.Json.Nodes;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Access;

/// <summary>
/// Finds the mailboxes of an app without reading the permissions of every mailbox: Exchange lists the Send As permissions of an
/// app, but not its FullAccess permissions. The mailboxes in the app's scope and those granted with MailAdmin are read as well.
/// Only permissions that Exchange then shows are returned.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/powershell/module/exchange/get-recipientpermission (-Trustee without an identity);
/// Get-MailboxPermission requires an identity.
/// </remarks>
/// <param name="session">Signed in with Exchange.ManageAsApp and View-Only Organization Management.</param>
/// <param name="facts">The app, with the data that was read about it.</param>
internal sealed class AppMailboxes(Session session, AppFacts facts)
{
    /// <summary>Finds the mailboxes that the app can access, by its scope in Exchange or by permissions on them.</summary>
    /// <returns>Primary addresses; empty if a group or a custom filter restricts the app.</returns>
    /// <exception cref="ServiceRefusedException">Exchange refused the request.</exception>
    /// <exception cref="ConnectionLostException">Exchange couldn't be reached.</exception>
    public async Task<IReadOnlyList<string>> FindAsync(CancellationToken cancellationToken)
    {
        var scoped = await ScopedAsync(cancellationToken).ConfigureAwait(false);
        var granted = await GrantsAsync(cancellationToken).ConfigureAwait(false);
        return [.. scoped.Select(m => m.Address).Concat(granted.Select(g => g.Mailbox))
            .Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>Finds the permissions that the app has on these mailboxes.</summary>
    /// <returns>One entry for each mailbox; empty if the app has no service principal in Exchange.</returns>
    public async Task<IReadOnlyList<MailboxGrant>> GrantsAsync(CancellationToken cancellationToken)
    {
        if (await facts.PrincipalAsync(cancellationToken).ConfigureAwait(false) is not { } principal)
        {
            return [];
        }

        var sendAs = await session.Exchange.GetAsync(
            "Get-RecipientPermission",
            new JsonObject { ["Trustee"] = principal.ObjectId, ["ResultSize"] = ExchangeAdmin.Unlimited },
            cancellationToken).ConfigureAwait(false);
        string[] names = [.. sendAs.Select(p => p.Text("Identity")).OfType<string>().Concat(Noted())
            .Distinct(StringComparer.OrdinalIgnoreCase)];
        var found = await session.FindMailboxesAsync(names, cancellationToken).ConfigureAwait(false);
        var scoped = await ScopedAsync(cancellationToken).ConfigureAwait(false);
        ExchangeMailbox[] mailboxes = [.. found.OfType<ExchangeMailbox>().Concat(scoped)
            .DistinctBy(m => m.Address, StringComparer.OrdinalIgnoreCase)];
        var grants = new List<MailboxGrant>();
        await foreach (var grant in new MailboxAccessGrants(session)
            .OfAsync(mailboxes, facts.App, cancellationToken).ConfigureAwait(false))
        {
            grants.Add(grant);
        }

        return grants;
    }

    private async Task<IReadOnlyList<ExchangeMailbox>> ScopedAsync(CancellationToken cancellationToken)
    {
        var scope = await facts.ScopeAsync(cancellationToken).ConfigureAwait(false);
        var guids = scope?.Text("RecipientFilter") is { } filter ? RecipientFilterText.MailboxesIn(filter) ?? [] : [];
        return [.. (await session.FindMailboxesAsync(guids, cancellationToken).ConfigureAwait(false)).OfType<ExchangeMailbox>()];
    }

    /// <summary>The journal only determines which mailboxes to read.</summary>
    private IEnumerable<string> Noted() => session.Journal.Read()
        .Where(c => string.Equals(c.ClientId, facts.App.ClientId, StringComparison.OrdinalIgnoreCase)
            && (JournalAction.AddMailboxPermission.Is(c) || JournalAction.AddRecipientPermission.Is(c)))
        .Select(c => c.Target);
}
