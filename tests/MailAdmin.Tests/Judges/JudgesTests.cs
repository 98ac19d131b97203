using System.Text;

namespace MailAdmin.Tests.Judges;

/// <summary>
/// Clients that nobody here wrote take the sandbox for Microsoft 365. All of them run at once, against one `serve`; the table in
/// docs/Sandbox.md is what they found. MAILADMIN_WRITE_PAGES=1 writes it.
/// </summary>
[Trait("Network", "Loopback")]
public sealed class JudgesTests(JudgesTests.Session session) : IClassFixture<JudgesTests.Session>
{
    private const string Start = "<!-- judges -->", End = "<!-- /judges -->";

    public static TheoryData<string> Clients =>
    [
        "@pnp/cli-microsoft365", "@azure/msal-node", "@microsoft/microsoft-graph-client", "imapflow", "imaplib",
        "Microsoft.Graph", "MSAL.NET", "MailKit",
    ];

    [Theory]
    [MemberData(nameof(Clients))]
    public void A_client_takes_it_for_the_service(string client)
    {
        var judge = session.Judges.Single(j => j.Client == client);
        Assert.SkipWhen(judge.Missing is not null, judge.Missing ?? "");
        Assert.Null(judge.Verdict);
    }

    [Fact]
    public void The_page_says_what_they_found()
    {
        Assert.SkipWhen(session.Judges.Any(j => j.Missing is not null), "Not every client is installed.");
        var table = new StringBuilder("\n\n| Client | Version | Operations | Result |\n|---|---|---|---|\n");
        foreach (var judge in session.Judges)
        {
            table.Append($"| {judge.Client} | {judge.Version} | {string.Join(", ", judge.Operations)} | ")
                .Append(judge.Verdict is null ? "As the service" : $"Fails at {judge.Operations[^1]}").Append(" |\n");
        }

        var path = Path.Combine(ArchitectureTests.FindRoot(), "docs", "Sandbox.md");
        var page = File.ReadAllText(path);
        int from = page.IndexOf(Start, StringComparison.Ordinal) + Start.Length, to = page.IndexOf(End, StringComparison.Ordinal);
        var written = $"{page[..from]}{table}\n{page[to..]}";
        if (Environment.GetEnvironmentVariable("MAILADMIN_WRITE_PAGES") is { Length: > 0 })
        {
            File.WriteAllText(path, written);
        }

        Assert.Equal(written, File.ReadAllText(path));
    }

    /// <summary>One `serve`, and all judges at work in it.</summary>
    public sealed class Session : IAsyncLifetime
    {
        private readonly ServedProcess _server = new();
        private JudgedTenant? _tenant;

        internal IReadOnlyList<Judge> Judges { get; private set; } = [];

        public async ValueTask InitializeAsync()
        {
            await _server.InitializeAsync();
            var tenant = _tenant = new JudgedTenant(_server);
            Judges =
            [
                new Microsoft365CliJudge(tenant), new MsalNodeJudge(tenant), new GraphClientJudge(tenant),
                new ImapFlowJudge(tenant), new ImapLibJudge(tenant), new MicrosoftGraphJudge(tenant),
                new MsalJudge(tenant), new MailKitJudge(tenant),
            ];
            await Task.WhenAll(Judges.Where(j => j.Missing is null).Select(j => j.AskAsync()));
        }

        public async ValueTask DisposeAsync()
        {
            _tenant?.Dispose();
            await _server.DisposeAsync();
        }
    }
}
