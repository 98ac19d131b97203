using System.Runtime.CompilerServices;
using MailAdmin.Core.Base;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Access;

/// <summary>
/// Rights on mailboxes, of apps and of people: FullAccess, which IMAP and POP need, and SendAs, which SMTP needs. Each change is
/// read back until Exchange shows it.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth,
/// https://learn.microsoft.com/powershell/module/exchange/add-mailboxpermission,
/// https://learn.microsoft.com/powershell/module/exchange/add-recipientpermission
/// </remarks>
internal sealed class MailboxAccessGrants
{
    private readonly Session _session;
    private readonly ServicePrincipalRegistry _registry;

    /// <summary>Works with a session.</summary>
    /// <param name="session">Signed in with Exchange.ManageAsApp and a role in Exchange.</param>
    public MailboxAccessGrants(Session session) => (_session, _registry) = (session, new ServicePrincipalRegistry(session));

    /// <summary>
    /// Grants an app rights on a mailbox: registers its service principal in Exchange where that is missing, then adds the
    /// rights.
    /// </summary>
    /// <param name="app">The app; also a managed identity, or an app of another tenant.</param>
    /// <param name="mailbox">Any address or id of the mailbox.</param>
    /// <param name="rights">The rights.</param>
    /// <param name="force">Whether an entry in Exchange with a wrong object id is made anew.</param>
    /// <param name="cancellationToken">Ends it between two steps; a later run goes on.</param>
    /// <returns>What the app has then; a step that this session may not do is pending.</returns>
    /// <exception cref="InvalidRequestException">There is no such mailbox, the app has no service principal, or Exchange knows it
    /// by a wrong id.</exception>
    /// <exception cref="ServiceRefusedException">Exchange said no.</exception>
    /// <exception cref="ConnectionLostException">Exchange could not be reached.</exception>
    public async Task<MailboxGrant> GrantAsync(
        MailAppRegistration app, string mailbox, IReadOnlyList<MailboxAccessRight> rights, bool force,
        CancellationToken cancellationToken) =>
        await GrantAsync(
            new AppFacts(_session, app), await _session.ResolveMailboxAsync(mailbox, cancellationToken).ConfigureAwait(false),
            rights, force, cancellationToken).ConfigureAwait(false);

    /// <summary>Grants an app rights on a mailbox that was found before.</summary>
    /// <param name="facts">The app, with what was read of it.</param>
    /// <param name="mailbox">The mailbox.</param>
    /// <param name="rights">The rights.</param>
    /// <param name="force">Whether an entry in Exchange with a wrong object id is made anew.</param>
    /// <param name="cancellationToken">Ends it between two steps; a later run goes on.</param>
    /// <returns>What the app has then; a step that this session may not do is pending.</returns>
    public async Task<MailboxGrant> GrantAsync(
        AppFacts facts, ExchangeMailbox mailbox, IReadOnlyList<MailboxAccessRight> rights, bool force,
        CancellationToken cancellationToken)
    {
        var (app, address) = (facts.App, mailbox.Address);
        var known = await facts.PrincipalAsync(cancellationToken).ConfigureAwait(false);
        if (known is null
            && await _session.Exchange.MayRunAsync("New-ServicePrincipal", cancellationToken).ConfigureAwait(false) == false)
        {
            return Describe(address, app.Name, app.ClientId, app.ServicePrincipalObjectId, [], ChangeKind.Pending) with
            {
                Pending = [ExchangeRoles.Pending("New-ServicePrincipal")],
            };
        }

        var (principal, changed, remark) =
            await _registry.EnsureAsync(app, known, force, cancellationToken).ConfigureAwait(false);
        var (have, added, pending) = await AddAsync(
            address, principal, rights, app.ClientId, cancellationToken).ConfigureAwait(false);
        return Describe(address, app.Name, app.ClientId, principal.ObjectId, have, ChangeOf(added || changed, have, rights)) with
        {
            Pending = remark is null ? pending : [.. pending, remark],
        };
    }

    /// <summary>Grants a person rights on a mailbox.</summary>
    /// <param name="user">Any address or id of the person.</param>
    /// <param name="mailbox">Any address or id of the mailbox.</param>
    /// <param name="rights">The rights.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What the person has then.</returns>
    /// <exception cref="InvalidRequestException">There is no such mailbox or person.</exception>
    /// <exception cref="ServiceRefusedException">Exchange said no.</exception>
    /// <exception cref="ConnectionLostException">Exchange could not be reached.</exception>
    public async Task<MailboxGrant> GrantUserAsync(
        string user, string mailbox, IReadOnlyList<MailboxAccessRight> rights, CancellationToken cancellationToken) =>
        await GrantUserAsync(
            user, await _session.ResolveMailboxAsync(mailbox, cancellationToken).ConfigureAwait(false), rights,
            cancellationToken).ConfigureAwait(false);

