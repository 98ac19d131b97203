using MailAdmin.Core.Base;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Access;

/// <summary>Adds and removes rights on a mailbox; each change is read back until Exchange shows it.</summary>
/// <param name="session">Signed in with Exchange.ManageAsApp and a role in Exchange.</param>
internal sealed class RightChanges(Session session)
{
    /// <summary>Adds the rights that are missing, as far as the caller may.</summary>
    /// <returns>The grantee's permissions after the change, whether one was added, and the pending work.</returns>
    public async Task<(IReadOnlyList<MailboxAccessRight> Have, bool Added, MailAdminPending[] Pending)> AddAsync(
        string address, ExchangePrincipal grantee, IReadOnlyList<MailboxAccessRight> rights, string? clientId,
        bool autoMapping, CancellationToken cancellationToken)
    {
        var have = await MailboxRights.ReadAsync(session, address, grantee, cancellationToken).ConfigureAwait(false);
        var pending = new List<MailAdminPending>();
        foreach (var right in rights.Except(have))
        {
            var (action, parameters) = MailboxRights.Adding(address, grantee.ObjectId, right, autoMapping);
            if (await session.Exchange.MayRunAsync(action.Name, cancellationToken).ConfigureAwait(false) == false)
            {
                pending.Add(ExchangeRoles.Pending(action.Name));
                continue;
            }

            var note = new ChangeNote(action, clientId, address, null, $"{right} of {grantee.DisplayName}");
            await session.ChangeAsync(note, parameters, cancellationToken).ConfigureAwait(false);
        }

        var added = rights.Except(have).Count() > pending.Count;
        if (added)
        {
            var expected = have.Union(pending.Count == 0 ? rights : []).ToHashSet();
            var seen = await Poll.UntilAsync(session.Wire, $"The permissions on {address}", async ct =>
                await MailboxRights.ReadAsync(session, address, grantee, ct).ConfigureAwait(false) is { } now
                    && expected.IsSubsetOf(now) ? now : null, cancellationToken).ConfigureAwait(false);
            if (seen is null)
            {
                pending.Add("Exchange accepted the change, but doesn't return it yet. This usually takes less than 1 hour.");
            }

            // A permission that Exchange doesn't show isn't reported as granted; it's Pending.
            have = seen ?? have;
        }

        return (have, added, [.. pending]);
    }

    /// <summary>Removes existing permissions.</summary>
    /// <returns>The grantee's permissions after the change, whether one was removed, and whether Exchange shows it.</returns>
    public async Task<(IReadOnlyList<MailboxAccessRight> Left, bool Removed, bool IsSeen)> RemoveAsync(
        string address, ExchangePrincipal grantee, string name, IReadOnlyList<MailboxAccessRight> rights, string? clientId,
        CancellationToken cancellationToken)
    {
        var have = await MailboxRights.ReadAsync(session, address, grantee, cancellationToken).ConfigureAwait(false);
        var gone = have.Intersect(rights).ToArray();
        foreach (var right in gone)
        {
            var (action, parameters) = MailboxRights.Removing(address, grantee.ObjectId, right);
            await session.ChangeAsync(
                new ChangeNote(action, clientId, address, $"{right} of {name}"), parameters,
                cancellationToken).ConfigureAwait(false);
        }

        var isSeen = gone.Length == 0 || await session.IsShownAsync($"The permissions on {address}", async ct =>
            !(await MailboxRights.ReadAsync(session, address, grantee, ct).ConfigureAwait(false)).Intersect(gone).Any(),
            cancellationToken).ConfigureAwait(false);
        // A permission that Exchange still shows isn't reported as removed.
        return ([.. isSeen ? have.Except(gone) : have], gone.Length > 0, isSeen);
    }
}
