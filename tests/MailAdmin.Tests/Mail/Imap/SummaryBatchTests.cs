using System.Text;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Mail.Imap;
using MailAdmin.Core.Receive;

namespace MailAdmin.Tests.Mail.Imap;

/// <summary>Messages that a server can't summarize: by their envelopes, or at all.</summary>
public sealed class SummaryBatchTests : IDisposable
{
    private readonly Destination _destination = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _destination.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("ENVELOPE NIL")]
    public async Task Where_no_envelope_comes_subject_and_sender_are_read_from_the_header_section(string envelope)
    {
        await using var server = NewServer(3);
        server.Messages[2] = Encoding.UTF8.GetBytes(
            "From: Jürgen <j@x.test>\r\nTo: b@x.test\r\nSubject: Grüße\r\nDate: Mon, 06 May 2024 10:00:00 +0000\r\nMessage-ID: <two@x.test>\r\n\r\nHi\r\n");
        server.On("UID FETCH", (c, command) => AnswerAsync(server, c, command, (uid, arguments) => uid != 2 ? null : arguments.Contains("ENVELOPE") ? envelope : ""));
        await using var store = server.Open();

        var listed = await store.GetMessagesAsync(server.Inbox, new MessageQuery(), Cancel).ToListAsync();

        Assert.Equal(["message 1", "Grüße", "message 3"], listed.Select(m => m.Subject));
        Assert.Equal(("Jürgen", "j@x.test", "b@x.test", "<two@x.test>"), (listed[1].From!.Name, listed[1].From!.Address, listed[1].To[0].Address, listed[1].InternetMessageId));
        Assert.Single(server.Received, c => c.StartsWith("UID FETCH 2 ", StringComparison.Ordinal) && c.Contains("BODY.PEEK[HEADER]<0.131072>"));
    }

    [Fact]
    public async Task A_header_section_that_does_not_come_either_keeps_nothing_back()
    {
        await using var server = NewServer(3);
        server.On("UID FETCH", (c, command) => command.Arguments.Contains("BODY.PEEK[HEADER]")
            ? c.SendAsync($"{command.Tag} NO no header\r\n")
            : AnswerAsync(server, c, command, (uid, _) => uid == 2 ? "" : null));
        await using var store = server.Open();

        var listed = await store.GetMessagesAsync(server.Inbox, new MessageQuery(), Cancel).ToListAsync();

        Assert.Equal(["message 1", "", "message 3"], listed.Select(m => m.Subject));
        Assert.Equal(1, server.ConnectionCount);
    }

    [Fact]
    public async Task One_message_that_the_server_stumbles_over_is_found_by_halves()
    {
        await using var server = NewServer(100);
        Refuse(server, (uid, command) => uid == 37 && command.Contains("ENVELOPE"));
        await using var store = server.Open();

        var listed = await store.GetMessagesAsync(server.Inbox, new MessageQuery(), Cancel).ToListAsync();

        Assert.Equal(Enumerable.Range(1, 100).Select(uid => $"message {uid}"), listed.Select(m => m.Subject));
        // Two commands for each halving, one without the envelope, one for the header section.
        Assert.InRange(server.Received.Count(c => c.StartsWith("UID FETCH", StringComparison.Ordinal)), 1, 2 * 7 + 3);
    }

    [Fact]
    public async Task One_message_that_the_server_tells_nothing_of_is_reported_and_the_others_come()
    {
        await using var server = NewServer(100);
        Refuse(server, (uid, _) => uid == 37);
        await using var store = server.Open();

        var listed = new List<MailboxMessage>();
        var refused = await Assert.ThrowsAsync<ServiceRefusedException>(async () =>
        {
            await foreach (var message in store.GetMessagesAsync(server.Inbox, new MessageQuery(), Cancel))
            {
                listed.Add(message);
            }
        });
        var received = await _destination.ReceiveAsync(store, new ReceiveOptions { AfterProcessing = AfterProcessing.MarkRead });

        Assert.Equal(99, listed.Count);
        Assert.Equal("MESSAGEUNREADABLE", refused.Code);
        Assert.Contains("7.37", refused.Message);
        var wrong = Assert.Single(received, d => d.Error is not null);
        Assert.Equal("7.37", wrong.Message.Id);
        Assert.Equal("MESSAGEUNREADABLE", Assert.IsType<ServiceRefusedException>(wrong.Error).Code);
        Assert.Contains("Server error while fetching", wrong.Error.Message);
        Assert.Equal(99, _destination.Files.Count);
        Assert.DoesNotContain(server.Received, c => c.StartsWith("UID STORE", StringComparison.Ordinal) && Names(c.Split(' ')[2], 37));
    }

    [Fact]
    public async Task A_server_that_refuses_every_message_is_not_asked_for_each()
    {
        await using var server = NewServer(2000);
        Refuse(server, (_, _) => true);
        await using var store = server.Open();

        var error = await Assert.ThrowsAsync<ServiceRefusedException>(() => store.GetMessagesAsync(server.Inbox, new MessageQuery(), Cancel).ToListAsync());

        Assert.Contains("Server error", error.Message);
        Assert.InRange(server.Received.Count(c => c.StartsWith("UID FETCH", StringComparison.Ordinal)), 2, 100);
    }

    [Theory]
    [InlineData("")]
    [InlineData("BODY.PEEK[]")]
    public async Task A_server_that_is_busy_is_asked_again_and_no_message_is_blamed(string busyAt)
    {
        var time = new ManualTime();
        await using var server = new ScriptedServer { Time = time };
        server.AddMessages(50);
        var isBusy = true;
        server.On("UID FETCH", (c, command) =>
        {
            var answer = isBusy && command.Arguments.Contains(busyAt) ? c.SendAsync($"{command.Tag} NO [UNAVAILABLE] busy\r\n") : server.FetchAsync(c, command);
            isBusy &= !command.Arguments.Contains(busyAt);
            return answer;
        });
        await using var store = server.Open(new ImapOptions { Timeout = TimeSpan.FromDays(40) });

        var fetching = store.FetchAllAsync(server.Inbox);
        while (!fetching.IsCompleted)
        {
            // How long is up to chance.
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        var fetched = await fetching;

        Assert.Equal(50, fetched.Count);
        Assert.All(fetched, f => Assert.Null(f.Error));
        Assert.Equal(3, server.Received.Count(c => c.StartsWith("UID FETCH", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Content_that_does_not_come_is_not_said_to_be_gone_while_the_message_is_there()
    {
        await using var server = NewServer(3);
        server.On("UID FETCH", async (c, command) =>
        {
            foreach (var uid in server.Select(command.Arguments.Split(' ')[0]))
            {
                await (!command.Arguments.Contains("BODY.PEEK[]") ? c.SendAsync(server.Summary(uid))
                    : uid == 2 ? c.SendAsync("* 2 FETCH (UID 2 FLAGS (\\Seen))\r\n") : c.SendContentAsync(uid, server.Messages[uid]));
            }

            await c.SendAsync($"{command.Tag} OK done\r\n");
        });
        await using var store = server.Open();

        var fetched = (await store.FetchAllAsync(server.Inbox)).OrderBy(f => f.Uid()).ToList();

        Assert.Null(fetched[0].Error);
        Assert.Contains("still in the folder", Assert.IsType<ServiceRefusedException>(fetched[1].Error).Message);
        Assert.Null(fetched[2].Error);
    }

    private static ScriptedServer NewServer(int messages)
    {
        var server = new ScriptedServer();
        server.AddMessages(messages);
        return server;
    }

    private static void Refuse(ScriptedServer server, Func<uint, string, bool> isRefused) => server.On("UID FETCH", (c, command) =>
        server.Select(command.Arguments.Split(' ')[0]).Any(uid => isRefused(uid, command.Arguments))
            ? c.SendAsync($"{command.Tag} NO FETCH Server error while fetching messages\r\n")
            : AnswerAsync(server, c, command, (_, arguments) => arguments.Contains("ENVELOPE") ? null : ""));

    /// <summary>Answers as a server does; the envelope of a message can be another one, or left out.</summary>
    private static async Task AnswerAsync(
        ScriptedServer server, ScriptedServer.Connection c, ScriptedServer.Command command, Func<uint, string, string?> envelope)
    {
        if (command.Arguments.Contains("BODY.PEEK[]"))
        {
            await server.FetchAsync(c, command);
            return;
        }

        foreach (var uid in server.Select(command.Arguments.Split(' ')[0]))
        {
            if (command.Arguments.Contains("BODY.PEEK[HEADER]"))
            {
                var header = server.Messages[uid].AsSpan(0, server.Messages[uid].AsSpan().IndexOf("\r\n\r\n"u8) + 4).ToArray();
                await c.SendAsync($"* {uid} FETCH (UID {uid} BODY[HEADER]<0> {{{header.Length}}}\r\n");
                await c.SendAsync(header);
                await c.SendAsync(")\r\n");
                continue;
            }

            var summary = server.Summary(uid);
            await c.SendAsync(envelope(uid, command.Arguments) is not { } other ? summary
                : $"{summary[..summary.IndexOf(" ENVELOPE", StringComparison.Ordinal)]}{(other.Length > 0 ? " " : "")}{other})\r\n");
        }

        await c.SendAsync($"{command.Tag} OK done\r\n");
    }

    private static bool Names(string set, uint uid) => MailAdmin.Tenant.Imap.SequenceSet.Parse(set).Contains(uid, uint.MaxValue);
}