    /// <summary>Grants a person rights on a mailbox that was found before.</summary>
    public async Task<MailboxGrant> GrantUserAsync(
        string user, ExchangeMailbox mailbox, IReadOnlyList<MailboxAccessRight> rights, CancellationToken cancellationToken)
    {
        var address = mailbox.Address;
        var person = await ExchangePeople.FindAsync(_session, user, cancellationToken).ConfigureAwait(false);
        var (have, added, pending) = await AddAsync(address, person, rights, null, cancellationToken).ConfigureAwait(false);
        return Describe(address, person.DisplayName, null, null, have, ChangeOf(added, have, rights)) with { Pending = pending };
    }

    /// <summary>The rights on mailboxes that are granted to others than their owners.</summary>
    /// <param name="mailboxes">Any address or id of each mailbox; none for all.</param>
    /// <param name="app">Only those of this app; null for everybody's.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>One for each mailbox and grantee, as they arrive.</returns>
    /// <exception cref="InvalidRequestException">There is no such mailbox.</exception>
    /// <exception cref="ServiceRefusedException">Exchange said no.</exception>
    /// <exception cref="ConnectionLostException">Exchange could not be reached.</exception>
    public async IAsyncEnumerable<MailboxGrant> GetAsync(
        IReadOnlyList<string> mailboxes, MailAppRegistration? app, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var found = mailboxes.Count == 0
            ? await _session.MailboxesAsync(null, cancellationToken).ConfigureAwait(false)
            : await _session.ResolveAllAsync(mailboxes, cancellationToken).ConfigureAwait(false);
        await foreach (var grant in OfAsync(found, app, cancellationToken).ConfigureAwait(false))
        {
            yield return grant;
        }
    }

    /// <summary>The rights on mailboxes that were found before.</summary>
    public async IAsyncEnumerable<MailboxGrant> OfAsync(
        IReadOnlyList<ExchangeMailbox> mailboxes, MailAppRegistration? app,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var principals = await _registry.AllAsync(cancellationToken).ConfigureAwait(false);
        foreach (var some in mailboxes.Select(m => m.Address).Chunk(MailboxRights.Together))
        {
            var entries = await MailboxRights.EntriesAsync(_session, some, cancellationToken).ConfigureAwait(false);
            foreach (var entry in entries.GroupBy(e => (e.Mailbox, e.Grantee)))
            {
                var principal = principals.FirstOrDefault(p => entry.Any(e => e.IsOf(p)));
                if (app is null || string.Equals(principal?.AppId, app.ClientId, StringComparison.OrdinalIgnoreCase))
                {
                    yield return Describe(entry.Key.Mailbox, principal is null ? entry.Key.Grantee : principal.DisplayName,
                        principal?.AppId, principal?.ObjectId,
                        [.. entry.Select(e => e.Right).Distinct().Order()], null);
                }
            }
        }
    }

    /// <summary>Takes rights on a mailbox away from an app.</summary>
    /// <param name="app">The app; it stays registered in Exchange.</param>
    /// <param name="mailbox">Any address or id of the mailbox.</param>
    /// <param name="rights">The rights.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What the app has then.</returns>
    /// <exception cref="InvalidRequestException">There is no such mailbox.</exception>
    /// <exception cref="ServiceRefusedException">Exchange said no.</exception>
    /// <exception cref="ConnectionLostException">Exchange could not be reached.</exception>
    public async Task<MailboxGrant> RevokeAsync(
        MailAppRegistration app, string mailbox, IReadOnlyList<MailboxAccessRight> rights, CancellationToken cancellationToken)
    {
        var address = (await _session.ResolveMailboxAsync(mailbox, cancellationToken).ConfigureAwait(false)).Address;
        return await _registry.FindAsync(app.ClientId, cancellationToken).ConfigureAwait(false) is { } principal
            ? await TakeAsync(address, principal, app.Name, rights, app.ClientId, cancellationToken).ConfigureAwait(false)
            : Describe(address, app.Name, app.ClientId, null, [], ChangeKind.Unchanged);
    }

