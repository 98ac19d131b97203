using MailAdmin.Core.Apps;
using MailAdmin.Core.Base;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Access;

/// <summary>
/// Creates apps that are restricted to mailboxes from the start. A permission that an Exchange role replaces is neither requested
/// nor granted in Entra. So no Global Administrator is required, and the app never has tenant-wide access.
/// </summary>
/// <remarks>https://learn.microsoft.com/exchange/permissions-exo/application-rbac</remarks>
internal sealed class ScopedApps
{
    private readonly Session _session;

    /// <summary>Works with a session.</summary>
    /// <param name="session">Signed in with Application.ReadWrite.All, Exchange.ManageAsApp and Organization Management.</param>
    public ScopedApps(Session session) => _session = session;

    /// <summary>Completes the app and its scope.</summary>
    /// <param name="wanted">The required properties of the app.</param>
    /// <param name="scope">The mailboxes that the app can access.</param>
    /// <param name="options">The options of the operation.</param>
    /// <param name="cancellationToken">Cancels the operation between two steps. A later run continues.</param>
    /// <returns>The app. Its secret only if this run created it.</returns>
    /// <exception cref="InvalidRequestException">A required property isn't possible.</exception>
    /// <exception cref="ServiceRefusedException">The service refused a step.</exception>
    /// <exception cref="ConnectionLostException">The service couldn't be reached.</exception>
    public async Task<MailAppRegistration> EnsureAsync(
        AppSpecification wanted, ScopeRequest scope, LimitOptions options, CancellationToken cancellationToken)
    {
        // An unknown mailbox is rejected before the first change.
        var mailboxes = (await new ScopeResolver(_session, [])
            .ResolveAsync(wanted.Name, scope, null, cancellationToken).ConfigureAwait(false)).Mailboxes;
        var scoped = wanted.Permissions.Where(p => RoleNames.For(p, _session.Cloud) is not null).ToArray();
        var others = wanted.Permissions.Except(scoped).ToArray();
        var app = await new AppProvisioner(_session)
            .EnsureAsync(wanted with { Permissions = others, TenantWide = false }, cancellationToken).ConfigureAwait(false);
        var (pending, changed, facts) = (app.Pending.ToList(), false, new AppFacts(_session, app));
        if (scoped.Length > 0)
        {
            var limit = await new AppScopes(_session)
                .LimitAsync(facts, scope, mailboxes, scoped, options, cancellationToken).ConfigureAwait(false);
            changed |= limit.Change is not ChangeKind.Unchanged;
            pending.AddRange(limit.Pending);
            if (limit.EffectiveBy is { } time)
            {
                pending.Add($"Exchange can take until {UtcText.Minutes(time)} to apply the roles "
                    + $"{string.Join(", ", limit.Permission)}.");
            }
        }

        MailboxAccessRight[] rights = [.. others.Where(p => p.Kind == PermissionKind.Application)
            .Select(p => PermissionTable.Of(p).RightNeeded)
            .OfType<MailboxAccessRight>().Distinct().Order()];
        foreach (var mailbox in rights.Length == 0 ? [] : mailboxes)
        {
            var grant = await new MailboxAccessGrants(_session)
                .GrantAsync(facts, mailbox, rights, options.Force, cancellationToken).ConfigureAwait(false);
            changed |= grant.Change is not ChangeKind.Unchanged;
            pending.AddRange(grant.Pending.Select(p => p with { About = mailbox.Address }));
        }

        if (rights.Length > 0 && scope.Group is not null)
        {
            pending.Add($"Mailbox permissions don't apply to groups. For new members of '{scope.Group}', run "
                + "Grant-MailboxAccess.");
        }

        var change = app.Change == ChangeKind.Unchanged && changed ? ChangeKind.Updated : app.Change ?? ChangeKind.Unchanged;
        return await new AppDirectory(_session).RereadAsync(app, change, pending, cancellationToken).ConfigureAwait(false);
    }
}
