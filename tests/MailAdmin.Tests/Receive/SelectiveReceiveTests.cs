using System.Text;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Receive;

namespace MailAdmin.Tests.Receive;

/// <summary>
/// Runs that leave messages out, by a condition or because the messages were chosen: what they left out is still to come, and what they
/// brought does not come again.
/// </summary>
public sealed class SelectiveReceiveTests : IDisposable
{
    private readonly Destination _destination = new();
    private readonly MemoryStore _store = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<MailProtocol, string> Conditions()
    {
        var all = new TheoryData<MailProtocol, string>();
        foreach (var condition in new[] { "none", "subject", "from", "since", "before", "unread", "first" })
        {
            all.Add(MailProtocol.Graph, condition);
            all.Add(MailProtocol.Imap, condition);
        }

        return all;
    }

    public void Dispose() => _destination.Dispose();

    /// <summary>A position of 0.1 passed what was left out: over Graph the delta token was drawn before the messages were looked at.</summary>
    [Theory]
    [MemberData(nameof(Conditions))]
    public async Task What_a_condition_left_out_comes_in_the_next_run_and_nothing_comes_twice(MailProtocol protocol, string condition)
    {
        using var road = await ReceiveEndToEnd.StartAsync();
        Fill(road);
        var (query, expected) = Filter(condition);

        Assert.Equal(expected, await ReceiveAsync(road, protocol, query));
        Assert.Equal(All.Except(expected), await ReceiveAsync(road, protocol));
        Assert.Empty(await ReceiveAsync(road, protocol));
        Assert.Equal(5, _destination.Files.Count);
    }

    [Theory]
    [MemberData(nameof(Conditions))]
    public async Task The_same_holds_for_what_came_after_the_position_of_a_run_before(MailProtocol protocol, string condition)
    {
        using var road = await ReceiveEndToEnd.StartAsync();
        road.Tenant.AddMessage(road.Mailbox, "Many", Message("before", "x@x.example"), At(0));
        Assert.Equal(["before"], await ReceiveAsync(road, protocol));
        var position = Position();
        Fill(road);
        var (query, expected) = Filter(condition);

        Assert.Equal(expected, await ReceiveAsync(road, protocol, query));
        Assert.True(condition == "first" || Position() == position);
        Assert.Equal(All.Except(expected), await ReceiveAsync(road, protocol));
        Assert.Empty(await ReceiveAsync(road, protocol));
        Assert.NotEqual(position, Position());
    }

    [Theory]
    [InlineData(MailProtocol.Graph)]
    [InlineData(MailProtocol.Imap)]
    public async Task The_same_condition_brings_what_came_since(MailProtocol protocol)
    {
        using var road = await ReceiveEndToEnd.StartAsync();
        Fill(road);
        Assert.Equal(["Invoice 2", "Invoice 4"], await ReceiveAsync(road, protocol, new MessageQuery { Subject = "invoice" }));
        road.Tenant.AddMessage(road.Mailbox, "Many", Message("Invoice 6", "x@x.example"), At(6));
        Assert.Equal(["Invoice 6"], await ReceiveAsync(road, protocol, new MessageQuery { Subject = "invoice" }));
        Assert.Equal(["Note 1", "Note 3", "Note 5"], await ReceiveAsync(road, protocol));
    }

    [Theory]
    [InlineData(MailProtocol.Graph)]
    [InlineData(MailProtocol.Imap)]
    public async Task Chosen_messages_come_and_nothing_else_and_the_folder_goes_on_where_it_stood(MailProtocol protocol)
    {
        using var road = await ReceiveEndToEnd.StartAsync();
        Fill(road);
        await using var store = road.Open(protocol);
        Assert.Equal(["Note 1"], await ReceiveAsync(road, protocol, new MessageQuery { First = 1 }));
        var position = Position();
        var ids = await IdsAsync(store, "Invoice 4", "Note 1");

        // One that was received before comes all the same: it was asked for.
        var all = await ChooseAsync(store, ids);
        Assert.Equal([("Note 1", true), ("Invoice 4", false)], all.Select(d => (d.Message.Subject, d.Message.Redelivered)).OrderByDescending(d => d));
        Assert.Equal(position, Position());
        Assert.Equal(["Invoice 2", "Note 3", "Note 5"], await ReceiveAsync(road, protocol));
        Assert.Empty(await ReceiveAsync(road, protocol));
    }

