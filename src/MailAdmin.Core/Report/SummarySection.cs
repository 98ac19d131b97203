namespace MailAdmin.Core.Report;

/// <summary>Shows the key numbers, and the data that couldn't be read.</summary>
internal static class SummarySection
{
    public static Html Body(ReportContent content)
    {
        var count = content.Apps.Count;
        var unknown = content.Apps.Count(a => a.Reach == MailReach.Unknown);
        return Html.Of($"""
            <ul class="numbers">
            {Number(count, count == 1 ? "app has access to mail" : "apps have access to mail", "plain")}
            {Number(With(content, MailAppFindingKind.TenantWide).Length, "with access to all mailboxes", "bad")}
            {Number(content.Apps.Count(a => a.Reach == MailReach.Mailboxes), "with access to specific mailboxes", "good")}
            {Number(content.Apps.Count(a => a.Reach == MailReach.SignedInUsers), "with access for signed-in users", "good")}
            {(unknown == 0 ? Html.Empty : Number(unknown, "with unknown access", "warn"))}
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
                "Findings", ["Finding", "Number", "Apps"],
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
        <p><strong>This report is incomplete.</strong> The following data couldn't be read. Apps might have more access than listed, and apps might be missing:</p>
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
