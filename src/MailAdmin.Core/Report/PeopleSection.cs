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
        if (rows.Length == 0)
        {
            return null;
        }

        var table = ReportFormat.Table(
            "Apps that act for users", ["App", "Permission", "Users"],
            rows.Select(r => (IReadOnlyList<Html>)
            [
                ReportFormat.Link(r.App), Html.Of($"{r.Path.Permission}"), ReportFormat.Name(r.Path.Scope),
            ]));
        return Html.Of($"""
            <p>These reach mail only with a person’s sign-in, and only what that person may see.</p>
            {table}
            """);
    }
}