    /// <summary>Takes rights on a mailbox away from a person.</summary>
    /// <param name="user">Any address or id of the person.</param>
    /// <param name="mailbox">Any address or id of the mailbox.</param>
    /// <param name="rights">The rights.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What the person has then.</returns>
    /// <exception cref="InvalidRequestException">There is no such mailbox or person.</exception>
    /// <exception cref="ServiceRefusedException">Exchange said no.</exception>
    /// <exception cref="ConnectionLostException">Exchange could not be reached.</exception>
    public async Task<MailboxGrant> RevokeUserAsync(
        string user, string mailbox, IReadOnlyList<MailboxAccessRight> rights, CancellationToken cancellationToken)
    {
        var address = (await _session.ResolveMailboxAsync(mailbox, cancellationToken).ConfigureAwait(false)).Address;
        var person = await ExchangePeople.FindAsync(_session, user, cancellationToken).ConfigureAwait(false);
        return await TakeAsync(address, person, person.DisplayName, rights, null, cancellationToken).ConfigureAwait(false);
    }

    private async Task<(IReadOnlyList<MailboxAccessRight> Have, bool Added, MailAdminPending[] Pending)> AddAsync(
        string address, ExchangePrincipal grantee, IReadOnlyList<MailboxAccessRight> rights, string? clientId,
        CancellationToken cancellationToken)
    {
        var have = await MailboxRights.ReadAsync(_session, address, grantee, cancellationToken).ConfigureAwait(false);
        var pending = new List<MailAdminPending>();
        foreach (var right in rights.Except(have))
        {
            var (action, parameters) = MailboxRights.Adding(address, grantee.ObjectId, right, forApp: clientId is not null);
            if (await _session.Exchange.MayRunAsync(action.Name, cancellationToken).ConfigureAwait(false) == false)
            {
                pending.Add(ExchangeRoles.Pending(action.Name));
                continue;
            }

            var note = new ChangeNote(action, clientId, address, null, $"{right} of {grantee.DisplayName}");
            await _session.ChangeAsync(note, parameters, cancellationToken).ConfigureAwait(false);
        }

        var added = rights.Except(have).Count() > pending.Count;
        if (added)
        {
            var expected = have.Union(pending.Count == 0 ? rights : []).ToHashSet();
            var seen = await Poll.UntilAsync(_session.Wire, $"The rights on {address}", async ct =>
                await MailboxRights.ReadAsync(_session, address, grantee, ct).ConfigureAwait(false) is { } now && expected.IsSubsetOf(now)
                    ? now
                    : null, cancellationToken).ConfigureAwait(false);
            if (seen is null)
            {
                pending.Add("Exchange took the change and does not show it yet; it does within the hour, as a rule.");
            }

            have = seen ?? [.. expected.Order()];
        }

        return (have, added, [.. pending]);
    }

    private async Task<MailboxGrant> TakeAsync(
        string address, ExchangePrincipal grantee, string name, IReadOnlyList<MailboxAccessRight> rights, string? clientId,
        CancellationToken cancellationToken)
    {
        var have = await MailboxRights.ReadAsync(_session, address, grantee, cancellationToken).ConfigureAwait(false);
        var gone = have.Intersect(rights).ToArray();
        foreach (var right in gone)
        {
            var (action, parameters) = MailboxRights.Removing(address, grantee.ObjectId, right);
            await _session.ChangeAsync(
                new ChangeNote(action, clientId, address, $"{right} of {name}"), parameters,
                cancellationToken).ConfigureAwait(false);
        }

        if (gone.Length > 0)
        {
            await Poll.UntilAsync(_session.Wire, $"The rights on {address}", async ct =>
                (await MailboxRights.ReadAsync(_session, address, grantee, ct).ConfigureAwait(false)).Intersect(gone).Any() ? null : grantee,
                cancellationToken).ConfigureAwait(false);
        }

        return Describe(
            address, name, clientId, clientId is null ? null : grantee.ObjectId, [.. have.Except(gone)],
            gone.Length > 0 ? ChangeKind.Removed : ChangeKind.Unchanged);
    }

    private MailboxGrant Describe(
        string mailbox, string grantee, string? clientId, string? objectId, IReadOnlyList<MailboxAccessRight> rights,
        ChangeKind? change) => new()
        {
            Mailbox = mailbox,
            Grantee = grantee,
            ClientId = clientId,
            ServicePrincipalObjectId = objectId,
            AccessRight = [.. rights],
            Change = change,
            EffectiveBy = change is ChangeKind.Created or ChangeKind.Updated or ChangeKind.Removed
                ? _session.Wire.Time.GetUtcNow() + _session.Wire.Propagation.Permissions
                : null,
        };

    private static ChangeKind ChangeOf(
        bool changed, IReadOnlyList<MailboxAccessRight> have, IReadOnlyList<MailboxAccessRight> wanted)
    {
        var done = changed ? ChangeKind.Created : ChangeKind.Unchanged;
        return wanted.Except(have).Any() ? ChangeKind.Pending : done;
    }
}
