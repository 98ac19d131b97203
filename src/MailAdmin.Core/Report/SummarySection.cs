namespace MailAdmin.Core.Report;

/// <summary>The page in a few numbers, and what is not in it because it could not be read.</summary>
internal static class SummarySection
{
    public static Html Body(ReportContent content)
    {
        var kinds = content.Apps.SelectMany(a => a.Finding.Select(f => f.Kind).Distinct()).GroupBy(k => k)
            .OrderBy(k => k.Key).ToArray();
        return Html.Of($"""
            <ul class="numbers">
            {Number(content.Apps.Count, content.Apps.Count == 1 ? "app can reach mail" : "apps can reach mail", "plain")}
            {Number(content.Apps.Count(a => a.Finding.Any(f => f.Kind == MailAppFindingKind.TenantWide)), "of every mailbox", "bad")}
            {Number(content.Apps.Count(a => a.Reach == MailReach.Mailboxes), "of certain mailboxes", "good")}
            {Number(content.Apps.Count(a => a.Reach == MailReach.SignedInUsers), "only of people who sign in", "good")}
            {(content.Apps.Any(a => a.Reach == MailReach.Unknown) ? Number(content.Apps.Count(a => a.Reach == MailReach.Unknown), "of mailboxes that can’t be told", "warn") : Html.Empty)}
            </ul>
            {Unknown(content)}
            {(kinds.Length == 0 ? Html.Of($"<p>Nothing was found that somebody should look at.</p>")
                : ReportFormat.Table("What should be looked at", ["Finding", "Apps", "Which"], kinds.Select(k => (IReadOnlyList<Html>)[ReportFormat.Kind(k.Key), Html.Of($"{k.Count()}"), ReportFormat.Words(Apps(content, k.Key))])))}
            """);
    }

    private static Html Number(int number, string words, string tone) =>
        Html.Of($"""<li class="{(number == 0 ? "plain" : tone)}"><b>{number}</b> {words}</li>""");

    private static Html Unknown(ReportContent content) => content.Unknown.Count == 0 ? Html.Empty : Html.Of($"""
        <div class="note">
        <p><strong>This page is not complete.</strong> What follows could not be read, so apps may reach more than is listed here, and apps may be missing:</p>
        <ul>{content.Unknown.Select(u => Html.Of($"<li>{u}</li>"))}</ul>
        </div>
        """);

    private static Html Apps(ReportContent content, MailAppFindingKind kind)
    {
        const int Shown = 8;
        var apps = content.Apps.Where(a => a.Finding.Any(f => f.Kind == kind)).ToArray();
        return Html.Of($"""
            {apps.Take(Shown).Select((a, i) => Html.Of($"{(i == 0 ? "" : ", ")}{ReportFormat.Link(a)}"))}{(apps.Length > Shown ? $" and {apps.Length - Shown} more" : "")}
            """);
    }
}
