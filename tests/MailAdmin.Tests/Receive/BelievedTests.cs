using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using MailAdmin.Core.Base;
using MailAdmin.Core.Receive;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tests.Receive;

/// <summary>What is proved counts, and nothing else: the outcome of after-processing, and that content is the message's.</summary>
public sealed class BelievedTests : IDisposable
{
    private readonly Destination _destination = new();
    private readonly TenantClock _clock = TenantClock.Manual(new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _destination.Dispose();

    [Theory]
    [InlineData("en-US", "Deleted Items")]
    [InlineData("de-DE", "Gelöschte Elemente")]
    public async Task Over_Graph_deleted_messages_are_in_Deleted_Items_and_DeletedTo_says_so(string language, string folder)
    {
        using var road = await ReceiveEndToEnd.StartAsync(_clock, language: language);
        road.Fill(3);
        await using var store = road.Open(MailProtocol.Graph);

        var all = await ManualTime.RunAsync(_clock, _destination.ReceiveAsync(store, Options(AfterProcessing.Delete)));

        Assert.All(all, d => Assert.Equal((null, folder), (d.Error, d.Message.DeletedTo)));
        Assert.Equal(["0", "1", "2"], road.Subjects("deleteditems"));
        Assert.Empty(road.Subjects("Many"));
    }

    [Fact]
    public async Task Over_Graph_what_is_deleted_from_Deleted_Items_goes_to_Recoverable_Items()
    {
        using var road = await ReceiveEndToEnd.StartAsync(_clock);
        road.Fill(2);
        await using var store = road.Open(MailProtocol.Graph);
        await ManualTime.RunAsync(_clock, _destination.ReceiveAsync(store, Options(AfterProcessing.Delete)));

        var all = await ManualTime.RunAsync(_clock, _destination.ReceiveAsync(store, Options(AfterProcessing.Delete) with { Folders = ["DeletedItems"] }));

        Assert.All(all, d => Assert.Equal((null, "Recoverable Items"), (d.Error, d.Message.DeletedTo)));
        Assert.Empty(road.Subjects("deleteditems"));
        Assert.Equal(2, road.Subjects("recoverableitemsdeletions").Length);
    }

    [Theory]
    [InlineData(AfterProcessing.Move)]
    [InlineData(AfterProcessing.Delete)]
    [InlineData(AfterProcessing.Purge)]
    [InlineData(AfterProcessing.MarkRead)]
    public async Task A_connection_that_is_lost_while_filing_over_Graph_is_looked_up_and_filed_in_the_same_run(AfterProcessing action)
    {
        foreach (var isDone in new[] { true, false })
        {
            using var road = await ReceiveEndToEnd.StartAsync(_clock);
            road.Fill(3);
            var lost = 0;
            road.Http.Before = async (request, token) => !isDone && await IsFilingAsync(request, token) && lost++ == 0
                ? throw new HttpRequestException(HttpRequestError.ConnectionError, "Connection reset by peer") : null;
            road.Http.After = (request, answer) => isDone && IsFilingAsync(request, default).GetAwaiter().GetResult() && lost++ == 0
                ? throw new HttpRequestException(HttpRequestError.ConnectionError, "Connection reset by peer") : answer;
            await using var store = road.Open(MailProtocol.Graph);

            var all = await ManualTime.RunAsync(_clock, _destination.ReceiveAsync(store, Options(action), time: _clock));

            Assert.Equal((3, true), (all.Count, lost > 0));
            Assert.All(all, d => Assert.Null(d.Error));
            Assert.Equal(action == AfterProcessing.MarkRead ? 3 : 0, road.Subjects("Many").Length);
            Directory.Delete(_destination.Path, recursive: true);
        }
    }

    [Theory]
    [InlineData(AfterProcessing.Move)]
    [InlineData(AfterProcessing.Purge)]
    [InlineData(AfterProcessing.MarkRead)]
    public async Task What_is_said_to_be_done_and_is_not_is_not_reported_as_done(AfterProcessing action)
    {
        using var road = await ReceiveEndToEnd.StartAsync(_clock);
        road.Fill(2);
        // Something in between answers for each item as the documentation promises, and the service never sees it.
        road.Http.Before = async (request, token) => await IsFilingAsync(request, token) ? Pretend(await request.Content!.ReadAsStringAsync(token)) : null;
        await using var store = road.Open(MailProtocol.Graph);

        var all = await ManualTime.RunAsync(_clock, _destination.ReceiveAsync(store, Options(action), time: _clock));

        Assert.All(all.TakeLast(2), d => Assert.IsType<UnexpectedResponseException>(d.Error));
        Assert.Equal(2, road.Subjects("Many").Length);
    }

    [Theory]
    [InlineData("<html>Blocked</html>")]
    [InlineData("\uFEFF \r\n<?xml version=\"1.0\"?><error/>")]
    [InlineData("{\"error\":\"blocked\"}")]
    [InlineData("From: b@x.example\r\nMessage-ID: <other@x.example>\r\n\r\nAnother message.\r\n")]
    public async Task Content_that_is_labeled_as_the_message_and_is_not_is_not_saved_and_nothing_is_filed(string content)
    {
        using var road = await ReceiveEndToEnd.StartAsync(_clock);
        road.Fill(2);
        road.Http.After = (request, answer) => !request.RequestUri!.AbsolutePath.EndsWith("/$value", StringComparison.Ordinal) ? answer
            : new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(content, Encoding.UTF8, "text/plain") };
        await using var store = road.Open(MailProtocol.Graph);

        var all = await ManualTime.RunAsync(_clock, _destination.ReceiveAsync(store, Options(AfterProcessing.Move), time: _clock));

        Assert.All(all, d => Assert.NotNull(d.Error));
        Assert.Empty(_destination.Files);
        Assert.Empty(_destination.Leftovers);
        Assert.Equal(["0", "1"], road.Subjects("Many"));
    }

