namespace MailAdmin.Core.Report;

/// <summary>Apps that reach the mail of people who sign in to them.</summary>
internal static class PeopleSection
{
    public static Html? Body(ReportContent content)
    {
        var rows = content.Apps
            .SelectMany(
                a => a.Access.Where(p => p.Mechanism == MailAppMechanism.EntraDelegated)
                    .Select(p => (App: a, Path: p))).ToArray();
        return rows.Length == 0 ? null : Html.Of($"""
            <p>These reach mail only with a person’s sign-in, and only what that person may see.</p>
            {ReportFormat.Table("Apps that act for people", ["App", "Permission", "For whom"], rows.Select(r => (IReadOnlyList<Html>)[ReportFormat.Link(r.App), Html.Of($"{r.Path.Permission}"), Html.Of($"<bdi>{r.Path.Scope}</bdi>")]))}
            """);
    }
}
