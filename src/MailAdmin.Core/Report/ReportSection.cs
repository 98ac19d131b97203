namespace MailAdmin.Core.Report;

/// <summary>A part of a report.</summary>
/// <param name="Id">Its name in the page's address.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Body">Writes it; null if a report has no content for it, so that it's omitted.</param>
internal sealed record ReportSection(string Id, string Title, Func<ReportContent, Html?> Body)
{
    /// <summary>
    /// The parts, in their order. A new one is a line here, and what it shows a property of <see cref="ReportContent"/>.
    /// </summary>
    public static IReadOnlyList<ReportSection> All { get; } =
    [
        new("summary", "At a glance", SummarySection.Body),
        new("tenant-wide", "Apps with access to all mailboxes", TenantWideSection.Body),
        new("mailboxes", "Apps and mailboxes", MatrixSection.Body),
        new("people", "Apps that act for users", PeopleSection.Body),
        new("credentials", "Credentials", CredentialSection.Body),
        new("retired", "Retired technology", RetiredSection.Body),
        new("drift", "Drift from recipes", DriftSection.Body),
        new("tests", "Tests", TestSection.Body),
        new("apps", "App details", AppSection.Body),
    ];
}
