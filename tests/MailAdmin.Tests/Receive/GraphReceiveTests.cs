using System.Text;
using System.Text.Json.Nodes;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Receive;

namespace MailAdmin.Tests.Receive;

/// <summary>The engine over Graph: what it asks the service for, and how often.</summary>
public sealed class GraphReceiveTests : IDisposable
{
    private static readonly ReceiveOptions Move = new() { Folders = ["Many"], AfterProcessing = AfterProcessing.Move, MoveTo = "Done" };

    private readonly Destination _destination = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _destination.Dispose();

    /// <summary>Counts what passes, and what passes at a time: the first content is held back until a second is asked for beside it.</summary>
    private sealed class Counter(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        private readonly TaskCompletionSource _second = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _running;
        private int _contents;

        public List<string> Requests { get; } = [];

        public int Most { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            lock (Requests)
            {
                Requests.Add($"{request.Method} {request.RequestUri!.AbsolutePath}");
                Most = Math.Max(Most, ++_running);
            }

            try
            {
                if (request.RequestUri.AbsolutePath.EndsWith("/$value", StringComparison.Ordinal))
                {
                    if (Interlocked.Increment(ref _contents) == 1)
                    {
                        await Task.WhenAny(_second.Task, Task.Delay(TimeSpan.FromSeconds(10), cancellationToken));
                    }

                    _second.TrySetResult();
                }

                return await base.SendAsync(request, cancellationToken);
            }
            finally
            {
                lock (Requests)
                {
                    _running--;
                }
            }
        }
    }

    [Fact]
    public async Task A_thousand_messages_as_objects_take_a_few_requests_and_have_bodies_and_attachments()
    {
        Counter counter = null!;
        using var road = await EndToEnd.StartAsync(null, h => counter = new Counter(h));
        Fill(road, 1000, attachments: 2);
        await using var store = await road.OpenAsync();
        counter.Requests.Clear();

        var all = await new MailReceiver(store, new ReceiveOptions { Folders = ["Many"] }).ReceiveAsync(Token).ToListAsync(Token);

        Assert.InRange(counter.Requests.Count, 1, 60);
        Assert.Equal(1000, all.Count);
        Assert.All(all, d =>
        {
            Assert.Equal($"body of {d.Message.Subject}", d.Message.TextBody!.TrimEnd());
            Assert.Equal(["a0.bin", "a1.bin"], d.Message.Attachment!.Select(a => a.Name));
            Assert.All(d.Message.Attachment!, a => Assert.InRange(a.Size, 20_000, 21_000));
        });
    }

    [Fact]
    public async Task A_thousand_messages_to_files_with_a_move_take_one_request_each_and_the_batches_and_never_over_four_at_once()
    {
        Counter counter = null!;
        using var road = await EndToEnd.StartAsync(null, h => counter = new Counter(h));
        Fill(road, 1000, attachments: 2);
        await using var store = await road.OpenAsync();
        counter.Requests.Clear();

        await _destination.ReceiveAsync(store, Move with { Durability = Durability.None });

        var batches = counter.Requests.Count(r => r.EndsWith("/$batch", StringComparison.Ordinal));
        // Twenty in each, and for each a look at where the messages are now before they are moved.
        Assert.Equal(100, batches);
        Assert.InRange(counter.Requests.Count - batches, 1000, 1060);
        Assert.InRange(counter.Most, 2, 4);
        Assert.Equal(1000, _destination.Files.Count);
        Assert.Equal(1000, road.Tenant.GetMessages(road.Mailbox, "Done").Count());
        Assert.Empty(road.Tenant.GetMessages(road.Mailbox, "Many"));
    }

    [Fact]
    public async Task Fault_12_a_message_that_somebody_filed_meanwhile_is_left_where_they_put_it()
    {
        using var road = await EndToEnd.StartAsync();
        Fill(road, 3);
        await using var store = await road.OpenAsync();
        var approved = await store.CreateFolderAsync("Approved", Token);
        var many = await store.GetFolderAsync("Many", Token);

        var all = await _destination.ReceiveAsync(store, Move, m =>
        {
            if (m.Subject == "1")
            {
                Task.Run(() => store.ProcessAsync(many, [m], AfterProcessing.Move, approved, Token)).GetAwaiter().GetResult();
            }

            return true;
        });

        Assert.All(all, d => Assert.Null(d.Error));
        Assert.Equal(["1"], Subjects(road, "Approved"));
        Assert.Equal(["0", "2"], Subjects(road, "Done"));
    }

