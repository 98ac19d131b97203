namespace MailAdmin.Core.Report;

/// <summary>Which apps reach every mailbox, and by what.</summary>
internal static class TenantWideSection
{
    public static Html Body(ReportContent content)
    {
        var apps = content.Apps
            .Select(a => (App: a, Finding: a.Finding.FirstOrDefault(f => f.Kind == MailAppFindingKind.TenantWide)))
            .Where(a => a.Finding is not null).ToArray();
        return apps.Length == 0
            ? Html.Of(
                $"<p>{(content.Unknown.Count == 0 ? "No app reaches every mailbox." : "No app is known to reach every mailbox.")}</p>")
            : Html.Of($"""
            <p>Limit-MailApp confines each of these to the mailboxes that it needs.</p>
            {ReportFormat.Table("Apps that reach every mailbox", ["App", "By what", "Last sign-in"], apps.Select(a => (IReadOnlyList<Html>)
                [ReportFormat.Link(a.App), ReportFormat.Words(Html.Of($"{a.Finding!.Message}")), ReportFormat.Time(a.App.LastSignInAt)]))}
            """);
    }
}
