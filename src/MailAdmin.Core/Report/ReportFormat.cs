using System.Globalization;

namespace MailAdmin.Core.Report;

/// <summary>Creates the elements that several sections use.</summary>
internal static class ReportFormat
{
    /// <summary>A table in a box that scrolls on a narrow page.</summary>
    /// <param name="caption">The caption, for screen readers.</param>
    /// <param name="columns">The headings.</param>
    /// <param name="rows">The rows: their own heading first.</param>
    /// <param name="kind">The class of the table.</param>
    public static Html Table(
        string caption, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<Html>> rows, string kind = "list")
    {
        var headings = columns.Select(c => Html.Of($"""<th scope="col"><bdi>{c}</bdi></th>"""));
        Html Cell(Html content, string heading) =>
            Html.Of($"""<td data-label="{heading}"><div class="cell">{content}</div></td>""");
        return Html.Of($"""
            <div class="scroll" role="region" tabindex="0" aria-label="{caption}">
            <table class="{kind}">
            <caption>{caption}</caption>
            <thead><tr>{headings}</tr></thead>
            <tbody>
            {rows.Select(r => Html.Of($"""
                <tr><th scope="row">{r[0]}</th>{r.Skip(1).Select((c, i) => Cell(c, columns[i + 1]))}</tr>

                """))}
            </tbody>
            </table>
            </div>
            """);
    }

    /// <summary>A name that others chose. It can't change the direction of the text next to it.</summary>
    public static Html Name(string name) => Html.Of($"<bdi>{name}</bdi>");

    /// <summary>The address of a mailbox, which isn't wrapped if it fits.</summary>
    public static Html Mailbox(string address) => Html.Of($"""<bdi class="mail">{address}</bdi>""");

    /// <summary>Sentences in a cell of a table.</summary>
    public static Html Words(Html sentences) => Html.Of($"""<div class="words">{sentences}</div>""");

    /// <summary>The name of an app, which leads to its place in the page.</summary>
    public static Html Link(MailAppAccess app) => Html.Of($"""<a href="#app-{Anchor(app)}"><bdi>{app.App}</bdi></a>""");

    /// <summary>Returns the anchor of an app in the page: several tenants can have the same app.</summary>
    public static string Anchor(MailAppAccess app) =>
        app.TenantId.Length == 0 ? app.ClientId : $"{app.TenantId}-{app.ClientId}";

    /// <summary>A word with a sign, so that it doesn't need its color to be understood.</summary>
    public static Html Badge(string sign, string word, string tone) =>
        Html.Of($"""<span class="badge {tone}"><span aria-hidden="true">{sign}</span> {word}</span>""");

    public static Html Reach(MailReach reach) => reach switch
    {
        MailReach.TenantWide => Badge("▲", "all mailboxes", "bad"),
        MailReach.Unknown => Badge("?", "unknown", "warn"),
        MailReach.Mailboxes => Badge("●", "specific mailboxes", "good"),
        MailReach.SignedInUsers => Badge("○", "signed-in users", "good"),
        _ => Badge("–", "none", "soft"),
    };

    public static Html Verdict(Verdict verdict) => verdict switch
    {
        MailAdmin.Verdict.Passed => Badge("✓", "Passed", "good"),
        MailAdmin.Verdict.Failed => Badge("✕", "Failed", "bad"),
        MailAdmin.Verdict.Warning => Badge("!", "Warning", "warn"),
        MailAdmin.Verdict.TooSoonToTell => Badge("…", "Too soon to tell", "warn"),
        _ => Badge("?", "Unknown", "warn"),
    };

    public static Html Kind(MailAppFindingKind kind) => kind switch
    {
        MailAppFindingKind.TenantWide => Badge("▲", "All mailboxes", "bad"),
        MailAppFindingKind.ScopeDefeated => Badge("▲", "Scope defeated", "bad"),
        MailAppFindingKind.Retired => Badge("✕", "Retired", "bad"),
        MailAppFindingKind.AdvancedPermission => Badge("▲", "Changes content", "warn"),
        MailAppFindingKind.WrongServicePrincipal => Badge("✕", "Wrong object ID", "bad"),
        MailAppFindingKind.ForeignControl => Badge("!", "Others have control", "warn"),
        MailAppFindingKind.CredentialExpired => Badge("✕", "Credential expired", "bad"),
        MailAppFindingKind.CredentialExpiring => Badge("!", "Credential expires soon", "warn"),
        MailAppFindingKind.Secret => Badge("!", "Secret", "warn"),
        MailAppFindingKind.Unused => Badge("!", "Unused", "warn"),
        MailAppFindingKind.NoEffect => Badge("–", "No effect", "soft"),
        MailAppFindingKind.Adopted => Badge("–", "Adopted", "soft"),
        MailAppFindingKind.NotProved => Badge("?", "Owner not verified", "warn"),
        _ => Badge("–", "Legacy policy", "soft"),
    };

    public static Html Time(DateTimeOffset? time) =>
        time is { } at
            ? Html.Of($"""<time datetime="{at:yyyy-MM-dd}">{at:yyyy-MM-dd}</time>""")
            : Html.Of($"""<span class="soft">unknown</span>""");

    /// <summary>A number with its noun: "1 app", "2 apps".</summary>
    public static string Count(int number, string noun)
    {
        var plural = noun.EndsWith('x') ? $"{noun}es" : $"{noun}s";
        return string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? noun : plural)}");
    }
}
