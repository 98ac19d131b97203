using System.Security.Cryptography;
using System.Text;

namespace MailAdmin.Core.Report;

/// <summary>
/// The page of a report: one file that refers to nothing outside itself, and in which no script runs. A browser is told so, too
/// (https://www.w3.org/TR/CSP3/): the only style that counts is the one whose digest the policy names.
/// </summary>
internal static class ReportPage
{
    private static readonly Lazy<string> Css = new(() =>
    {
        using var reader = new StreamReader(
            typeof(ReportPage).Assembly.GetManifestResourceStream("MailAdmin.Core.Report.report.css")!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    });

    public static string Write(ReportContent content)
    {
        var sections = ReportSection.All.Select(s => (Section: s, Body: s.Body(content)))
            .Where(s => s.Body is not null).ToArray();
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
            <title>Who can reach mail: {content.Tenant}, {content.CreatedAt:yyyy-MM-dd}</title>
            {Html.Style(Css.Value)}
            </head>
            <body>
            <a class="skip" href="#summary">To the summary</a>
            <header>
            <h1>Who can reach mail</h1>
            <p class="about">{(content.IsSandbox ? "Sandbox tenant" : "Tenant")} <bdi>{content.Tenant}</bdi> <span class="soft">({content.TenantId})</span></p>
            <p class="soft">Made on <time datetime="{content.CreatedAt:yyyy-MM-dd'T'HH:mm:ss'Z'}">{content.CreatedAt:d MMMM yyyy, HH:mm} UTC</time> by <bdi>{content.Account}</bdi>. It shows what was configured at that time.</p>
            </header>
            <nav aria-label="Contents">
            <ul>{sections.Select(s => Html.Of($"""<li><a href="#{s.Section.Id}">{s.Section.Title}</a></li>"""))}</ul>
            </nav>
            <main>
            {sections.Select(s => Html.Of($"""
                <section id="{s.Section.Id}" aria-labelledby="{s.Section.Id}-title">
                <h2 id="{s.Section.Id}-title">{s.Section.Title}</h2>
                {s.Body!}
                </section>

                """))}
            </main>
            <footer><p class="soft">Keep this page to those who need it: it tells where mail can be read from. It holds no secret. Made with MailAdmin.</p></footer>
            </body>
            </html>

            """).ToString();
    }
}
