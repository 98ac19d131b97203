using System.Globalization;

namespace MailAdmin.Core.Report;

/// <summary>
/// Shows the apps and the settings of the tenant that use technology that Microsoft has retired or will retire.
/// </summary>
internal static class RetiredSection
{
    public static Html Body(ReportContent content)
    {
        var rows = content.Apps
            .SelectMany(
                a => a.Finding.Where(f => f.Kind is MailAppFindingKind.Retired or MailAppFindingKind.LegacyPolicy
                        or MailAppFindingKind.AdvancedPermission)
                    .Select(f => (App: a, Finding: f))).ToArray();
        var apps = rows.Length == 0
            ? Html.Of(
                $"<p>{(content.Unknown.Count == 0 ? "No app uses" : "No app was found that uses")} Exchange Web "
                    + $"Services, the Outlook REST API, or an application access policy.</p>")
            : ReportFormat.Table(
                "Apps that use retired technology", ["App", "Finding", "Action", "Date"],
                rows.Select(
                    r => (IReadOnlyList<Html>)[ReportFormat.Link(r.App), ReportFormat.Words(Html.Of($"{r.Finding.Message}")),
                        Html.Of($"{r.Finding.Advice}"), Day(r.Finding)]));
        return content.Retirements.Count == 0 ? apps : Html.Of($"{apps}{ReportFormat.Table(
            "Settings of the tenant", ["Setting", "Action", "Date"],
            content.Retirements.Select(
                f => (IReadOnlyList<Html>)[ReportFormat.Words(Html.Of($"{f.Message}")), Html.Of($"{f.Advice}"), Day(f)]))}");
    }

    private static Html Day(MailAppFinding finding) => finding.Deadline is { } day
        ? Html.Of($"{day.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}") : Html.Empty;
}