    [Theory]
    [InlineData(MailProtocol.Graph)]
    [InlineData(MailProtocol.Imap)]
    public async Task Chosen_messages_are_deleted_and_no_other(MailProtocol protocol)
    {
        using var road = await ReceiveEndToEnd.StartAsync();
        Fill(road);
        road.Tenant.AddMessage(road.Mailbox, "Other", Message("elsewhere", "x@x.example"), At(9));
        road.Tenant.AddMessage(road.Mailbox, "Other", Message("elsewhere too", "x@x.example"), At(10));
        await using var store = road.Open(protocol);
        var options = new ReceiveOptions
        {
            AfterProcessing = AfterProcessing.Delete,
            Messages = new Dictionary<string, IReadOnlyList<string>>
            {
                ["Many"] = await IdsAsync(store, "Invoice 2"),
                ["Other"] = await IdsInAsync(store, "Other", "elsewhere"),
            },
        };

        var all = await _destination.ReceiveAsync(store, options);

        Assert.Equal(["Invoice 2", "elsewhere"], all.Select(d => d.Message.Subject));
        Assert.Equal(["Note 1", "Note 3", "Invoice 4", "Note 5"], road.Subjects("Many"));
        Assert.Equal(["elsewhere too"], road.Subjects("Other"));
    }

    [Theory]
    [InlineData(MailProtocol.Graph)]
    [InlineData(MailProtocol.Imap)]
    public async Task A_chosen_message_that_is_gone_is_an_error_and_nothing_is_touched_in_its_place(MailProtocol protocol)
    {
        using var road = await ReceiveEndToEnd.StartAsync();
        Fill(road);
        await using var store = road.Open(protocol);
        var ids = await IdsAsync(store, "Invoice 2", "Invoice 4");
        var many = await store.GetFolderAsync("Many", Token);
        var moved = await store.GetMessagesAsync(many, new MessageQuery { Subject = "Invoice 2" }, Token).SingleAsync(Token);
        await store.ProcessAsync(many, [moved], AfterProcessing.Move, await store.CreateFolderAsync("Done", Token), Token);

        var options = new ReceiveOptions
        {
            AfterProcessing = AfterProcessing.Delete,
            Messages = new Dictionary<string, IReadOnlyList<string>> { ["Many"] = ids, ["Never"] = [ids[0]] },
        };
        var all = await _destination.ReceiveAsync(store, options);

        Assert.Equal(["Invoice 4"], all.Where(d => d.Error is null).Select(d => d.Message.Subject));
        var errors = all.Where(d => d.Error is not null).ToArray();
        Assert.All(errors, d => Assert.Equal("MessageNotFound", Assert.IsType<InvalidRequestException>(d.Error).Id));
        Assert.Equal([("Never", moved.Id), ("Many", moved.Id)], errors.Select(d => (d.Message.Folder, d.Message.Id)));
        Assert.Equal(["Note 1", "Note 3", "Note 5"], road.Subjects("Many"));
        Assert.Equal(["Invoice 2"], road.Subjects("Done"));
    }

    [Fact]
    public async Task Alike_messages_that_a_run_left_out_are_not_taken_for_those_that_it_brought()
    {
        using var road = await ReceiveEndToEnd.StartAsync();
        foreach (var minute in new[] { 1, 2, 3 })
        {
            road.Tenant.AddMessage(road.Mailbox, "Many", Message("alike", "x@x.example"), At(minute));
        }

        Assert.Single(await ReceiveAsync(road, MailProtocol.Imap, new MessageQuery { Since = At(3) }));
        Assert.Equal(2, (await ReceiveAsync(road, MailProtocol.Imap)).Count);
        Assert.Empty(await ReceiveAsync(road, MailProtocol.Imap));
    }

