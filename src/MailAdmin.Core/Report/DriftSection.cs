namespace MailAdmin.Core.Report;

/// <summary>Shows the differences between apps and the recipes of their products.</summary>
internal static class DriftSection
{
    public static Html? Body(ReportContent content)
    {
        if (content.RecipeTests.Count == 0)
        {
            return null;
        }

        var right = content.RecipeTests.Where(t => t is { Drift: [], Verdict: Verdict.Passed }).ToArray();
        var open = content.RecipeTests.Where(t => t is { Drift: [], Verdict: not Verdict.Passed }).ToArray();
        var drift = content.RecipeTests.SelectMany(t => t.Drift).ToArray();
        return Html.Of($"""
            {Differences(drift)}
            {Names("Match their recipes", right)}
            {Names("Incomplete check, or another check didn't pass", open)}
            """);
    }

    private static Html Differences(MailAppDrift[] drift) => drift.Length == 0 ? Html.Empty : ReportFormat.Table(
        "Differences between apps and their recipes", ["App", "Recipe", "Difference", "Expected", "Actual", "Cause and action"],
        drift.Select(Row));

    private static Html Names(string words, MailAppTest[] tests)
    {
        var names = tests.Select((t, i) => Html.Of($"{(i == 0 ? "" : ", ")}<bdi>{t.App}</bdi> (<bdi>{t.Recipe}</bdi>)"));
        return tests.Length == 0 ? Html.Empty : Html.Of($"<p>{words}: {names}.</p>");
    }

    private static IReadOnlyList<Html> Row(MailAppDrift drift) =>
    [
        ReportFormat.Name(drift.App), ReportFormat.Name(drift.Recipe), Html.Of($"{Kind(drift.Kind)} <bdi>{drift.Item}</bdi>"),
        Value(drift.Expected), Value(drift.Actual),
        ReportFormat.Words(Html.Of($"<bdi>{drift.Cause}</bdi> <bdi>{drift.Advice}</bdi>")),
    ];

    private static Html Value(string? value) =>
        value is { Length: > 0 } ? Html.Of($"<bdi>{value}</bdi>") : Html.Of($"""<span class="soft">none</span>""");

    private static Html Kind(MailAppDriftKind kind) => kind switch
    {
        MailAppDriftKind.Missing => ReportFormat.Badge("–", "missing", "warn"),
        MailAppDriftKind.Excess => ReportFormat.Badge("+", "excess", "warn"),
        MailAppDriftKind.Expired => ReportFormat.Badge("✕", "expired", "bad"),
        MailAppDriftKind.ExpiresSoon => ReportFormat.Badge("!", "expires soon", "warn"),
        MailAppDriftKind.ConsentMissing => ReportFormat.Badge("–", "not granted", "warn"),
        MailAppDriftKind.ForeignAccess => ReportFormat.Badge("?", "other user", "warn"),
        _ => ReportFormat.Badge("▲", "all mailboxes", "bad"),
    };
}
