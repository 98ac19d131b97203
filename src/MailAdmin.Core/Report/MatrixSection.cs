namespace MailAdmin.Core.Report;

/// <summary>
/// Shows mailboxes against apps. A mailbox has its own row if an app that can't access all mailboxes can access it, or if an app
/// is denied access to it. One row shows all others. Each table has few apps, so that it can be read and printed.
/// </summary>
internal static class MatrixSection
{
    private const int AppsInTable = 6;

    public static Html Body(ReportContent content)
    {
        var apps = content.Apps.Where(a => a.Access.Any(IsDrawn)).ToArray();
        if (apps.Length == 0)
        {
            return content.Unknown.Count == 0
                ? Html.Of($"<p>No app can access a mailbox by itself.</p>")
                : Html.Of($"<p>No app was found that can access a mailbox by itself.</p>");
        }

        string[] named = [.. apps.SelectMany(a => a.Access.Where(IsDrawn)).SelectMany(p => (p.Mailbox ?? []).Concat(p.Except))
            .Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase)];
        // Without a list of mailboxes, there can be others; with one, there can be none.
        var count = content.Mailboxes?.Except(named, StringComparer.OrdinalIgnoreCase).Count();
        var rows = count == 0 ? named : named.Append<string?>(null);
        IReadOnlyList<Html> Row(MailAppAccess[] some, string? mailbox) =>
        [
            mailbox is null ? Others(count, named.Length > 0) : ReportFormat.Mailbox(mailbox),
            .. some.Select(a => Cell(a, mailbox)),
        ];
        var tables = apps.Chunk(AppsInTable).Select((some, i) => ReportFormat.Table(
            apps.Length <= AppsInTable ? "Mailboxes and apps" : $"Mailboxes and apps, part {i + 1}",
            ["Mailbox", .. some.Select(a => a.App)],
            rows.Select(m => Row(some, m)),
            "matrix"));
        return Html.Of($"""
            <p>Each cell shows how an app can access a mailbox. “may” means that the mailboxes of a scope are unknown, or that data couldn't be read.</p>
            {tables}
            """);
    }

    private static Html Others(int? count, bool hasNamed) =>
        count is { } number ? Html.Of($"each of {ReportFormat.Count(number, hasNamed ? "other mailbox" : "mailbox")}")
        : Html.Of($"{(hasNamed ? "all other mailboxes" : "all mailboxes")}");

    private static bool IsDrawn(MailAppAccessPath path) =>
        path.Reach is MailReach.TenantWide or MailReach.Mailboxes or MailReach.Unknown;

    /// <summary>Over what an app reaches a mailbox; null for those that no app names.</summary>
    private static Html Cell(MailAppAccess app, string? mailbox)
    {
        var reached = app.Access.Where(IsDrawn)
            .Select(p => (p.Protocol, Leads: Leads(p, mailbox)))
            .Where(p => p.Leads != false).GroupBy(p => p.Protocol)
            .Select(g => (Protocol: g.Key, IsSure: g.Any(p => p.Leads == true)))
            .OrderBy(p => p.Protocol, StringComparer.Ordinal).ToArray();
        var badges = reached.Select((p, i) => Html.Of($"{(i == 0 ? "" : " ")}{Badge(p.Protocol, p.IsSure)}"));
        return reached.Length == 0 ? Html.Of($"""<span class="soft">no</span>""") : Html.Of($"{badges}");
    }

    /// <summary>Returns whether an access path leads to a mailbox; null if it's unknown.</summary>
    private static bool? Leads(MailAppAccessPath path, string? mailbox) => path switch
    {
        _ when mailbox is not null => path.LeadsTo(mailbox),
        { Reach: MailReach.TenantWide } => true,
        { Reach: MailReach.Mailboxes, Mailbox: not null } => false,
        _ => null,
    };

    private static Html Badge(string protocol, bool isSure) => isSure
        ? ReportFormat.Badge("●", protocol, "plain")
        : ReportFormat.Badge("?", $"may: {protocol}", "warn");
}
