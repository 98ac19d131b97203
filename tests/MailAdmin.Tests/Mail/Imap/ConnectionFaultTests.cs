using MailAdmin.Core.Mail;
using MailAdmin.Core.Mail.Imap;

namespace MailAdmin.Tests.Mail.Imap;

/// <summary>Connections that end, stall or say something else, by the numbers of the project's list of faults.</summary>
public sealed class ConnectionFaultTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Fault_27_A_connection_that_ends_within_a_message_is_opened_again(bool seekable)
    {
        await using var server = new ScriptedServer();
        server.AddMessages(4);
        server.On("UID FETCH", async (c, command) =>
        {
            if (c.Number > 1 || !command.Arguments.Contains("BODY.PEEK[]"))
            {
                await server.FetchAsync(c, command);
                return;
            }

            await c.SendContentAsync(1, server.Messages[1]);
            await c.SendAsync("* 2 FETCH (UID 2 BODY[] {30}\r\nhalf of it");
            await c.CloseAsync();
        });
        await using var store = server.Open();
        var sinks = new List<string>();

        var fetched = await store.FetchAsync(
            server.Inbox,
            new MessageQuery(),
            message =>
            {
                sinks.Add(message.Id);
                return seekable ? new MemoryStream() : new OneWayStream(new MemoryStream());
            },
            Cancel).ToListAsync();

        Assert.Equal([1u, 2u, 3u, 4u], fetched.Select(f => f.Uid()));
        Assert.Equal(["7.1", "7.2", "7.3", "7.4"], sinks);
        if (seekable)
        {
            Assert.All(fetched, f => Assert.Equal(server.Messages[f.Uid()], f.Octets()));
        }
        else
        {
            // What went into a pipe cannot be taken back.
            Assert.IsType<ConnectionLostException>(fetched[1].Error);
            Assert.All(fetched.Where(f => f.Uid() != 2), f => Assert.Null(f.Error));
        }
    }

    [Theory]
    [InlineData("BODY.PEEK[]")]
    [InlineData("ENVELOPE")]
    [InlineData("RFC822.SIZE)")]
    public async Task Fault_27_A_connection_that_ends_before_the_end_of_an_answer_is_opened_again(string item)
    {
        await using var server = new ScriptedServer();
        server.AddMessages(3);
        var hasEnded = false;
        server.On("UID FETCH", async (c, command) =>
        {
            if (hasEnded || !command.Arguments.Contains(item, StringComparison.Ordinal))
            {
                // The first envelope is unreadable, so that it is asked for again without.
                var isUnreadable = item.StartsWith("RFC822", StringComparison.Ordinal)
                    && command.Arguments.Contains("ENVELOPE", StringComparison.Ordinal) && server.Select(command.Arguments.Split(' ')[0]).Contains(1u);
                var answer = isUnreadable
                    ? c.SendAsync($"* 1 FETCH (UID 1 ENVELOPE ?)\r\n{server.Summary(2)}{server.Summary(3)}{command.Tag} OK done\r\n")
                    : server.FetchAsync(c, command);
                await answer;
                return;
            }

            hasEnded = true;

            await server.FetchAsync(c, command with { Tag = "* OK almost" });
            await c.CloseAsync();
        });
        await using var store = server.Open();

        var fetched = await store.FetchAllAsync(server.Inbox);

        Assert.Equal([1u, 2u, 3u], fetched.Select(f => f.Uid()));
        Assert.All(fetched, f => Assert.Equal(server.Messages[f.Uid()], f.Octets()));
        // What can't be read ends a connection, too.
        Assert.Equal(item.StartsWith("RFC822", StringComparison.Ordinal) ? 3 : 2, server.ConnectionCount);
    }

    [Fact]
    public async Task Fault_27_Wherever_the_connection_ends_every_message_comes_once_and_whole()
    {
        for (var after = 0; ; after++)
        {
            var first = true;
            await using var server = new ScriptedServer
            {
                Accept = stream =>
                {
                    var broken = first ? new OneWayStream(stream) { BreaksAfter = after } : stream;
                    first = false;
                    return Task.FromResult(broken);
                },
            };
            server.AddMessages(4);
            await using var store = server.Open();

            var inbox = await store.FindFolderAsync("inbox", Cancel);
            var fetched = await store.FetchAllAsync(inbox!);
            var outcome = await store.ProcessAsync(inbox!, [.. fetched.Select(f => f.Message)], AfterProcessing.Move, server.Inbox with { Id = "Done" }, Cancel);

            Assert.Equal([1u, 2u, 3u, 4u], fetched.Select(f => f.Uid()));
            Assert.All(fetched, f => Assert.Equal(server.Messages[f.Uid()], f.Octets()));
            Assert.All(outcome, p => Assert.Null(p.Error));
            if (server.ConnectionCount == 1)
            {
                Assert.InRange(after, 1500, 20_000);
                return;
            }
        }
    }

    [Fact]
    public async Task Fault_27_A_message_that_always_ends_the_connection_does_not_keep_back_the_others()
    {
        await using var server = new ScriptedServer();
        server.AddMessages(4);
        server.On("UID FETCH", async (c, command) =>
        {
            if (!command.Arguments.Contains("BODY.PEEK[]"))
            {
                await server.FetchAsync(c, command);
                return;
            }

            foreach (var uid in server.Select(command.Arguments.Split(' ')[0]))
            {
                if (uid == 2)
                {
                    await c.SendAsync("* 2 FETCH (UID 2 BODY[] {30}\r\nhalf of it");
                    await c.CloseAsync();
                }

                await c.SendContentAsync(uid, server.Messages[uid]);
            }

            await c.SendAsync($"{command.Tag} OK done\r\n");
        });
        await using var store = server.Open();

        var fetched = await store.FetchAllAsync(server.Inbox);

        Assert.Equal([1u, 2u, 3u, 4u], fetched.Select(f => f.Uid()));
        Assert.IsType<ConnectionLostException>(fetched[1].Error);
        Assert.Equal(3, fetched.Count(f => f.Error is null));
    }

    [Fact]
    public async Task Fault_28_A_server_that_falls_silent_within_a_message_is_given_up_after_the_time_out()
    {
        var time = new ManualTime();
        await using var server = new ScriptedServer { Time = time };
        server.AddMessages(1);
        server.On("UID FETCH", async (c, command) =>
        {
            if (c.Number > 1 || !command.Arguments.Contains("BODY.PEEK[]"))
            {
                await server.FetchAsync(c, command);
                return;
            }

            await c.SendAsync("* 1 FETCH (UID 1 BODY[] {30}\r\nhalf of it");
        });
        await using var store = server.Open(new ImapOptions { Timeout = TimeSpan.FromSeconds(77) });
        var sink = new MemoryStream();
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var fetching = store.FetchAsync(server.Inbox, new MessageQuery(), _ => Open(), Cancel).ToListAsync();
        await opened.Task;
        await time.SomebodyWaitsFor(TimeSpan.FromSeconds(77));
        time.Advance(TimeSpan.FromSeconds(77));

        Assert.Equal(server.Messages[1], ((MemoryStream)Assert.Single(await fetching).Content!).ToArray());

        Stream Open()
        {
            opened.TrySetResult();
            return sink;
        }
    }

    [Fact]
    public async Task Fault_28_Cancelling_ends_a_stalled_message_at_once()
    {
        await using var server = new ScriptedServer();
        server.AddMessages(1);
        server.On("UID FETCH", (c, command) => command.Arguments.Contains("BODY.PEEK[]")
            ? c.SendAsync("* 1 FETCH (UID 1 BODY[] {30}\r\nhalf of it")
            : server.FetchAsync(c, command));
        await using var store = server.Open();
        var sink = new MemoryStream();
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stop = new CancellationTokenSource();

        var fetching = store.FetchAsync(server.Inbox, new MessageQuery(), _ => Open(), stop.Token).ToListAsync();
        await opened.Task;
        var started = System.Diagnostics.Stopwatch.StartNew();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetching);
        Assert.True(started.Elapsed < TimeSpan.FromSeconds(1));

        Stream Open()
        {
            opened.TrySetResult();
            return sink;
        }
    }

    [Fact]
    public async Task Fault_29_A_literal_shorter_than_announced_is_not_taken_for_a_message()
    {
        await using var server = new ScriptedServer();
        server.AddMessages(3);
        server.On("UID FETCH", async (c, command) =>
        {
            if (c.Number > 1 || !command.Arguments.Contains("BODY.PEEK[]"))
            {
                await server.FetchAsync(c, command);
                return;
            }

            // 20 octets too many are announced, and what follows is taken for content.
            var content = server.Messages[1];
            await c.SendAsync($"* 1 FETCH (UID 1 BODY[] {{{content.Length + 20}}}\r\n");
            await c.SendAsync(content);
            await c.SendAsync(")\r\n");
            await c.SendContentAsync(2, server.Messages[2]);
            await c.SendAsync($"{command.Tag} OK done\r\n");
        });
        await using var store = server.Open();

        var fetched = await store.FetchAllAsync(server.Inbox);

        Assert.Equal([1u, 2u, 3u], fetched.Select(f => f.Uid()));
        Assert.All(fetched, f => Assert.Equal(server.Messages[f.Uid()], f.Octets()));
        Assert.Equal(2, server.ConnectionCount);
    }

    [Fact]
    public async Task Fault_29_So_it_is_where_the_server_names_the_message_after_its_content()
    {
        await using var server = new ScriptedServer();
        server.AddMessages(2);
        server.On("UID FETCH", async (c, command) =>
        {
            if (c.Number > 1 || !command.Arguments.Contains("BODY.PEEK[]"))
            {
                await server.FetchAsync(c, command);
                return;
            }

            // What is announced too much is the end of the first response and the beginning of the second.
            var (first, second) = (server.Messages[1], server.Messages[2]);
            const string between = " UID 1)\r\n* 2 FETCH (";
            await c.SendAsync($"* 1 FETCH (BODY[] {{{first.Length + between.Length}}}\r\n");
            await c.SendAsync(first);
            await c.SendAsync($"{between}BODY[] {{{second.Length}}}\r\n");
            await c.SendAsync(second);
            await c.SendAsync($" UID 2)\r\n{command.Tag} OK done\r\n");
        });
        await using var store = server.Open();

        var fetched = await store.FetchAllAsync(server.Inbox);

        Assert.Equal([1u, 2u], fetched.Select(f => f.Uid()));
        Assert.All(fetched, f => Assert.Equal(server.Messages[f.Uid()], f.Octets()));
        Assert.Equal(2, server.ConnectionCount);
    }

    [Theory]
    [InlineData("* BYE Too many connections\r\n", "Too many connections")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "doesn't follow the IMAP protocol")]
    [InlineData("220 mail ESMTP\r\n", "doesn't follow the IMAP protocol")]
    [InlineData("* NO\r\n", "doesn't follow the IMAP protocol")]
    [InlineData("\0\0\0\n", "doesn't follow the IMAP protocol")]
    public async Task Fault_30_A_greeting_that_is_none_is_named(string greeting, string expected)
    {
        await using var server = new ScriptedServer { Greeting = greeting };
        await using var store = server.Open();

        var lost = await Assert.ThrowsAsync<ConnectionLostException>(() => store.ConnectAsync(Cancel));

        Assert.Contains(expected, lost.Message);
        Assert.Equal("mail.contoso.test:993", lost.Endpoint);
        Assert.Empty(server.Received);
    }

    [Fact]
    public async Task Fault_31_What_comes_in_between_does_not_confuse_the_messages()
    {
        await using var server = new ScriptedServer();
        server.AddMessages(3);
        server.On("UID FETCH", async (c, command) =>
        {
            const string noise = "* 1 EXPUNGE\r\n* 99 EXISTS\r\n* 2 FETCH (FLAGS (\\Seen))\r\n* 1 FETCH (UID 3 FLAGS (\\Seen))\r\n* 5 RECENT\r\n* OK hello\r\n* VANISHED 77\r\n* FLAGS (\\Seen)\r\n";
            foreach (var uid in server.Select(command.Arguments.Split(' ')[0]).Reverse())
            {
                await c.SendAsync(noise);
                if (command.Arguments.Contains("BODY.PEEK[]"))
                {
                    // A sequence number that is wrong on purpose: only the UID counts.
                    await c.SendAsync($"* 1 FETCH (FLAGS (\\Seen) UID {uid} BODY[] {{{server.Messages[uid].Length}}}\r\n");
                    await c.SendAsync(server.Messages[uid]);
                    await c.SendAsync(")\r\n* 9 FETCH (UID 900 BODY[] {3}\r\nabc)\r\n");
                }
                else
                {
                    await c.SendAsync(server.Summary(uid));
                }
            }

            await c.SendAsync($"{command.Tag} OK done\r\n");
        });
        await using var store = server.Open();

        var fetched = await store.FetchAllAsync(server.Inbox);

        Assert.Equal([3u, 2u, 1u], fetched.Select(f => f.Uid()));
        Assert.All(fetched, f => Assert.Equal(server.Messages[f.Uid()], f.Octets()));
        Assert.DoesNotContain(server.Received, line => line.StartsWith("FETCH", StringComparison.Ordinal));
    }
}
