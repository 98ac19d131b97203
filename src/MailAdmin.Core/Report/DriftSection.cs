namespace MailAdmin.Core.Report;

/// <summary>Where apps differ from the recipes that they were made by.</summary>
internal static class DriftSection
{
    public static Html? Body(ReportContent content)
    {
        var drift = content.RecipeTests.SelectMany(t => t.Drift).ToArray();
        return content.RecipeTests.Count == 0 ? null : Html.Of($"""
            {Parts.Table(
                "Apps held against their recipes", ["App", "Recipe", "Result", "Differences"],
                content.RecipeTests.Select(t => (IReadOnlyList<Html>)[Parts.Name(t.App), Html.Of($"{t.Recipe}"), Parts.Verdict(t.Verdict), Html.Of($"{t.Drift.Length}")]))}
            {(drift.Length == 0 ? Html.Empty : Parts.Table(
                "What differs", ["App", "What", "Recipe says", "There is", "Why it matters, and what to do"],
                drift.Select(d => (IReadOnlyList<Html>)
                [
                    Parts.Name(d.App), Html.Of($"{d.Kind}: <bdi>{d.Item}</bdi>"), Html.Of($"<bdi>{d.Expected}</bdi>"), Html.Of($"<bdi>{d.Actual}</bdi>"), Parts.Words(Html.Of($"<bdi>{d.Cause}</bdi> <bdi>{d.Advice}</bdi>")),
                ])))}
            """);
    }
}
