namespace MailAdmin.Core.Report;

/// <summary>Shows the details of each app.</summary>
internal static class AppSection
{
    public static Html? Body(ReportContent content) => content.Apps.Count == 0 ? null : Html.Join(content.Apps.Select(One));

    private static Html One(MailAppAccess app)
    {
        var lastSignIn = app.LastSignInAt is null
            ? Html.Of($"""<span class="soft">not recorded</span>""")
            : ReportFormat.Time(app.LastSignInAt);
        var findings = app.Finding.Length == 0
            ? Html.Empty
            : Html.Of($"<div><dt>Findings</dt><dd><ul>{app.Finding.Select(Finding)}</ul></dd></div>");
        return Html.Of($"""
            <article id="app-{ReportFormat.Anchor(app)}" aria-labelledby="title-{ReportFormat.Anchor(app)}">
            <h3 id="title-{ReportFormat.Anchor(app)}"><bdi>{app.App}</bdi> {ReportFormat.Reach(app.Reach)}</h3>
            <dl>
            <div><dt>Client ID</dt><dd><code>{app.ClientId}</code></dd></div>
            <div><dt>Registered</dt><dd>{Origin(app)}</dd></div>
            <div><dt>Last sign-in</dt><dd>{lastSignIn}</dd></div>
            <div><dt>Access</dt><dd><ul>{app.Access.Select(Path)}</ul></dd></div>
            {findings}
            </dl>
            </article>

            """);
    }

    private static string Origin(MailAppAccess app) => app.IsOwn switch
    {
        true => "in this tenant",
        false => "in another tenant, which has its credentials",
        null => "not found, or unknown",
    } + (app.Kind is null or "Application" ? "" : $" ({app.Kind})") + (app.IsEnabled == false ? "; sign-in is disabled" : "");

    private static Html Path(MailAppAccessPath path) => Html.Of($"""
        <li><code>{path.Permission}</code> over {path.Protocol}: <bdi>{path.Scope}</bdi>{Mailboxes(path)}</li>
        """);

    private static Html Mailboxes(MailAppAccessPath path)
    {
        if (path is not { Mailbox: { Length: > 0 } mailboxes, Mechanism: not MailAppMechanism.EntraDelegated })
        {
            return Html.Empty;
        }

        var names = mailboxes.Select((m, i) => Html.Of($"{(i == 0 ? "" : ", ")}<bdi>{m}</bdi>"));
        return Html.Of($""" <span class="soft">({names})</span>""");
    }

    private static Html Finding(MailAppFinding finding) =>
        Html.Of($"<li>{ReportFormat.Kind(finding.Kind)} <bdi>{finding.Message}</bdi> {finding.Advice}</li>");
}
