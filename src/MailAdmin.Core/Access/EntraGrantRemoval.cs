using System.Globalization;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Base;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Access;

/// <summary>
/// The second phase of restricting an app: removes the tenant-wide permissions in Entra after the Exchange roles that replace
/// them have propagated.
/// </summary>
/// <param name="session">Signed in with AppRoleAssignment.ReadWrite.All.</param>
/// <param name="facts">The app, with the data that was read about it.</param>
internal sealed class EntraGrantRemoval(Session session, AppFacts facts)
{
    private readonly DateTimeOffset _start = session.Wire.Time.GetUtcNow();

    private MailAppRegistration App => facts.App;

    /// <summary>The outcome.</summary>
    /// <param name="Change">Updated if a permission was removed, Pending if one remains, null if there was none.</param>
    /// <param name="Granted">The permissions granted in Entra after the change.</param>
    /// <param name="EffectiveBy">From when on the app is limited everywhere; null for now.</param>
    /// <param name="Pending">The pending work.</param>
    public sealed record Result(
        ChangeKind? Change, IReadOnlyList<MailAppPermission> Granted, DateTimeOffset? EffectiveBy,
        IReadOnlyList<MailAdminPending> Pending);

    /// <summary>Takes grants away.</summary>
    /// <param name="roles">The app's roles in Exchange. The permissions that they replace are removed.</param>
    /// <param name="wait">Whether to wait until the roles take effect.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ServiceRefusedException">The service refused for another reason than the caller's role.</exception>
    public async Task<Result> RunAsync(IReadOnlyList<string> roles, bool wait, CancellationToken cancellationToken)
    {
        var granted = await facts.PermissionsAsync(cancellationToken).ConfigureAwait(false);
        bool IsWide(MailAppPermission p) => p.Kind == PermissionKind.Application
            && RoleNames.For(p, session.Cloud) is { } role && roles.Contains(role, StringComparer.OrdinalIgnoreCase);
        var wide = granted.Where(IsWide).ToArray();
        var effectiveBy = await EffectiveByAsync(cancellationToken).ConfigureAwait(false);
        if (wide.Length == 0)
        {
            return new Result(null, granted, effectiveBy > _start ? effectiveBy : null, []);
        }

        if (effectiveBy > _start && !wait)
        {
            return new Result(ChangeKind.Pending, granted, effectiveBy,
            [
                string.Create(CultureInfo.InvariantCulture,
                    $"Pending: Entra still grants {StillGranted(wide)}. Run the command again at "
                        + $"{UtcText.Minutes(effectiveBy)} or later, or use -Wait. Then the roles are in effect "
                        + $"everywhere, and the permissions can be removed."),
            ]);
        }

        if (effectiveBy > _start)
        {
            VerboseLog.Write($"Waiting until {UtcText.Minutes(effectiveBy)}, when the roles are in effect everywhere "
                + "in Exchange.");
            await Task.Delay(effectiveBy - _start, session.Wire.Time, cancellationToken).ConfigureAwait(false);
        }

        var all = await facts.GrantsAsync(cancellationToken).ConfigureAwait(false);
        var going = all.Where(g => IsWide(g.Permission)).ToArray();
        facts.Forget();
        return await Allowed.TryAsync(
            () => RemoveAsync(going, cancellationToken), e => Denied(going, e)).ConfigureAwait(false) is { } refused
            ? refused with { Granted = await facts.PermissionsAsync(cancellationToken).ConfigureAwait(false) }
            : await SeenAsync(all, going, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Result?> RemoveAsync(IReadOnlyList<Grant> going, CancellationToken cancellationToken)
    {
        foreach (var grant in going)
        {
            await session.ChangeAsync(
                new ChangeNote(JournalAction.RevokePermission, App.ClientId, grant.Permission.ToString(), "granted to the app"),
                g => g.ServicePrincipals[App.ServicePrincipalObjectId].AppRoleAssignments[grant.GrantId]
                    .DeleteAsync(cancellationToken: cancellationToken)).ConfigureAwait(false);
        }

        return null;
    }

    private static Result Denied(IReadOnlyList<Grant> going, ServiceRefusedException e) => new(ChangeKind.Pending, [], null,
    [
        MailAdminPending.ForRole(
            "Privileged Role Administrator (AppRoleAssignment.ReadWrite.All)",
            $"to remove {string.Join(", ", going.Select(g => g.Permission))}: {e.Message}"),
    ]);

    /// <summary>Waits until Entra doesn't show the permissions anymore.</summary>
    private async Task<Result> SeenAsync(
        IReadOnlyList<Grant> before, IReadOnlyList<Grant> gone, CancellationToken cancellationToken)
    {
        var (now, tokens) = (session.Wire.Time.GetUtcNow(), session.Wire.Propagation.Tokens);
        MailAdminPending left = string.Create(CultureInfo.InvariantCulture,
            $"Existing tokens keep their roles until they expire, at {UtcText.Minutes(now + tokens)} at the latest.");
        var after = await Poll.UntilAsync(session.Wire, "The removal of the permissions", async ct =>
            await facts.GrantsAsync(ct).ConfigureAwait(false) is { } all
                && !all.Any(g => gone.Any(w => w.GrantId == g.GrantId)) ? all : null, cancellationToken).ConfigureAwait(false);
        return new Result(
            after is null ? ChangeKind.Pending : ChangeKind.Updated, [.. (after ?? before).Select(g => g.Permission)],
            tokens > TimeSpan.Zero ? now + tokens : null, after is null ? [ReadBack.NotSeen, left] : [left]);
    }

    /// <summary>
    /// Returns when the roles are in effect everywhere in Exchange: by Exchange's own times, or by the journal if it returns
    /// none.
    /// </summary>
    private async Task<DateTimeOffset> EffectiveByAsync(CancellationToken cancellationToken)
    {
        var objects = (await facts.AssignmentsAsync(cancellationToken).ConfigureAwait(false))
            .Append(await facts.ScopeAsync(cancellationToken).ConfigureAwait(false)).OfType<ExchangeObject>();
        var written = session.Journal.Until(session.Wire.Time.GetUtcNow())
            .Where(c => c.ClientId == App.ClientId && JournalAction.Of(c)?.About == ChangeSubject.ExchangeApp)
            .Select(c => (DateTimeOffset?)c.At).Max();
        var changed = objects.Select(o => o.ChangedAt).Append(written).Max();
        if (changed is null)
        {
            // The age of the roles is unknown, so they count as new. The journal entry gives the next run a start time.
            changed = session.Wire.Time.GetUtcNow();
            session.Note(
                new ChangeNote(JournalAction.FindRoleAssignments, App.ClientId, AppFacts.ScopeName(App.ClientId)));
        }

        return changed.Value + session.Wire.Propagation.Roles;
    }

    private static string StillGranted(IReadOnlyList<MailAppPermission> granted)
    {
        var wide = granted.Where(PermissionName.OpensEveryMailbox).ToArray();
        var smtp = granted.Any(p => p.Name == RoleNames.SmtpPermission)
            ? "Exchange/SMTP.SendAsApp, for which Exchange requires SendAs instead of the role"
            : null;
        var every = wide.Length == 0 ? null : $"{string.Join(", ", wide.AsEnumerable())} for all mailboxes";
        return string.Join("; and ", new[] { every, smtp }.OfType<string>());
    }
}
