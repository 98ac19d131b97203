using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Mail.Graph;
using MailAdmin.Core.Receive;
using MailAdmin.Core.Rounds;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Receive.Blobs;

/// <summary>Many mailboxes, over Graph, with their memory in a container: what those without news cost, and how runs share them.</summary>
[Trait("Network", "Loopback")]
public sealed class ReceiveRoundsTests(AzuriteFixture fixture) : IClassFixture<AzuriteFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Notes what passes.</summary>
    private sealed class Counter(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        public ConcurrentQueue<string> Requests { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Enqueue($"{request.Method} {request.RequestUri!.AbsolutePath}");
            return base.SendAsync(request, cancellationToken);
        }
    }

    [Theory]
    [InlineData(AfterProcessing.None)]
    [InlineData(AfterProcessing.Move)]
    // Without delta queries, by the time of arrival.
    [InlineData(AfterProcessing.None, MailEnvironment.China)]
    public async Task Mailboxes_without_news_cost_one_batch_and_at_most_one_read_of_storage(
        AfterProcessing action, MailEnvironment environment = MailEnvironment.Global)
    {
        var container = await Container.MakeAsync(fixture);
        Counter graph = null!;
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Environment = environment }, h => graph = new Counter(h));
        var storage = new Counter(Wire.Real.Http);
        var options = container.In(new ReceiveOptions { AfterProcessing = action, MoveTo = action == AfterProcessing.Move ? "Done" : null }, storage);
        var connections = await ConnectAsync(road);

        var first = await RunAsync(connections, options);
        Assert.NotEmpty(first);
        Assert.Empty(await RunAsync(connections, options));
        graph.Requests.Clear();
        storage.Requests.Clear();
        Assert.Empty(await RunAsync(connections, options));
        Assert.Equal(["POST /v1.0/$batch"], graph.Requests.Where(r => r.Contains("/v1.0/", StringComparison.Ordinal)));
        Assert.Equal(action == AfterProcessing.None ? 1 : 0, storage.Requests.Count);
        Assert.All(storage.Requests, r => Assert.StartsWith("GET ", r, StringComparison.Ordinal));

        // News in one: the others stay closed.
        var lucky = connections[^1].Mailbox;
        Add(road, lucky, "news");
        graph.Requests.Clear();
        Assert.Equal(["news"], await RunAsync(connections, options));
        Assert.DoesNotContain(connections[..^1], c => graph.Requests.Any(r => r.Contains($"/users/{c.Mailbox}", StringComparison.OrdinalIgnoreCase)));
        graph.Requests.Clear();
        Assert.Empty(await RunAsync(connections, options));
        Assert.Single(graph.Requests, r => r.Contains("/v1.0/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/users")]
    public async Task A_new_process_looks_all_mailboxes_up_with_one_request_or_not_where_it_may_not(string denied)
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.ReadWrite");
        var options = new ReceiveOptions { AfterProcessing = AfterProcessing.Move, MoveTo = "Done" };
        Assert.NotEmpty(await RunAsync([.. road.Tenant.Mailboxes.Take(4).Select(m => MailboxConnections.As(app, m.Address))], options));

        Counter graph = null!;
        // The directory may be closed to who is signed in; in a batch, each item says so.
        var wire = new Wire(
            graph = new Counter(new Relay(road.Tenant.Wire.Http)
            {
                Before = (request, _) => Task.FromResult(denied.Length > 0 && IsLookup(request) ? Denied(request) : null),
            }), road.Tenant.Wire.OpenStream, road.Tenant.Wire.Time) { IsSandbox = true };
        using var session = await EndToEnd.SignInAsync(road.Tenant, wire);
        MailboxConnection[] fresh =
        [
            .. road.Tenant.Mailboxes.Take(4).Select(
                m => MailboxConnections.With(app.TenantId, app.ClientId, m.Address, MailProtocol.Graph, null, session, app.ClientSecret, null)),
        ];
        foreach (var looks in (int[])[2, 1])
        {
            graph.Requests.Clear();
            Assert.Empty(await RunAsync(fresh, options));
            Assert.Equal(Enumerable.Repeat("POST /v1.0/$batch", looks), graph.Requests.Where(r => r.Contains("/v1.0/", StringComparison.Ordinal)));
        }

        static bool IsLookup(HttpRequestMessage request) => request.RequestUri!.AbsolutePath == "/v1.0/$batch"
            && request.Content!.ReadAsStringAsync(Cancel).GetAwaiter().GetResult().Contains("proxyAddresses", StringComparison.Ordinal);

        static JsonNode DeniedItem(int i) => new JsonObject
        {
            ["id"] = $"{i}",
            ["status"] = 403,
            ["body"] = new JsonObject { ["error"] = new JsonObject { ["code"] = "Authorization_RequestDenied", ["message"] = "Insufficient privileges to complete the operation." } },
        };

        static HttpResponseMessage Denied(HttpRequestMessage request) => new(System.Net.HttpStatusCode.OK)
        {
            Content = new StringContent(
                $"{new JsonObject { ["responses"] = new JsonArray([.. Enumerable.Range(0, 4).Select(DeniedItem)]) }}", Encoding.UTF8, "application/json"),
        };
    }

    [Fact]
    public async Task What_was_left_and_what_is_to_come_again_is_not_hidden_by_a_position()
    {
        var container = await Container.MakeAsync(fixture);
        using var road = await EndToEnd.StartAsync();
        var options = container.In(new ReceiveOptions());
        var connections = await ConnectAsync(road);
        var all = await RunAsync(connections, options);
        Add(road, connections[0].Mailbox, "left");
        Assert.Equal(["left"], await RunAsync(connections, options, _ => false));
        Assert.Equal(["left"], await RunAsync(connections, options));
        Assert.Empty(await RunAsync(connections, options));

        // Everything is to come again, and the run breaks off: what it left still comes.
        Assert.Single(await RunAsync(connections[..1], options with { Resync = true }, _ => false, most: 1));
        var rest = await RunAsync(connections, options);
        Assert.NotEmpty(all);
        Assert.Equal((await RunAsync(connections[..1], options with { Resync = true }, most: 1)).Order(), rest.Order());
    }

    [Fact]
    public async Task Two_runs_share_a_list_and_no_message_comes_twice()
    {
        var container = await Container.MakeAsync(fixture);
        using var road = await EndToEnd.StartAsync();
        var connections = await ConnectAsync(road);
        foreach (var connection in connections)
        {
            for (var i = 0; i < 10; i++)
            {
                Add(road, connection.Mailbox, $"{connection.Mailbox} {i}");
            }
        }

        var options = container.In(new ReceiveOptions { AfterProcessing = AfterProcessing.Move, MoveTo = "Done" });
        var runs = await Task.WhenAll(
            RunAsync(connections, options, isShared: true), RunAsync(connections, options, isShared: true));
        var late = await RunAsync(connections, options, isShared: true);
        string[] all = [.. runs[0], .. runs[1], .. late];
        Assert.Equal(connections.Count * 10, all.Count(a => connections.Any(c => a.StartsWith(c.Mailbox, StringComparison.Ordinal))));
        Assert.Equal(connections.Count * 10, all.Where(a => a.Contains('@', StringComparison.Ordinal)).Distinct().Count());
    }

    [Theory]
    [InlineData(AfterProcessing.None)]
    [InlineData(AfterProcessing.Move)]
    public async Task What_another_run_has_done_meanwhile_is_not_opened(AfterProcessing action)
    {
        const int Many = 12;
        var container = await Container.MakeAsync(fixture);
        var contents = new TenantDescription { Mailboxes = [.. Enumerable.Range(0, Many).Select(i => new MailboxDescription($"shared{i}"))] };
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Contents = contents });
        var app = await road.RegisterAsync("Graph/Mail.ReadWrite");
        MailboxConnection[] connections = [.. road.Tenant.Mailboxes.Take(Many).Select(m => MailboxConnections.As(app, m.Address))];
        Array.ForEach(connections, c => Add(road, c.Mailbox, $"for {c.Mailbox}"));
        var storage = new Counter(Wire.Real.Http);
        var options = new ReceiveOptions { AfterProcessing = action, MoveTo = action == AfterProcessing.Move ? "Done" : null };

        List<string>? other = null;
        var one = await RunAsync(connections, container.In(options, storage), m =>
        {
            // It has one mailbox in hand, and another run does the rest.
            other ??= RunAsync(connections, container.In(options), isShared: true).GetAwaiter().GetResult();
            storage.Requests.Clear();
            return true;
        }, isShared: true, most: 1);
        Assert.Equal(connections.Select(c => $"for {c.Mailbox}").Order(), one.Concat(other!).Where(s => s.StartsWith("for ", StringComparison.Ordinal)).Order());
        // The one in hand, and one in vain, which tells that others are at work.
        Assert.Equal(2, storage.Requests.Where(r => r.EndsWith(".memory", StringComparison.Ordinal)).Select(r => r.Split(' ')[1]).Distinct().Count());
    }

    [Fact]
    public async Task Where_Graph_has_no_delta_query_messages_come_by_their_time_of_arrival()
    {
        var container = await Container.MakeAsync(fixture);
        Counter graph = null!;
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Environment = MailEnvironment.China }, h => graph = new Counter(h));
        var options = container.In(new ReceiveOptions());
        var connections = await ConnectAsync(road);
        var now = road.Tenant.Clock.GetUtcNow();
        // More within an hour than are listed again.
        foreach (var i in Enumerable.Range(0, 55))
        {
            Add(road, connections[0].Mailbox, $"{i}", now.AddSeconds(i - 100));
        }

        Assert.Equal(55, (await RunAsync(connections, options)).Count(s => int.TryParse(s, out _)));
        graph.Requests.Clear();
        Assert.Empty(await RunAsync(connections, options));
        Assert.Single(graph.Requests, r => r.Contains("/v1.0/", StringComparison.Ordinal));

        // It was on its way for some seconds; one of the same second was there before.
        Add(road, connections[0].Mailbox, "late", now.AddSeconds(54 - 105));
        Add(road, connections[0].Mailbox, "same second", now.AddSeconds(54 - 100));
        Assert.Equal(["late", "same second"], await RunAsync(connections, options));
        Assert.Empty(await RunAsync(connections, options));

        // A run that breaks off, and what it left.
        Add(road, connections[1].Mailbox, "left");
        Assert.Equal(["left"], await RunAsync(connections, options, _ => false));
        Assert.Equal(["left"], await RunAsync(connections, options));
        Assert.Empty(await RunAsync(connections, options));
    }

    [Fact]
    public async Task Twenty_mailboxes_are_asked_for_with_one_request_and_one_that_can_t_be_asked_may_have_news()
    {
        Counter graph = null!;
        using var road = await EndToEnd.StartAsync(null, h => graph = new Counter(h));
        var connection = (await ConnectAsync(road))[0];
        using var tokens = MailboxAccess.Tokens(connection);
        using var news = new GraphNews(MailboxAccess.WireOf(connection), tokens);
        var questions = Enumerable.Range(0, 45)
            .Select(i => new NewsQuestion(i == 44 ? "nobody@contoso.onmicrosoft.com" : connection.Mailbox, "drafts", null, false)).ToArray();
        graph.Requests.Clear();
        var answers = await news.LookAsync(questions, Cancel);
        Assert.Equal(3, graph.Requests.Count(r => r == "POST /v1.0/$batch"));
        Assert.Equal(Enumerable.Repeat(false, 44).Append(true), answers);
        // A position that leads elsewhere is never followed.
        Assert.Equal([true], await news.LookAsync([new(connection.Mailbox, "inbox", "https://evil.example/delta", false)], Cancel));
    }

    private static async Task<List<MailboxConnection>> ConnectAsync(EndToEnd road)
    {
        var app = await road.RegisterAsync("Graph/Mail.ReadWrite");
        return [.. road.Tenant.Mailboxes.Take(4).Select(m => MailboxConnections.As(app, m.Address))];
    }

    private static void Add(EndToEnd road, string mailbox, string subject, DateTimeOffset? at = null) => road.Tenant.AddMessage(
        mailbox, "Inbox", Encoding.ASCII.GetBytes($"From: a@x.example\r\nSubject: {subject}\r\nMessage-ID: <{Guid.NewGuid()}@x.example>\r\n\r\ntext"), at);

    private static async Task<List<string>> RunAsync(
        IEnumerable<MailboxConnection> connections, ReceiveOptions options, Func<ReceivedMessage, bool>? each = null, bool isShared = false,
        int most = 2)
    {
        var all = new List<string>();
        using var rounds = new ReceiveRounds(connections.Select(c => (c, options)), most, null, isShared);
        await foreach (var (_, delivery, error) in rounds.RunAsync(rounds.ReceiveAsync, Cancel))
        {
            if (error is not null)
            {
                Assert.True(isShared && ReceiveRounds.IsInUse(error), $"{error}");
                continue;
            }

            Assert.Null(delivery!.Error);
            all.Add(delivery.Message.Subject ?? "");
            if (each?.Invoke(delivery.Message) ?? true)
            {
                delivery.Acknowledge();
            }
            else if (options.Resync)
            {
                break;
            }
        }

        return all;
    }
}
