namespace MailAdmin.Core.Report;

/// <summary>The page in a few numbers, and what isn't in it because it couldn't be read.</summary>
internal static class SummarySection
{
    public static Html Body(ReportContent content)
    {
        var count = content.Apps.Count;
        var unknown = content.Apps.Count(a => a.Reach == MailReach.Unknown);
        return Html.Of($"""
            <ul class="numbers">
            {Number(count, count == 1 ? "app can reach mail" : "apps can reach mail", "plain")}
            {Number(With(content, MailAppFindingKind.TenantWide).Length, "of every mailbox", "bad")}
            {Number(content.Apps.Count(a => a.Reach == MailReach.Mailboxes), "of certain mailboxes", "good")}
            {Number(content.Apps.Count(a => a.Reach == MailReach.SignedInUsers), "only of people who sign in", "good")}
            {(unknown == 0 ? Html.Empty : Number(unknown, "of mailboxes, unknown", "warn"))}
            </ul>
            {Unknown(content)}
            {Findings(content)}
            """);
    }

    private static Html Findings(ReportContent content)
    {
        var kinds = content.Apps.SelectMany(a => a.Finding.Select(f => f.Kind)).Distinct().Order().ToArray();
        return kinds.Length == 0
            ? Html.Of($"<p>No findings.</p>")
            : ReportFormat.Table(
                "Findings", ["Finding", "Apps", "Which"],
                kinds.Select(k => (IReadOnlyList<Html>)
                [
                    ReportFormat.Kind(k), Html.Of($"{With(content, k).Length}"), ReportFormat.Words(Names(With(content, k))),
                ]));
    }

    private static MailAppAccess[] With(ReportContent content, MailAppFindingKind kind) =>
        [.. content.Apps.Where(a => a.Finding.Any(f => f.Kind == kind))];

    private static Html Number(int number, string words, string tone) =>
        Html.Of($"""<li class="{(number == 0 ? "plain" : tone)}"><b>{number}</b> {words}</li>""");

    private static Html Unknown(ReportContent content) => content.Unknown.Count == 0 ? Html.Empty : Html.Of($"""
        <div class="note">
        <p><strong>This page is not complete.</strong> What follows could not be read, so apps may reach more than is listed here, and apps may be missing:</p>
        <ul>{content.Unknown.Select(u => Html.Of($"<li>{u}</li>"))}</ul>
        </div>
        """);

    private static Html Names(MailAppAccess[] apps)
    {
        const int Shown = 8;
        var names = apps.Take(Shown).Select((a, i) => Html.Of($"{(i == 0 ? "" : ", ")}{ReportFormat.Link(a)}"));
        var more = apps.Length > Shown ? $" and {apps.Length - Shown} more" : "";
        return Html.Of($"{names}{more}");
    }
}