    [Fact]
    public async Task Fault_2_a_move_that_was_done_and_whose_answer_was_lost_is_found_done_by_the_next_run()
    {
        // The run is stopped when the answer is lost: in the same run, it would be looked up and found done.
        var batches = 0;
        using var stop = new CancellationTokenSource();
        using var road = await EndToEnd.StartAsync(null, inner => new Relay(inner)
        {
            After = (request, answer) =>
            {
                if (request.RequestUri!.AbsolutePath.EndsWith("/$batch", StringComparison.Ordinal) && ++batches == 2)
                {
                    stop.Cancel();
                    throw Relay.Lost();
                }

                return Task.FromResult(answer);
            },
        });
        Fill(road, 3);
        await using var store = await road.OpenAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _destination.ReceiveAsync(store, Move, stop: stop));
        Assert.Equal(["0", "1", "2"], Subjects(road, "Done"));
        Assert.Empty(await _destination.ReceiveAsync(store, Move));
        Assert.Equal(3, _destination.Files.Count);
    }

    [Fact]
    public async Task Last_checked_brings_what_came_while_it_listed_and_what_was_moved_in_with_an_old_date_each_once()
    {
        using var road = await EndToEnd.StartAsync();
        Fill(road, 5);
        await using var store = await road.OpenAsync();
        var options = new ReceiveOptions { Folders = ["Many"] };
        var first = await _destination.ReceiveAsync(store, options, m =>
        {
            if (m.Subject == "3")
            {
                Add(road, "late", 100);
                Add(road, "old", -100);
            }

            return true;
        });
        // The engine is a little ahead of its caller, so it may be this run that sees them, or the next.
        var second = await _destination.ReceiveAsync(store, options);
        Assert.Equal(["0", "1", "2", "3", "4", "late", "old"], first.Concat(second).Select(d => d.Message.Subject).Order(StringComparer.Ordinal));
        Assert.Empty(await _destination.ReceiveAsync(store, options));

        Add(road, "new", 200);
        Add(road, "older", -200);
        Assert.Equal(["older", "new"], (await _destination.ReceiveAsync(store, options)).Select(d => d.Message.Subject));
        Assert.Empty(await _destination.ReceiveAsync(store, options));
        Assert.Equal(9, _destination.Files.Count);
    }

    [Fact]
    public async Task Last_checked_goes_on_in_the_middle_of_the_first_listing_and_of_a_page()
    {
        using var road = await EndToEnd.StartAsync();
        Fill(road, 10);
        await using var store = await road.OpenAsync();
        var three = new ReceiveOptions { Folders = ["Many"], Query = new() { First = 3 } };
        var subjects = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            subjects.AddRange((await _destination.ReceiveAsync(store, three)).Select(d => d.Message.Subject));
        }

        Fill(road, 7, from: 10);
        for (var i = 0; i < 4; i++)
        {
            subjects.AddRange((await _destination.ReceiveAsync(store, three)).Select(d => d.Message.Subject));
        }

        Assert.Equal(Enumerable.Range(0, 17).Select(i => $"{i}"), subjects);
    }

    [Theory]
    [InlineData("$deltatoken=", "$deltatoken=x")]
    [InlineData("https://graph.microsoft.com/", "https://elsewhere.example/")]
    public async Task A_delta_token_that_is_lost_or_leads_elsewhere_costs_a_listing_and_nothing_else(string known, string changed)
    {
        Counter counter = null!;
        using var road = await EndToEnd.StartAsync(null, h => counter = new Counter(h));
        Fill(road, 5);
        await using var store = await road.OpenAsync();
        var options = new ReceiveOptions { Folders = ["Many"] };
        Assert.Equal(5, (await _destination.ReceiveAsync(store, options)).Count);
        var state = JsonNode.Parse(await File.ReadAllTextAsync(_destination.Memory("json"), Token))!;
        var position = (string)state["position"]!;
        Assert.Contains(known, position, StringComparison.Ordinal);
        state["position"] = position.Replace(known, changed, StringComparison.Ordinal);
        await File.WriteAllTextAsync(_destination.Memory("json"), state.ToJsonString(), Token);
        Array.ForEach(Directory.GetFiles(_destination.Path), File.Delete);
        Add(road, "new", 100);

        Assert.Equal(["new"], (await _destination.ReceiveAsync(store, options)).Select(d => d.Message.Subject));
        Assert.Empty(await _destination.ReceiveAsync(store, options));
        Assert.DoesNotContain(counter.Requests, r => r.Contains("elsewhere", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Filters_hold_in_the_listing_and_in_what_came_since()
    {
        using var road = await EndToEnd.StartAsync();
        Fill(road, 3);
        await using var store = await road.OpenAsync();
        var options = new ReceiveOptions { Folders = ["Many"], Query = new() { Subject = "1" } };
        Assert.Equal(["1"], (await _destination.ReceiveAsync(store, options)).Select(d => d.Message.Subject));
        Fill(road, 12, from: 3);
        Assert.Equal(["10", "11", "12", "13", "14"], (await _destination.ReceiveAsync(store, options)).Select(d => d.Message.Subject));
    }

    [Fact]
    public async Task Deleted_messages_can_be_read_back_from_recoverable_items()
    {
        using var road = await EndToEnd.StartAsync();
        Fill(road, 2);
        await using var store = await road.OpenAsync();
        await _destination.ReceiveAsync(store, new ReceiveOptions { Folders = ["Many"], AfterProcessing = AfterProcessing.Delete });
        using var elsewhere = new Destination();
        var back = new List<Delivery>();
        foreach (var folder in new[] { "RecoverableItems", "DeletedItems" })
        {
            back.AddRange(await elsewhere.ReceiveAsync(store, new ReceiveOptions { Folders = [folder] }));
        }

        Assert.Equal(["0", "1"], back.Select(d => d.Message.Subject).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_copy_is_forwarded_or_filed_by_the_service_before_the_message_moves()
    {
        using var road = await EndToEnd.StartAsync();
        Fill(road, 2);
        await using var store = await road.OpenAsync();
        await _destination.ReceiveAsync(store, Move with { CopyTo = "Copies" });
        Assert.Equal(["0", "1"], Subjects(road, "Copies"));
        Assert.Equal(["0", "1"], Subjects(road, "Done"));
    }

    [Fact]
    public async Task A_message_is_forwarded_by_an_app_that_may_send_and_stays_when_it_may_not()
    {
        using var road = await EndToEnd.StartAsync();
        Fill(road, 2);
        var audit = road.Tenant.Mailboxes[1].Address;
        var app = await road.RegisterAsync("Graph/Mail.ReadWrite");
        await using (var store = MailboxAccess.Open(MailboxConnections.As(app, road.Mailbox)))
        {
            var refused = await _destination.ReceiveAsync(store, Move with { CopyTo = audit });
            Assert.Equal(2, refused.Count(d => d.Error is ServiceRefusedException { HttpStatus: 403 }));
            Assert.Empty(Subjects(road, "Done"));
        }

        await road.RegisterAsync("Graph/Mail.ReadWrite", "Graph/Mail.Send");
        await using var sender = MailboxAccess.Open(MailboxConnections.As(app, road.Mailbox));
        Assert.All(await _destination.ReceiveAsync(sender, Move with { CopyTo = audit }), d => Assert.Null(d.Error));
        Assert.Equal(["FW: 0", "FW: 1"], road.Tenant.GetMessages(audit, "inbox").Select(m => m.Subject).Where(s => s.StartsWith("FW", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(["0", "1"], Subjects(road, "Done"));
    }

    [Theory]
    [InlineData("a@contoso.onmicrosoft.com, b@contoso.onmicrosoft.com", "InvalidAddress")]
    [InlineData("a@contoso.onmicrosoft.com>, <b@x.test", "InvalidAddress")]
    [InlineData("a@contoso.onmicrosoft.com\r\nBcc: b@x.test", "ControlCharacter")]
    public async Task A_message_is_forwarded_to_one_address_or_not_at_all(string address, string id)
    {
        using var road = await EndToEnd.StartAsync();
        Fill(road, 1);
        await using var store = await road.OpenAsync();

        Assert.Equal(id, (await Assert.ThrowsAsync<InvalidRequestException>(() => _destination.ReceiveAsync(store, Move with { CopyTo = address }))).Id);
        Assert.Equal(id, (await Assert.ThrowsAsync<InvalidRequestException>(async () => await store.ForwardAsync(null!, [], address, TestContext.Current.CancellationToken))).Id);
        Assert.Empty(_destination.Files);
        Assert.Equal(["0"], Subjects(road, "Many"));
    }

    private static string[] Subjects(EndToEnd road, string folder) => [.. road.Tenant.GetMessages(road.Mailbox, folder).Select(m => m.Subject)];

    private static void Fill(EndToEnd road, int count, int from = 0, int attachments = 0)
    {
        for (var i = from; i < from + count; i++)
        {
            Add(road, $"{i}", i, attachments);
        }
    }

    private static void Add(EndToEnd road, string subject, int minutes, int attachments = 0)
    {
        var text = new StringBuilder($"From: a@x.example\r\nTo: b@y.example\r\nSubject: {subject}\r\nMessage-ID: <{subject}@x.example>\r\nMIME-Version: 1.0\r\n");
        text.Append("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n").Append("body of ").Append(subject).Append("\r\n");
        for (var i = 0; i < attachments; i++)
        {
            text.Append("--b\r\nContent-Type: application/octet-stream; name=a").Append(i).Append(".bin\r\nContent-Disposition: attachment; filename=a")
                .Append(i).Append(".bin\r\nContent-Transfer-Encoding: base64\r\n\r\n").Append(Convert.ToBase64String(new byte[20_000], Base64FormattingOptions.InsertLineBreaks)).Append("\r\n");
        }

        text.Append("--b--\r\n");
        road.Tenant.AddMessage(road.Mailbox, "Many", Encoding.ASCII.GetBytes(text.ToString()), new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(minutes));
    }
}
