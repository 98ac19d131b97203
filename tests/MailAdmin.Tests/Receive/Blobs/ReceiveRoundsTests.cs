using System.Collections.Concurrent;
using System.Text;
using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Mail.Graph;
using MailAdmin.Core.Receive;
using MailAdmin.Core.Rounds;

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
    public async Task Mailboxes_without_news_cost_one_batch_and_at_most_one_read_of_storage(AfterProcessing action)
    {
        var container = await Container.MakeAsync(fixture);
        Counter graph = null!;
        using var road = await EndToEnd.StartAsync(null, h => graph = new Counter(h));
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

    private static void Add(EndToEnd road, string mailbox, string subject) => road.Tenant.AddMessage(
        mailbox, "Inbox", Encoding.ASCII.GetBytes($"From: a@x.example\r\nSubject: {subject}\r\nMessage-ID: <{Guid.NewGuid()}@x.example>\r\n\r\ntext"));

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
