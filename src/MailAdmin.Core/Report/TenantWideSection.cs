namespace MailAdmin.Core.Report;

/// <summary>Shows the apps that can access all mailboxes, and the permissions that grant it.</summary>
internal static class TenantWideSection
{
    public static Html Body(ReportContent content)
    {
        var apps = content.Apps
            .Select(a => (App: a, Finding: a.Finding.FirstOrDefault(f => f.Kind == MailAppFindingKind.TenantWide)))
            .Where(a => a.Finding is not null).ToArray();
        if (apps.Length == 0)
        {
            return content.Unknown.Count == 0
                ? Html.Of($"<p>No app can access all mailboxes.</p>")
                : Html.Of($"<p>No app was found that can access all mailboxes.</p>");
        }

        var table = ReportFormat.Table(
            "Apps with access to all mailboxes", ["App", "Granted by", "Last sign-in"],
            apps.Select(a => (IReadOnlyList<Html>)
            [
                ReportFormat.Link(a.App), ReportFormat.Words(Html.Of($"{a.Finding!.Message}")),
                ReportFormat.Time(a.App.LastSignInAt),
            ]));
        return Html.Of($"""
            <p>To restrict an app to specific mailboxes, run Limit-MailApp.</p>
            {table}
            """);
    }
}
