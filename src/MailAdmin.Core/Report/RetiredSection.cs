namespace MailAdmin.Core.Report;

/// <summary>Apps that rely on what Microsoft has switched off, or will.</summary>
internal static class RetiredSection
{
    public static Html Body(ReportContent content)
    {
        var rows = content.Apps
            .SelectMany(
                a => a.Finding.Where(f => f.Kind is MailAppFindingKind.Retired or MailAppFindingKind.LegacyPolicy)
                    .Select(f => (App: a, Finding: f))).ToArray();
        return rows.Length == 0
            ? Html.Of(
                $"<p>{(content.Unknown.Count == 0 ? "No app relies" : "No app is known to rely")} on Exchange Web Services, "
                    + $"the Outlook REST API or an application access policy.</p>")
            : ReportFormat.Table(
                "Apps that rely on retired technology", ["App", "What", "What to do"],
                rows.Select(
                    r => (IReadOnlyList<Html>)[ReportFormat.Link(r.App), ReportFormat.Words(Html.Of($"{r.Finding.Message}")),
                        Html.Of($"{r.Finding.Advice}")]));
    }
}