    [Fact]
    public async Task Over_IMAP_the_content_of_another_message_is_an_error()
    {
        await using var server = new ScriptedServer();
        server.Messages[1] = "Subject: one\r\nMessage-ID: <other@x.test>\r\n\r\n"u8.ToArray();
        server.On("UID FETCH", async (c, command) =>
        {
            await (command.Arguments.Contains("BODY") ? c.SendContentAsync(1, server.Messages[1])
                : c.SendAsync(server.Summary(1)));
            await c.SendAsync($"{command.Tag} OK done\r\n");
        });
        await using var store = server.Open();

        var delivery = Assert.Single(await _destination.ReceiveAsync(store, new ReceiveOptions { AfterProcessing = AfterProcessing.Move, MoveTo = "Deleted Items" }));

        Assert.Equal("OtherContent", Assert.IsType<ServiceRefusedException>(delivery.Error).Code);
        Assert.Empty(_destination.Files);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Over_IMAP_what_the_message_tells_of_itself_goes_before_a_poorer_ENVELOPE(bool toFiles)
    {
        await using var server = new ScriptedServer();
        server.Messages[1] = Encoding.UTF8.GetBytes("From: Erika <erika@x.test>\r\nTo: a@x.test\r\nSubject: Grüße\r\nDate: Mon, 06 May 2024 10:00:00 +0000\r\n\r\nHi\r\n");
        server.On("UID FETCH", async (c, command) =>
        {
            await (command.Arguments.Contains("BODY") ? c.SendContentAsync(1, server.Messages[1])
                : c.SendAsync("* 1 FETCH (UID 1 FLAGS () INTERNALDATE \"06-May-2024 10:00:02 +0000\" RFC822.SIZE 100 ENVELOPE (NIL \"Gr??e\" ((NIL NIL \"MISSING_MAILBOX\" \"SYNTAX_ERROR\")) NIL NIL NIL NIL NIL NIL NIL))\r\n"));
            await c.SendAsync($"{command.Tag} OK done\r\n");
        });
        await using var store = server.Open();
        var options = new ReceiveOptions();

        var message = toFiles ? (await _destination.ReceiveAsync(store, options))[0].Message
            : (await new MailReceiver(store, options).ReceiveAsync(Token).FirstAsync(Token)).Message;

        Assert.Equal(("Grüße", "erika@x.test", "Erika"), (message.Subject, message.From!.Address, message.From.Name));
        Assert.Equal("a@x.test", Assert.Single(message.To).Address);
        Assert.Equal(10, message.SentAt!.Value.UtcDateTime.Hour);
    }

    [Theory]
    [InlineData("\"not a date\"", "\"Mon, 06 May 2024 10:00:00 +0000\"", "2024-05-06T10:00:00Z")]
    [InlineData("\"06-May-2024 11:00:00 +0000\"", "\"Mon, 06 May 2024 10:00:00 +0000\"", "2024-05-06T11:00:00Z")]
    [InlineData("\"not a date\"", "NIL", null)]
    public async Task A_time_of_arrival_that_can_not_be_read_gives_way_to_the_Date_field_and_is_told(string arrived, string date, string? expected)
    {
        await using var server = new ScriptedServer();
        server.AddMessages(1);
        server.On("UID FETCH", async (c, command) =>
        {
            await c.SendAsync($"* 1 FETCH (UID 1 FLAGS () INTERNALDATE {arrived} RFC822.SIZE 100 ENVELOPE ({date} \"s\" NIL NIL NIL NIL NIL NIL NIL NIL))\r\n");
            await c.SendAsync($"{command.Tag} OK done\r\n");
        });
        await using var store = server.Open();
        var told = new List<string>();
        VerboseLog.SetListener((_, text) => told.Add(text));
        try
        {
            var message = Assert.Single(await store.GetMessagesAsync(server.Inbox, new Core.Mail.MessageQuery(), Token).ToListAsync(Token));
            Assert.Equal(expected is null ? null : DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), message.ReceivedAt);
            Assert.Equal(arrived.Contains("not"), told.Exists(t => t.Contains("time of arrival", StringComparison.Ordinal)));
        }
        finally
        {
            VerboseLog.SetListener(null);
        }
    }

