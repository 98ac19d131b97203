using System.Globalization;

namespace MailAdmin.Core.Report;

/// <summary>
/// Shows secrets and certificates by expiration, with a line for the remaining time. The lines repeat the text next to them.
/// </summary>
internal static class CredentialSection
{
    private const int Days = 730;

    public static Html? Body(ReportContent content)
    {
        var rows = content.Apps.SelectMany(a => a.Credential.Select(c => (App: a, Credential: c)))
            .OrderBy(r => r.Credential.ExpiresAt).ToArray();
        return rows.Length == 0 ? null : ReportFormat.Table(
            "Secrets and certificates by expiration. The lines show the next two years",
            ["App", "Credential", "Expires", "Remaining", "Next two years"],
            rows.Select(r => (IReadOnlyList<Html>)
            [
                ReportFormat.Link(r.App),
                Name(r.Credential),
                ReportFormat.Time(r.Credential.ExpiresAt),
                Left(r.Credential.ExpiresAt, content.CreatedAt),
                Line(r.Credential.ExpiresAt, content.CreatedAt),
            ]));
    }

    // Several secrets often have the same name. The beginning of the key ID distinguishes them.
    private static Html Name(MailAppCredential credential)
    {
        var id = credential.KeyId.Length > 8 ? credential.KeyId[..8] : credential.KeyId;
        return credential.DisplayName is { Length: > 0 } name
            ? Html.Of($"""{credential.Kind} <code>{id}</code> <bdi class="soft">{name}</bdi>""")
            : Html.Of($"{credential.Kind} <code>{id}</code>");
    }

    private static Html Left(DateTimeOffset? endsAt, DateTimeOffset now)
    {
        if (endsAt is not { } end)
        {
            return Html.Of($"""<span class="soft">unknown</span>""");
        }

        return (int)Math.Floor((end - now).TotalDays) switch
        {
            < 0 => ReportFormat.Badge("✕", Ago((int)(now - end).TotalDays), "bad"),
            <= 30 and var days => ReportFormat.Badge("!", ReportFormat.Count(days, "day"), "warn"),
            var days => ReportFormat.Badge("●", ReportFormat.Count(days, "day"), "good"),
        };
    }

    private static string Ago(int days) => days == 0 ? "expired today" : $"expired {ReportFormat.Count(days, "day")} ago";

    private static Html Line(DateTimeOffset? endsAt, DateTimeOffset now)
    {
        var days = endsAt is { } end ? Math.Clamp((int)(end - now).TotalDays, 0, Days) : 0;
        var tone = days switch { 0 => "bad", <= 30 => "warn", _ => "good" };
        string[] quarters = [.. Enumerable.Range(0, 9)
            .Select(i => (i * Days / 8d).ToString("0.##", CultureInfo.InvariantCulture))];
        var ticks = quarters.Select(q => Html.Of($"""<line class="tick" x1="{q}" x2="{q}" y1="0" y2="20"/>"""));
        var bar = Html.Of($"""<rect class="{tone}" x="0" y="6" width="{Math.Max(days, 5)}" height="8"/>""");
        return Html.Of($"""
            <svg viewBox="0 0 {Days} 20" preserveAspectRatio="none" aria-hidden="true" focusable="false">{ticks}{bar}</svg>
            """);
    }
}
