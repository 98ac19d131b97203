namespace MailAdmin.Core.Report;

/// <summary>
/// Mailboxes against apps. A mailbox has a row of its own when an app reaches it that does not reach all, or is kept out of it;
/// all others are one row. Few apps stand in one table, so that it can be read and printed.
/// </summary>
internal static class MatrixSection
{
    private const int AppsInTable = 6;

    public static Html Body(ReportContent content)
    {
        var apps = content.Apps.Where(a => a.Access.Any(IsDrawn)).ToArray();
        if (apps.Length == 0)
        {
            return Html.Of(
                $"<p>{(content.Unknown.Count == 0 ? "No app reaches a mailbox by itself." : "No app is known to reach a mailbox by itself.")}</p>");
        }

        string[] named = [.. apps.SelectMany(a => a.Access.Where(IsDrawn)).SelectMany(p => (p.Mailbox ?? []).Concat(p.Except))
            .Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase)];
        // Without a list of mailboxes there may be others; with one, there may be none.
        var count = content.Mailboxes?.Except(named, StringComparer.OrdinalIgnoreCase).Count();
        IEnumerable<string?> rows = count == 0 ? named : named.Append<string?>(null);
        return Html.Of($"""
            <p>A cell tells over what an app reaches a mailbox. “may” means that it can't be told which mailboxes are meant, or that something could not be read.</p>
            {apps.Chunk(AppsInTable).Select((some, i) => ReportFormat.Table(
                apps.Length <= AppsInTable ? "Mailboxes and apps" : $"Mailboxes and apps, part {i + 1}",
                ["Mailbox", .. some.Select(a => a.App)],
                rows.Select(m => (IReadOnlyList<Html>)[m is null ? Others(count, named.Length > 0) : ReportFormat.Mailbox(m), .. some.Select(a => Cell(a, m))]),
                "matrix"))}
            """);
    }

    private static Html Others(int? count, bool hasNamed) =>
        count is { } number ? Html.Of($"each of {ReportFormat.Count(number, hasNamed ? "other mailbox" : "mailbox")}")
        : Html.Of($"{(hasNamed ? "every other mailbox" : "every mailbox")}");

    private static bool IsDrawn(MailAppAccessPath path) =>
        path.Reach is MailReach.TenantWide or MailReach.Mailboxes or MailReach.Unknown;

    /// <summary>Whether a path leads to mailboxes that no app names; null when that can't be told.</summary>
    private static bool? LeadsElsewhere(MailAppAccessPath path) => path switch
    {
        { Reach: MailReach.TenantWide } => true,
        { Reach: MailReach.Mailboxes, Mailbox: not null } => false,
        _ => null,
    };

    /// <summary>Over what an app reaches a mailbox; null for those that no app names.</summary>
    private static Html Cell(MailAppAccess app, string? mailbox)
    {
        var reached = app.Access.Where(IsDrawn)
            .Select(p => (p.Protocol, Leads: mailbox is null ? LeadsElsewhere(p) : p.LeadsTo(mailbox)))
            .Where(p => p.Leads != false).GroupBy(p => p.Protocol)
            .Select(g => (Protocol: g.Key, IsSure: g.Any(p => p.Leads == true)))
            .OrderBy(p => p.Protocol, StringComparer.Ordinal).ToArray();
        return reached.Length == 0 ? Html.Of($"""<span class="soft">no</span>""")
            : Html.Of(
                $"""{reached.Select((p, i) => Html.Of($"{(i == 0 ? "" : " ")}{ReportFormat.Badge(p.IsSure ? "●" : "?", p.IsSure ? p.Protocol : $"may: {p.Protocol}", p.IsSure ? "plain" : "warn")}"))}""");
    }
}
