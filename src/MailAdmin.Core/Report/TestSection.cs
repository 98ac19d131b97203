namespace MailAdmin.Core.Report;

/// <summary>Shows the tests that were passed to the cmdlet: of the access as configured, and of opened mailboxes.</summary>
internal static class TestSection
{
    public static Html? Body(ReportContent content) =>
        content.AccessTests.Count + content.ConnectionTests.Count == 0 ? null : Html.Of($"""
        {Configured(content)}
        {Opened(content)}
        """);

    private static Html Configured(ReportContent content) => content.AccessTests.Count == 0 ? Html.Empty : ReportFormat.Table(
        "Access as configured", ["App", "Mailbox", "Graph", "IMAP", "EWS", "Cause"],
        content.AccessTests.Select(t => (IReadOnlyList<Html>)
        [
            ReportFormat.Name(t.App), ReportFormat.Mailbox(t.Mailbox), Answer(t.Graph), Answer(t.Imap), Answer(t.Ews),
            ReportFormat.Words(Html.Of($"<bdi>{t.Cause}</bdi>{Counts(t.ConclusiveAfter)}")),
        ]));

    private static Html Opened(ReportContent content) => content.ConnectionTests.Count == 0 ? Html.Empty : ReportFormat.Table(
        "Connection tests", ["Mailbox", "Protocol", "App", "Result", "Cause and action"],
        content.ConnectionTests.Select(t => (IReadOnlyList<Html>)
        [
            ReportFormat.Mailbox(t.Mailbox), Html.Of($"{t.Protocol}"), App(content, t.ClientId), ReportFormat.Verdict(t.Verdict),
            ReportFormat.Words(Html.Of($"<bdi>{t.Cause}</bdi> <bdi>{t.Advice}</bdi>")),
        ]));

    private static Html Answer(MailAppAccessAnswer answer) => answer.Verdict switch
    {
        Verdict.Passed => ReportFormat.Badge("●", "Granted", "plain"),
        Verdict.Failed => ReportFormat.Badge("–", "Denied", "soft"),
        _ => ReportFormat.Verdict(answer.Verdict),
    };

    private static Html Counts(DateTimeOffset? from) =>
        from is { } time ? Html.Of($""" <span class="soft">Conclusive after {time:yyyy-MM-dd HH:mm} UTC.</span>""") : Html.Empty;

    private static Html App(ReportContent content, string clientId) =>
        content.Apps.FirstOrDefault(a => a.ClientId.Equals(clientId, StringComparison.OrdinalIgnoreCase)) is { } app
            ? ReportFormat.Link(app)
            : Html.Of($"{clientId}");
}
