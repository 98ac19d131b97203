namespace MailAdmin.Core.Inventory;

/// <summary>
/// Compares two readings of a tenant's apps, by app and mailbox. Access that a reading couldn't read isn't reported as removed.
/// </summary>
/// <param name="before">The earlier reading.</param>
/// <param name="after">The later one.</param>
/// <param name="isComplete">Whether the later one has all that gives access.</param>
internal sealed class AccessComparison(IReadOnlyList<BaselineApp> before, IReadOnlyList<MailAppAccess> after, bool isComplete)
{
    private const string EveryMailbox = "all mailboxes";

    /// <summary>The differences, the gravest first; none where nothing changed.</summary>
    public IReadOnlyList<MailAppAccessDifference> Differences()
    {
        var (old, now) = (ById(before.Select(a => a.ToAccess())), ById(after));
        return
        [
            .. old.Keys.Union(now.Keys, StringComparer.OrdinalIgnoreCase)
                .SelectMany(id => OfApp(old.GetValueOrDefault(id), now.GetValueOrDefault(id)))
                .OrderBy(d => Array.IndexOf(Gravity, d.Difference)).ThenBy(d => d.App, StringComparer.OrdinalIgnoreCase)
                .ThenBy(d => d.ClientId, StringComparer.Ordinal).ThenBy(d => d.Mailbox, StringComparer.OrdinalIgnoreCase)
                .ThenBy(d => d.Scope, StringComparer.Ordinal),
        ];
    }

    private static readonly MailAppAccessDifferenceKind[] Gravity =
    [
        MailAppAccessDifferenceKind.Widened, MailAppAccessDifferenceKind.New, MailAppAccessDifferenceKind.Unknown,
        MailAppAccessDifferenceKind.Narrowed, MailAppAccessDifferenceKind.Gone,
    ];

    private static Dictionary<string, MailAppAccess> ById(IEnumerable<MailAppAccess> apps) =>
        apps.DistinctBy(a => a.ClientId, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(a => a.ClientId, StringComparer.OrdinalIgnoreCase);

    private IEnumerable<MailAppAccessDifference> OfApp(MailAppAccess? old, MailAppAccess? now)
    {
        var (had, has) = (Leading(old), Leading(now));
        var app = (now ?? old)!;
        var everywhere = (Paths(had, EveryMailbox, null), Paths(has, EveryMailbox, null));
        foreach (var (scope, mailbox) in Places(had, has))
        {
            var (was, @is) = mailbox is null && scope == EveryMailbox
                ? everywhere : (Paths(had, scope, mailbox), Paths(has, scope, mailbox));
            var (gained, lost) = Change(was, @is);
            // A change for all mailboxes is one difference, not one for each mailbox.
            if ((!gained && !lost) || (mailbox is not null && Change(everywhere.Item1, everywhere.Item2) == (gained, lost)
                && Same(was, everywhere.Item1) && Same(@is, everywhere.Item2)))
            {
                continue;
            }

            var kind = had.Length == 0 ? MailAppAccessDifferenceKind.New
                : has.Length == 0 ? MailAppAccessDifferenceKind.Gone
                : gained ? MailAppAccessDifferenceKind.Widened : MailAppAccessDifferenceKind.Narrowed;
            var cause = Doubt(old, now, gained);
            yield return new MailAppAccessDifference
            {
                App = app.App,
                ClientId = app.ClientId,
                Mailbox = mailbox,
                Scope = scope,
                Difference = cause is null ? kind : MailAppAccessDifferenceKind.Unknown,
                Before = Names(was),
                After = Names(@is),
                Cause = cause,
            };
        }
    }

    /// <summary>Returns why a difference is unknown; null if it's known.</summary>
    private string? Doubt(MailAppAccess? old, MailAppAccess? now, bool gained)
    {
        if (old?.Reach == MailReach.Unknown)
        {
            return "The baseline is incomplete: the app's access couldn't be read then.";
        }

        return gained || (isComplete && now?.Reach != MailReach.Unknown) ? null
            : "Not all access could be read now, so the app might still have it.";
    }

    private static MailAppAccessPath[] Leading(MailAppAccess? app) =>
        [.. (app?.Access ?? []).Where(p => p.Reach != MailReach.None)];

    /// <summary>Each place that a path of either reading leads to or spares.</summary>
    private static IEnumerable<(string Scope, string? Mailbox)> Places(MailAppAccessPath[] had, MailAppAccessPath[] has) =>
        had.Concat(has).SelectMany(p => p switch
        {
            { Reach: MailReach.TenantWide } => p.Except.Select(m => (m, (string?)m)).Prepend((EveryMailbox, null)),
            { Reach: MailReach.Mailboxes, Mailbox: { } mailboxes } => mailboxes.Select(m => (m, (string?)m)),
            _ => [(p.Scope, (string?)null)],
        }).DistinctBy(p => p.Item1, StringComparer.OrdinalIgnoreCase);

    private static MailAppAccessPath[] Paths(MailAppAccessPath[] all, string scope, string? mailbox) =>
    [
        .. all.Where(p => mailbox is not null
            ? p.Reach is MailReach.TenantWide or MailReach.Mailboxes && p.LeadsTo(mailbox) == true
            : scope == EveryMailbox ? p.Reach == MailReach.TenantWide
            : p.Scope == scope && p.Reach != MailReach.TenantWide && (p.Reach != MailReach.Mailboxes || p.Mailbox is null)),
    ];

    private static (bool Gained, bool Lost) Change(MailAppAccessPath[] was, MailAppAccessPath[] @is)
    {
        var (before, after) = (Abilities(was), Abilities(@is));
        return (!after.IsSubsetOf(before), !before.IsSubsetOf(after));
    }

    private static bool Same(MailAppAccessPath[] paths, MailAppAccessPath[] others) =>
        Abilities(paths).SetEquals(Abilities(others));

    private static HashSet<string> Abilities(MailAppAccessPath[] paths) =>
        new(paths.SelectMany(p => AccessAbility.Of(p.Permission)), StringComparer.OrdinalIgnoreCase);

    private static string[] Names(MailAppAccessPath[] paths) => [.. paths.Select(p => p.Permission).Distinct().Order()];
}
