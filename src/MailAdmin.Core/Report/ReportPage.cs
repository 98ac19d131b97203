using System.Security.Cryptography;
using System.Text;

namespace MailAdmin.Core.Report;

/// <summary>
/// Creates the page of a report: one file without external references and scripts. A Content Security Policy enforces this
/// (https://www.w3.org/TR/CSP3/): only the style whose digest the policy contains is applied.
/// </summary>
internal static class ReportPage
{
    private static readonly Lazy<string> Css = new(() =>
    {
        using var reader = new StreamReader(
            typeof(ReportPage).Assembly.GetManifestResourceStream("MailAdmin.Core.Report.report.css")!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    });

    /// <summary>The page of one tenant.</summary>
    public static string Write(ReportContent content) => Write([content]);

    /// <summary>Creates the page. For several tenants, it has a section for each.</summary>
    public static string Write(IReadOnlyList<ReportContent> tenants)
    {
        var (first, isOne) = (tenants[0], tenants.Count == 1);
        var digest = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Css.Value)));
        return Html.Of($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <title>Mail access report: {(isOne ? first.Tenant : $"{tenants.Count} tenants")}, {first.CreatedAt:yyyy-MM-dd}</title>
            {Html.Style(Css.Value)}
            </head>
            <body>
            <a class="skip" href="#{(isOne ? "summary" : Id(first))}">Skip to the summary</a>
            <header>
            <h1>Mail access report</h1>
            {(isOne ? About(first) : Html.Of($"""<p class="about">{tenants.Count} tenants</p>"""))}
            </header>
            <nav aria-label="Contents">
            <ul>{(isOne ? Contents(first, "") : tenants.Select(t => Html.Of($"""<li><a href="#{Id(t)}"><bdi>{t.Tenant}</bdi></a></li>""")))}</ul>
            </nav>
            <main>
            {(isOne ? Sections(first, "") : tenants.Select(Tenant))}
            </main>
            <footer><p class="soft">Share this report only with people who need it. It shows which apps can read mail. It contains no secrets. Created with MailAdmin.</p></footer>
            </body>
            </html>

            """).ToString();
    }

    private static string Id(ReportContent tenant) => $"tenant-{tenant.TenantId}";

    private static Html About(ReportContent content) => Html.Of($"""
        <p class="about">{(content.IsSandbox ? "Sandbox tenant" : "Tenant")} <bdi>{content.Tenant}</bdi> <span class="soft">({content.TenantId})</span></p>
        <p class="soft">Created on <time datetime="{content.CreatedAt:yyyy-MM-dd'T'HH:mm:ss'Z'}">{content.CreatedAt:yyyy-MM-dd HH:mm} UTC</time> by <bdi>{content.Account}</bdi>. It shows the configuration at that time.</p>
        """);

    /// <summary>The section of a tenant, in a page of several.</summary>
    private static Html Tenant(ReportContent content) => Html.Of($"""
        <section id="{Id(content)}" class="tenant">
        <header>
        {About(content)}
        </header>
        <ul>{Contents(content, Id(content) + "-")}</ul>
        {Sections(content, Id(content) + "-")}
        </section>

        """);

    private static IEnumerable<(ReportSection Section, Html Body)> Parts(ReportContent content) =>
        ReportSection.All.Select(s => (s, s.Body(content))).Where(s => s.Item2 is not null).Select(s => (s.s, s.Item2!));

    private static IEnumerable<Html> Contents(ReportContent content, string prefix) =>
        Parts(content).Select(s => Html.Of($"""<li><a href="#{prefix}{s.Section.Id}">{s.Section.Title}</a></li>"""));

    private static IEnumerable<Html> Sections(ReportContent content, string prefix) => Parts(content).Select(s => Html.Of($"""
        <section id="{prefix}{s.Section.Id}" aria-labelledby="{prefix}{s.Section.Id}-title">
        <h2 id="{prefix}{s.Section.Id}-title">{s.Section.Title}</h2>
        {s.Body}
        </section>

        """));
}