    [Fact]
    public async Task A_server_that_is_busy_is_asked_again_in_a_plain_run()
    {
        using var road = await ReceiveEndToEnd.StartAsync();
        road.Fill(3);
        road.SetFault("ImapServerUnavailable");
        await using var store = road.Open(MailProtocol.Imap);

        await _destination.ReceiveAsync(store, ReceiveEndToEnd.Move);

        road.AssertAllMoved(_destination);
    }

    private static ReceiveOptions Options(AfterProcessing action) =>
        ReceiveEndToEnd.Move with { AfterProcessing = action, MoveTo = action == AfterProcessing.Move ? "Done" : null };

    private static async Task<bool> IsFilingAsync(HttpRequestMessage request, CancellationToken token) =>
        request.RequestUri!.AbsolutePath.EndsWith("$batch", StringComparison.Ordinal) && request.Content is not null
        && JsonNode.Parse(await request.Content.ReadAsStringAsync(token))!["requests"]!.AsArray().Any(i => (string)i!["method"]! != "GET");

    private static HttpResponseMessage Pretend(string batch)
    {
        var items = JsonNode.Parse(batch)!["requests"]!.AsArray().Select(i => (JsonNode)new JsonObject
        {
            ["id"] = (string)i!["id"]!,
            ["status"] = (string)i["method"]! == "PATCH" ? 200 : ((string)i["url"]!).EndsWith("/move", StringComparison.Ordinal) ? 201 : 204,
            ["body"] = ((string)i["url"]!).EndsWith("permanentDelete", StringComparison.Ordinal) ? null : new JsonObject { ["id"] = "a" },
        });
        return new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new StringContent(new JsonObject { ["responses"] = new JsonArray([.. items]) }.ToJsonString(), Encoding.UTF8, "application/json"),
        };
    }
}
