using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MailAdmin.Core.Report;

namespace MailAdmin.Tests.Report;

/// <summary>The report: it holds what it is given, and whatever that is, it stays text.</summary>
public sealed partial class ReportTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    /// <summary>What somebody may call an app, or put into an answer: markup, attributes, script, and characters that turn text around.</summary>
    private static readonly string[] Hostile =
    [
        "<script>alert(1)</script>", "\" onmouseover=\"alert(1)", "'><img src=x onerror=alert(1)>", "</style><svg onload=alert(1)>", "javascript:alert(1)",
        "<!--", "]]>", "&lt;b&gt;", "{{7*7}}", "a\u202Egnp.exe", "nul\0 bell\a", "\uD800 alone", "</title></head><body>",
    ];

    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Nothing_that_somebody_else_wrote_becomes_markup()
    {
        var plain = Tags(ReportPage.Write(Content("plain")));
        Assert.True(plain.Length > 200);
        foreach (var text in Hostile)
        {
            var page = ReportPage.Write(Content(text));
            Assert.Equal(plain, Tags(page));
            Assert.DoesNotContain("\u202E", page, StringComparison.Ordinal);
            Assert.DoesNotContain('\0', page);
        }
    }

    [Fact]
    public void Secrets_of_one_name_are_told_apart_by_the_beginning_of_their_IDs()
    {
        var content = Content("Archive");
        string[] ids = ["0a1b2c3d-0000-0000-0000-000000000000", "1a1b2c3d-0000-0000-0000-000000000000", "2a1b2c3d-0000-0000-0000-000000000000"];
        var app = content.Apps[0] with { Credential = [.. content.Apps[0].Credential.Zip(ids, (c, id) => c with { KeyId = id })] };
        var page = ReportPage.Write(content with { Apps = [app] });

        Assert.All(ids, id => Assert.Contains($"<code>{id[..8]}</code>", page, StringComparison.Ordinal));
    }

    [Fact]
    public void The_page_refers_to_nothing_outside_itself_and_runs_no_script()
    {
        var page = ReportPage.Write(Content("plain"));
        Assert.All(Reference().Matches(page), m => Assert.StartsWith("#", m.Groups[1].Value, StringComparison.Ordinal));
        Assert.DoesNotContain("url(", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("@import", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("style=\"", page, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_link_of_the_page_leads_somewhere_and_every_id_is_one()
    {
        var page = ReportPage.Write(Content("plain"));
        string[] ids = [.. Id().Matches(page).Select(m => m.Groups[1].Value)];
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(Reference().Matches(page), m => Assert.Contains(m.Groups[1].Value[1..], ids));
        Assert.All(LabelledBy().Matches(page), m => Assert.Contains(m.Groups[1].Value, ids));
    }

    [Fact]
    public void It_can_be_heard_landmarks_headings_captions_and_scopes()
    {
        var page = ReportPage.Write(Content("plain"));
        Assert.StartsWith("<!DOCTYPE html>\n<html lang=\"en\">", page.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        foreach (var landmark in new[] { "<header>", "<nav aria-label=", "<main>", "<footer>", "<h1>" })
        {
            Assert.Single(Regex.Matches(page, Regex.Escape(landmark)));
        }

        Assert.Equal(Regex.Count(page, "<table "), Regex.Count(page, "<caption>"));
        Assert.All(Regex.Matches(page, "<th[ >][^>]*"), m => Assert.Contains("scope=", m.Value, StringComparison.Ordinal));
        // No color says what no word says.
        Assert.All(Regex.Matches(page, """<span class="badge[^>]*><span aria-hidden="true">[^<]*</span> ([^<]*)"""), m => Assert.NotEqual("", m.Groups[1].Value.Trim()));
    }

    /// <summary>WCAG 2.2, success criterion 1.4.3: text has a contrast of 4.5 to 1 at least, by daylight, in the dark and in print.</summary>
    [Fact]
    public void Every_color_of_text_can_be_read_on_every_ground_that_it_stands_on()
    {
        using var css = new StreamReader(typeof(ReportContent).Assembly.GetManifestResourceStream("MailAdmin.Core.Report.report.css")!);
        var palettes = Palette().Matches(css.ReadToEnd()).Select(m => Color().Matches(m.Value).ToDictionary(c => c.Groups[1].Value, c => c.Groups[2].Value)).ToArray();
        Assert.Equal(3, palettes.Length);
        foreach (var palette in palettes)
        {
            var pairs = from ink in new[] { "ink", "soft", "link", "bad", "warn", "good" }
                        from ground in new[] { "paper", "panel" }
                        select (ink, ground);
            Assert.All(pairs.Concat(new[] { "bad", "warn", "good" }.Select(c => (c, c + "-panel"))).Append(("ink", "warn-panel")), p =>
                Assert.True(Contrast(palette[p.Item1], palette[p.Item2]) >= 4.5, $"{p.Item1} {palette[p.Item1]} on {p.Item2} {palette[p.Item2]}"));
        }

        static double Contrast(string one, string other)
        {
            double[] both = [Luminance(one), Luminance(other)];
            return (both.Max() + 0.05) / (both.Min() + 0.05);
        }

        static double Luminance(string color)
        {
            double Part(int at) => Convert.ToInt32(color.Substring(at, 2), 16) / 255d is var v && v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4);
            return (0.2126 * Part(1)) + (0.7152 * Part(3)) + (0.0722 * Part(5));
        }
    }

    [Fact]
    public void The_matrix_tells_yes_no_and_perhaps_apart_and_is_cut_into_tables_that_can_be_read()
    {
        var content = Content("x");
        var page = Text(ReportPage.Write(content));
        Assert.Contains("a@contoso.com", page, StringComparison.Ordinal);
        Assert.Contains("? may: Graph", page, StringComparison.Ordinal);
        MailAppAccess Scoped(int i) => new()
        {
            App = $"App {i}",
            ClientId = $"33333333-0000-0000-0000-{i:000000000000}",
            Reach = MailReach.Mailboxes,
            Access = [new MailAppAccessPath { Permission = "p", Protocol = "IMAP", Reach = MailReach.Mailboxes, Scope = "s", Mailbox = [$"m{i}@contoso.com"] }],
        };
        page = ReportPage.Write(content with { Apps = [.. Enumerable.Range(0, 13).Select(Scoped)], Mailboxes = null });
        Assert.Equal(3, Regex.Count(page, "<table class=\"matrix\">"));
        Assert.Equal(13, Regex.Count(page, """<span class="badge plain"><span aria-hidden="true">●</span> IMAP</span>"""));
        Assert.Contains("all other mailboxes", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_sections_say_what_is_in_the_content()
    {
        var page = Text(ReportPage.Write(Content("Scanner")));
        foreach (var sentence in new[]
        {
            "Scanner", "a@contoso.com", "each of 2 other mailboxes", "Graph/Mail.Read: every mailbox.", "expired 3 days ago", "12 days", "1 October 2026",
            "all users who sign in to it", "Too soon to tell", "Drift from recipes", "– not granted", "Match their recipes: As it should be", "didn't pass: Half seen", "with unknown access", "This report is incomplete.", "Unknown: policies.",
        })
        {
            Assert.Contains(sentence, page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_could_not_be_read_is_never_called_none()
    {
        var content = Content("x") with { Apps = [], AccessTests = [], ConnectionTests = [], RecipeTests = [] };
        var page = Text(ReportPage.Write(content));
        foreach (var sentence in new[] { "No app was found that can access all mailboxes.", "No app was found that can access a mailbox by itself.", "No app was found that uses Exchange Web Services" })
        {
            Assert.Contains(sentence, page, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("was found that", Text(ReportPage.Write(content with { Unknown = [] })), StringComparison.Ordinal);
    }

    [Fact]
    public void A_tenant_without_apps_has_a_page_too()
    {
        var page = Text(ReportPage.Write(Content("x") with { Apps = [], AccessTests = [], ConnectionTests = [], RecipeTests = [], Unknown = [] }));
        Assert.Contains("No findings.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("incomplete", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Drift", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_JSON_beside_it_is_the_same_content_without_a_hint_of_a_secret()
    {
        var path = Path.Combine(_folder, "report.html");
        Assert.False(ReportFile.Check(path, overwrite: false));
        ReportFile.Write(Content(Hostile[0]), path);
        var json = JsonNode.Parse(File.ReadAllText(ReportFile.JsonPathOf(path)))!;
        Assert.Equal((1, Hostile[0], "TenantWide"), ((int)json["schemaVersion"]!, (string)json["apps"]![0]!["app"]!, (string)json["apps"]![0]!["reach"]!));
        Assert.Equal("TooSoonToTell", (string)json["connectionTests"]![0]!["verdict"]!);
        Assert.DoesNotContain("Abc", File.ReadAllText(ReportFile.JsonPathOf(path)), StringComparison.Ordinal);
        Assert.Equal([path, ReportFile.JsonPathOf(path)], Directory.GetFiles(_folder).Order());
    }

    [Fact]
    public void Files_that_are_there_are_kept_unless_they_may_be_written_over()
    {
        var path = Path.Combine(_folder, "report.html");
        File.WriteAllText(ReportFile.JsonPathOf(path), "mine");
        Assert.Equal("ReportExists", Assert.Throws<InvalidRequestException>(() => ReportFile.Check(path, overwrite: false)).Id);
        Assert.True(ReportFile.Check(path, overwrite: true));
        Assert.Equal("ReportPathNotHtml", Assert.Throws<InvalidRequestException>(() => ReportFile.Check(Path.Combine(_folder, "report.json"), overwrite: true)).Id);
        Assert.Equal("ReportNotWritable", Assert.Throws<InvalidRequestException>(() => ReportFile.Check(Path.Combine(_folder, "none", "report.html"), overwrite: true)).Id);
        Directory.CreateDirectory(path);
        Assert.Equal("ReportNotWritable", Assert.Throws<InvalidRequestException>(() => ReportFile.Write(Content("x"), path)).Id);
        Assert.Equal("mine", File.ReadAllText(ReportFile.JsonPathOf(path)));
    }

    [Fact]
    public async Task A_browser_shows_it_and_has_nothing_to_complain_of()
    {
        var browser = Chromium.Program;
        Assert.SkipUnless(browser is not null, "chromium is not on PATH.");
        var path = Path.Combine(_folder, "report.html");
        ReportFile.Write(Content(string.Join(' ', Hostile)), path);
        using var process = Process.Start(new ProcessStartInfo(browser!,
            ["--headless=new", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", $"--user-data-dir={Path.Combine(_folder, "browser")}", "--dump-dom", new Uri(path).AbsoluteUri])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (shown, said) = (process.StandardOutput.ReadToEndAsync(Token), process.StandardError.ReadToEndAsync(Token));
        await process.WaitForExitAsync(Token);
        Assert.Contains("</footer>", await shown, StringComparison.Ordinal);
        Assert.DoesNotContain(":CONSOLE", await said, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        try
        {
            _folder.Dispose();
        }
        catch (IOException)
        {
            // A helper of the browser may still be writing there; it is a folder for temporary files.
        }
    }

    private static ReportContent Content(string text)
    {
        MailAppCredential Credential(CredentialKind kind, double days) => new()
        {
            App = text,
            ClientId = "11111111-0000-0000-0000-000000000001",
            ApplicationObjectId = "o",
            Kind = kind,
            KeyId = "k",
            DisplayName = text,
            ExpiresAt = Now.AddDays(days),
            Hint = "Abc",
        };
        return new ReportContent
        {
            TenantId = "99999999-0000-0000-0000-000000000000",
            Tenant = text,
            Account = text,
            CreatedAt = Now,
            Mailboxes = ["a@contoso.com", "b@contoso.com", "c@contoso.com"],
            Unknown = ["Unknown: policies. " + text],
            Apps =
            [
                new MailAppAccess
                {
                    App = text,
                    ClientId = "11111111-0000-0000-0000-000000000001",
                    Kind = text,
                    Reach = MailReach.TenantWide,
                    IsOwn = true,
                    Access =
                    [
                        new MailAppAccessPath { Permission = "Graph/Mail.Read", Reach = MailReach.TenantWide, Scope = text },
                        new MailAppAccessPath { Permission = text, Reach = MailReach.Mailboxes, Scope = text, Mailbox = ["a@contoso.com"], Mechanism = MailAppMechanism.ExchangeRole },
                        new MailAppAccessPath { Permission = "Graph/Mail.Read", Reach = MailReach.SignedInUsers, Scope = "all users who sign in to it", Mechanism = MailAppMechanism.EntraDelegated },
                    ],
                    Credential = [Credential(CredentialKind.Secret, -3), Credential(CredentialKind.Certificate, 12.5), Credential(CredentialKind.Secret, 900)],
                    LastSignInAt = Now,
                    Finding =
                    [
                        new MailAppFinding(MailAppFindingKind.TenantWide, "Graph/Mail.Read: every mailbox.") { Advice = text },
                        new MailAppFinding(MailAppFindingKind.Retired, "Blocked since 1 October 2026. " + text),
                    ],
                },
                new MailAppAccess
                {
                    App = text,
                    ClientId = "22222222-0000-0000-0000-000000000002",
                    Reach = MailReach.Unknown,
                    Access = [new MailAppAccessPath { Permission = "Graph/Mail.Read", Reach = MailReach.Unknown, Scope = text }],
                },
            ],
            AccessTests =
            [
                new MailAppAccessTest
                {
                    App = text,
                    ClientId = text,
                    Mailbox = text,
                    Graph = new MailAppAccessAnswer { Verdict = Verdict.Passed, Cause = text },
                    Imap = new MailAppAccessAnswer { Verdict = Verdict.Failed },
                    Ews = new MailAppAccessAnswer { Verdict = Verdict.Unknown },
                    GraphSend = new MailAppAccessAnswer { Verdict = Verdict.Failed },
                    Smtp = new MailAppAccessAnswer { Verdict = Verdict.TooSoonToTell },
                },
            ],
            RecipeTests =
            [
                new MailAppTest
                {
                    App = text,
                    ClientId = text,
                    Recipe = text,
                    Checks = [],
                    Drift = [.. Enum.GetValues<MailAppDriftKind>().Select(k => new MailAppDrift { App = text, ClientId = text, Recipe = text, Kind = k, Item = text, Actual = text, Cause = text, Advice = text })],
                },
                new MailAppTest { App = "As it should be", ClientId = text, Recipe = text, Checks = [] },
                new MailAppTest { App = "Half seen", ClientId = text, Recipe = text, Checks = [], Verdict = Verdict.Unknown },
            ],
            ConnectionTests =
            [
                new MailboxConnectionTest
                {
                    Mailbox = text,
                    ClientId = text,
                    Verdict = Verdict.TooSoonToTell,
                    Checks = [new MailCheck("Mailbox", CheckStatus.TooSoonToTell) { Cause = text, Advice = text }],
                },
            ],
        };
    }

    /// <summary>The tags with the names of their attributes: the shape of a page, whatever its words.</summary>
    private static string[] Tags(string page) => [.. Tag().Matches(page).Select(m => Value().Replace(m.Value, "=\"\""))];

    private static string Text(string page) => System.Net.WebUtility.HtmlDecode(Regex.Replace(Tag().Replace(page, ""), @"\s+", " "));

    [GeneratedRegex(""":root \{[^}]*--ink:[^}]*\}""")]
    private static partial Regex Palette();

    [GeneratedRegex("""--([a-z-]+): (#[0-9a-f]{6})""")]
    private static partial Regex Color();

    [GeneratedRegex("""<[a-zA-Z/!][^>]*>""")]
    private static partial Regex Tag();

    [GeneratedRegex("""="[^"]*" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Value();

    [GeneratedRegex("""(?:href|src|action|data|poster|srcset|xlink:href)="([^"]*)" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Reference();

    [GeneratedRegex(""" id="([^"]*)" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Id();

    [GeneratedRegex("""aria-labelledby="([^"]*)" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex LabelledBy();
}