    [Fact]
    public async Task What_a_selective_run_brought_is_known_when_the_server_gives_new_ids()
    {
        Add("1", "2", "3");
        await SelectAsync("Subject 2");
        _store.Rebuild(2);
        Assert.Equal(["2-1", "2-3"], await IdsOfAsync());
        Assert.Empty(await IdsOfAsync());
    }

    [Fact]
    public async Task A_message_that_was_not_acknowledged_is_not_forgotten_by_a_run_that_leaves_it_out()
    {
        Add("1", "2", "3");
        await _destination.ReceiveAsync(_store, null, m => m.Id != "2");
        Assert.Empty(await SelectAsync("Subject 9"));
        Add("9");
        Assert.Equal(["9"], await SelectAsync("Subject 9"));
        Assert.Equal(["2"], await IdsOfAsync());
    }

    [Fact]
    public async Task A_run_that_waits_and_leaves_messages_out_goes_on_from_where_it_is_and_keeps_no_position()
    {
        Add("1", "2");
        using var stop = new CancellationTokenSource();
        var news = 0;
        _store.News = () =>
        {
            if (++news > 2)
            {
                stop.Cancel();
                return Task.CompletedTask;
            }

            Add($"Subject-{news}", $"other-{news}");
            return Task.CompletedTask;
        };
        var options = new ReceiveOptions { Query = new MessageQuery { Subject = "Subject-" }, Wait = true };
        var ids = new List<string>();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _destination.ReceiveAsync(_store, options, m => Note(ids, m), stop: stop));
        Assert.Equal(["Subject-1", "Subject-2"], ids);
        Assert.Equal(["1", "2", "other-1", "other-2"], await IdsOfAsync());
    }

    [Fact]
    public async Task More_than_the_latest_are_known_where_they_were_received_ahead_of_the_position()
    {
        await DealAsync(await OpenMemoryAsync(isSelective: false), 0, 1, "1");
        await DealAsync(await OpenMemoryAsync(isSelective: true), 1, FolderState.Latest + 5, "never kept");

        var next = await OpenMemoryAsync(isSelective: false);
        Assert.Equal("1", next.Position);
        Assert.True(next.IsKnown("1"));
        await DealAsync(next, FolderState.Latest + 10, 1, "2", isEnd: true);
        var last = await OpenMemoryAsync(isSelective: false);
        Assert.Equal("2", last.Position);
        Assert.False(last.IsKnown("1"));
    }

    [Fact]
    public void Chosen_messages_go_with_no_condition()
    {
        var messages = new Dictionary<string, IReadOnlyList<string>> { ["Inbox"] = ["1"] };
        ReceiveOptions[] all =
        [
            new() { Messages = messages, Query = new MessageQuery { First = 1 } },
            new() { Messages = messages, Recurse = true },
            new() { Messages = messages, Wait = true },
            new() { Messages = messages, Resync = true, StatePath = _destination.Path },
        ];
        Assert.All(all, options =>
            Assert.Equal("IdAndCondition", Assert.Throws<InvalidRequestException>(() => new MailReceiver(_store, options)).Id));
    }

    private static string[] All => ["Note 1", "Invoice 2", "Note 3", "Invoice 4", "Note 5"];

    private static (MessageQuery Query, string[] Expected) Filter(string condition) => condition switch
    {
        "none" => (new MessageQuery { Subject = "nothing of that" }, []),
        "subject" => (new MessageQuery { Subject = "INVOICE" }, ["Invoice 2", "Invoice 4"]),
        "from" => (new MessageQuery { From = "odd@x.example" }, ["Note 1", "Note 3", "Note 5"]),
        "since" => (new MessageQuery { Since = At(4) }, ["Invoice 4", "Note 5"]),
        "before" => (new MessageQuery { Before = At(3) }, ["Note 1", "Invoice 2"]),
        "unread" => (new MessageQuery { Unread = true }, ["Invoice 2", "Invoice 4"]),
        _ => (new MessageQuery { First = 2 }, ["Note 1", "Invoice 2"]),
    };

    private static DateTimeOffset At(int minute) => new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(minute);

    private static byte[] Message(string subject, string from) =>
        Encoding.ASCII.GetBytes($"From: {from}\r\nSubject: {subject}\r\nMessage-ID: <{subject.Replace(' ', '.')}@x.example>\r\n\r\ntext\r\n");

    private static void Fill(ReceiveEndToEnd road)
    {
        for (var i = 1; i <= 5; i++)
        {
            var isOdd = i % 2 == 1;
            road.Tenant.AddMessage(
                road.Mailbox, "Many", Message(All[i - 1], isOdd ? "odd@x.example" : "even@x.example"), At(i), isRead: isOdd);
        }
    }

    private static bool Note(List<string> ids, ReceivedMessage message)
    {
        ids.Add(message.Id);
        return true;
    }

    private static Task<string[]> IdsAsync(IMailStore store, params string[] subjects) => IdsInAsync(store, "Many", subjects);

    private static async Task<string[]> IdsInAsync(IMailStore store, string folder, params string[] subjects)
    {
        var all = await store.GetMessagesAsync(await store.GetFolderAsync(folder, Token), new MessageQuery(), Token).ToListAsync(Token);
        return [.. subjects.Select(s => all.Single(m => m.Subject == s).Id)];
    }

    /// <summary>A run as a user starts it: with connections of its own.</summary>
    private async Task<List<string>> ReceiveAsync(ReceiveEndToEnd road, MailProtocol protocol, MessageQuery? query = null)
    {
        await using var store = road.Open(protocol);
        var all = await _destination.ReceiveAsync(store, new ReceiveOptions { Folders = ["Many"], Query = query ?? new() });
        return [.. all.Select(d => d.Message.Subject)];
    }

    private async Task<List<Delivery>> ChooseAsync(IMailStore store, string[] ids) => await _destination.ReceiveAsync(
        store, new ReceiveOptions { Messages = new Dictionary<string, IReadOnlyList<string>> { ["Many"] = ids } });

    private string? Position() =>
        (string?)System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(_destination.Memory("json")))!["position"];

    private void Add(params string[] ids) => Array.ForEach(ids, id => _store.Add(id, Encoding.ASCII.GetBytes($"Subject: {id}\r\n\r\n{id}")));

    private async Task<IEnumerable<string>> SelectAsync(string subject) =>
        (await _destination.ReceiveAsync(_store, new ReceiveOptions { Query = new() { Subject = subject } })).Select(d => d.Message.Id);

    private async Task<IEnumerable<string>> IdsOfAsync() => (await _destination.ReceiveAsync(_store)).Select(d => d.Message.Id);

    private async Task<FolderState> OpenMemoryAsync(bool isSelective)
    {
        Directory.CreateDirectory(_destination.Path);
        var folder = new MailFolder { Mailbox = "a@b.c", Name = "Inbox", Path = "Inbox", Id = "1" };
        var files = FolderFiles.Open(new Disk(Durability.None, null), Path.Combine(_destination.Path, "inbox"));
        var memory = await FolderState.OpenAsync(files, folder, forget: false, isSelective,
            cancellationToken: TestContext.Current.CancellationToken);
        await memory.StartPassAsync(TestContext.Current.CancellationToken);
        return memory;
    }

    private static Task DealAsync(FolderState memory, int from, int count, string? position, bool isEnd = false) => memory.CommitAsync(
        [.. Enumerable.Range(from, count).Select(i => ($"{i}", new byte[32]))], [], position, DateTimeOffset.UnixEpoch, isEnd,
        cancellationToken: TestContext.Current.CancellationToken);
}
