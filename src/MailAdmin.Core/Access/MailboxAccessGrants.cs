using System.Runtime.CompilerServices;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Access;

/// <summary>
/// Grants and revokes mailbox permissions of apps and users: FullAccess, which IMAP and POP require, and SendAs, which SMTP
/// requires. Each change is read back until Exchange shows it.
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
    private readonly RightChanges _changes;

    /// <summary>Works with a session.</summary>
    /// <param name="session">Signed in with Exchange.ManageAsApp and a role in Exchange.</param>
    public MailboxAccessGrants(Session session) =>
        (_session, _registry, _changes) = (session, new ServicePrincipalRegistry(session), new RightChanges(session));

    /// <summary>
    /// Grants an app permissions on a mailbox. Registers its service principal in Exchange if it's missing, then adds the
    /// permissions.
    /// </summary>
    /// <param name="app">The app; also a managed identity, or an app of another tenant.</param>
    /// <param name="mailbox">Any address or ID of the mailbox.</param>
    /// <param name="force">Whether an entry in Exchange with a wrong object ID is re-created.</param>
    /// <param name="cancellationToken">Cancels the operation between two steps. A later run continues.</param>
    /// <returns>The app's permissions after the change. A step that this session isn't allowed to run is pending.</returns>
    /// <exception cref="InvalidRequestException">
    /// The mailbox wasn't found, the app has no service principal, or its service principal in Exchange has a wrong ID.
    /// </exception>
    /// <exception cref="ServiceRefusedException">Exchange refused the request.</exception>
    /// <exception cref="ConnectionLostException">Exchange couldn't be reached.</exception>
    public async Task<MailboxGrant> GrantAsync(
        MailAppRegistration app, string mailbox, IReadOnlyList<MailboxAccessRight> rights, bool force,
        CancellationToken cancellationToken) =>
        await GrantAsync(
            new AppFacts(_session, app), await _session.ResolveMailboxAsync(mailbox, cancellationToken).ConfigureAwait(false),
            rights, force, cancellationToken).ConfigureAwait(false);

    /// <summary>Grants an app rights on a mailbox that was found before.</summary>
    /// <param name="facts">The app, with the data that was read about it.</param>
    /// <param name="mailbox">The mailbox.</param>
    /// <param name="rights">The rights.</param>
    /// <param name="force">Whether an entry in Exchange with a wrong object ID is re-created.</param>
    /// <param name="cancellationToken">Cancels the operation between two steps. A later run continues.</param>
    /// <returns>The app's permissions after the change. A step that this session isn't allowed to run is pending.</returns>
    public async Task<MailboxGrant> GrantAsync(
        AppFacts facts, ExchangeMailbox mailbox, IReadOnlyList<MailboxAccessRight> rights, bool force,
        CancellationToken cancellationToken)
    {
        var app = facts.App;
        var known = await facts.PrincipalAsync(cancellationToken).ConfigureAwait(false);
        if (known is null
            && await _session.Exchange.MayRunAsync("New-ServicePrincipal", cancellationToken).ConfigureAwait(false) == false)
        {
            return Describe(mailbox, app.Name, app.ClientId, app.ServicePrincipalObjectId, [], ChangeKind.Pending) with
            {
                Pending = [ExchangeRoles.Pending("New-ServicePrincipal")],
            };
        }

        var (principal, changed, remark) =
            await _registry.EnsureAsync(app, known, force, cancellationToken).ConfigureAwait(false);
        var (have, added, pending) = await _changes.AddAsync(
            mailbox.Address, principal, rights, app.ClientId, autoMapping: false, cancellationToken).ConfigureAwait(false);
        return Describe(mailbox, app.Name, app.ClientId, principal.ObjectId, have, ChangeOf(added || changed, have, rights)) with
        {
            Pending = remark is null ? pending : [.. pending, remark],
        };
    }

    /// <summary>Grants a user permissions on a mailbox.</summary>
    /// <param name="user">Any address or ID of the person.</param>
    /// <param name="mailbox">Any address or ID of the mailbox.</param>
    /// <param name="rights">The rights.</param>
    /// <param name="autoMapping">Whether the person's Outlook opens the mailbox by itself.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The user's permissions after the change.</returns>
    /// <exception cref="InvalidRequestException">The mailbox or the user wasn't found.</exception>
    /// <exception cref="ServiceRefusedException">Exchange refused the request.</exception>
    /// <exception cref="ConnectionLostException">Exchange couldn't be reached.</exception>
    public async Task<MailboxGrant> GrantUserAsync(
        string user, string mailbox, IReadOnlyList<MailboxAccessRight> rights, bool autoMapping,
        CancellationToken cancellationToken) =>
        await GrantUserAsync(
            user, await _session.ResolveMailboxAsync(mailbox, cancellationToken).ConfigureAwait(false), rights,
            autoMapping, cancellationToken).ConfigureAwait(false);

    /// <summary>Grants a user permissions on a mailbox that was already read.</summary>
    public async Task<MailboxGrant> GrantUserAsync(
        string user, ExchangeMailbox mailbox, IReadOnlyList<MailboxAccessRight> rights, bool autoMapping,
        CancellationToken cancellationToken)
    {
        var person = await ExchangePeople.FindAsync(_session, user, cancellationToken).ConfigureAwait(false);
        var (have, added, pending) = await _changes.AddAsync(
            mailbox.Address, person, rights, null, autoMapping, cancellationToken).ConfigureAwait(false);
        return Describe(mailbox, person.DisplayName, null, null, have, ChangeOf(added, have, rights)) with { Pending = pending };
    }

    /// <summary>The rights on mailboxes that are granted to others than their owners.</summary>
    /// <param name="mailboxes">Any address or ID of each mailbox; none for all.</param>
    /// <param name="app">Only those of this app; null for all.</param>
    /// <returns>One for each mailbox and grantee, as they arrive.</returns>
    /// <exception cref="InvalidRequestException">The mailbox wasn't found.</exception>
    /// <exception cref="ServiceRefusedException">Exchange refused the request.</exception>
    /// <exception cref="ConnectionLostException">Exchange couldn't be reached.</exception>
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
        foreach (var some in mailboxes.Chunk(MailboxRights.Together))
        {
            var entries = await MailboxRights.EntriesAsync(
                _session, [.. some.Select(m => m.Address)], cancellationToken).ConfigureAwait(false);
            foreach (var entry in entries.GroupBy(e => (e.Mailbox, e.Grantee)))
            {
                var principal = principals.FirstOrDefault(p => entry.Any(e => e.IsOf(p)));
                if (app is null || string.Equals(principal?.AppId, app.ClientId, StringComparison.OrdinalIgnoreCase))
                {
                    var mailbox = Array.Find(some, m => m.Address == entry.Key.Mailbox)!;
                    yield return Describe(mailbox, principal is null ? entry.Key.Grantee : principal.DisplayName,
                        principal?.AppId, principal?.ObjectId,
                        [.. entry.Select(e => e.Right).Distinct().Order()], null);
                }
            }
        }
    }

    /// <summary>Takes rights on a mailbox away from an app.</summary>
    /// <param name="app">The app, whose service principal in Exchange isn't removed.</param>
    /// <param name="mailbox">Any address or ID of the mailbox.</param>
    /// <returns>The app's permissions after the change.</returns>
    /// <exception cref="InvalidRequestException">The mailbox wasn't found.</exception>
    /// <exception cref="ServiceRefusedException">Exchange refused the request.</exception>
    /// <exception cref="ConnectionLostException">Exchange couldn't be reached.</exception>
    public async Task<MailboxGrant> RevokeAsync(
        MailAppRegistration app, string mailbox, IReadOnlyList<MailboxAccessRight> rights, CancellationToken cancellationToken)
    {
        var found = await _session.ResolveMailboxAsync(mailbox, cancellationToken).ConfigureAwait(false);
        return await _registry.FindAsync(app.ClientId, cancellationToken).ConfigureAwait(false) is { } principal
            ? await TakeAsync(found, principal, app.Name, rights, app.ClientId, cancellationToken).ConfigureAwait(false)
            : Describe(found, app.Name, app.ClientId, null, [], ChangeKind.Unchanged);
    }

    /// <summary>Removes a user's permissions on a mailbox.</summary>
    /// <param name="user">Any address or ID of the person.</param>
    /// <param name="mailbox">Any address or ID of the mailbox.</param>
    /// <returns>The user's permissions after the change.</returns>
    /// <exception cref="InvalidRequestException">The mailbox or the user wasn't found.</exception>
    /// <exception cref="ServiceRefusedException">Exchange refused the request.</exception>
    /// <exception cref="ConnectionLostException">Exchange couldn't be reached.</exception>
    public async Task<MailboxGrant> RevokeUserAsync(
        string user, string mailbox, IReadOnlyList<MailboxAccessRight> rights, CancellationToken cancellationToken)
    {
        var found = await _session.ResolveMailboxAsync(mailbox, cancellationToken).ConfigureAwait(false);
        var person = await ExchangePeople.FindAsync(_session, user, cancellationToken).ConfigureAwait(false);
        return await TakeAsync(found, person, person.DisplayName, rights, null, cancellationToken).ConfigureAwait(false);
    }

    private async Task<MailboxGrant> TakeAsync(
        ExchangeMailbox mailbox, ExchangePrincipal grantee, string name, IReadOnlyList<MailboxAccessRight> rights,
        string? clientId, CancellationToken cancellationToken)
    {
        var (left, removed, isSeen) = await _changes.RemoveAsync(
            mailbox.Address, grantee, name, rights, clientId, cancellationToken).ConfigureAwait(false);
        return Describe(
            mailbox, name, clientId, clientId is null ? null : grantee.ObjectId, left,
            !removed ? ChangeKind.Unchanged : isSeen ? ChangeKind.Removed : ChangeKind.Pending) with
        {
            Pending = isSeen ? [] : [ReadBack.NotSeenInExchange],
        };
    }

    private MailboxGrant Describe(
        ExchangeMailbox mailbox, string grantee, string? clientId, string? objectId, IReadOnlyList<MailboxAccessRight> rights,
        ChangeKind? change) => new()
        {
            Mailbox = mailbox.Address,
            MailboxId = mailbox.ObjectId,
            UserPrincipalName = mailbox.UserPrincipalName,
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
