namespace MailAdmin.Core.Report;

/// <summary>Shows the apps that access mail on behalf of signed-in users.</summary>
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
            <p>These apps can access mail only for a signed-in user, and only the mail that the user can access.</p>
            {table}
            """);
    }
}
