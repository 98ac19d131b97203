using System.Text;
using MailAdmin.Core.Imap;
using MailAdmin.Core.Mail;

namespace MailAdmin.Tests.Imap;

/// <summary>What goes wrong in a session, by the numbers of the project's list of faults.</summary>
public sealed class FaultTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("NIL")]
    [InlineData("\"\"")]
    [InlineData("{0}\r\n")]
    public async Task Case14_A_message_without_content_is_an_error_and_the_others_come(string body)
    {
        await using var server = new ScriptedServer();
        server.AddMessages(3);
        server.On("UID FETCH", async (c, command) =>
        {
            if (!command.Arguments.Contains("BODY.PEEK[]"))
            {
                await server.FetchAsync(c, command);
                return;
            }

            await c.SendContentAsync(1, server.Messages[1]);
            await c.SendAsync($"* 2 FETCH (UID 2 BODY[] {body})\r\n");
            await c.SendContentAsync(3, server.Messages[3]);
            await c.SendAsync($"{command.Tag} OK done\r\n");
        });
        await using var store = server.Open();

        var fetched = await store.FetchAllAsync(server.Inbox);

        Assert.Equal([1u, 2u, 3u], fetched.Select(f => f.Uid()));
        Assert.Null(fetched[0].Error);
        Assert.Equal("MESSAGEUNREADABLE", Assert.IsType<ServiceRefusedException>(fetched[1].Error).Code);
        Assert.Equal(server.Messages[3], fetched[2].Octets());
    }

    [Fact]
    public async Task Case13_A_message_that_vanishes_before_its_content_is_one_error()
    {
        await using var server = new ScriptedServer();
        server.AddMessages(3);
        server.On("UID FETCH", async (c, command) =>
        {
            if (command.Arguments.Contains("BODY.PEEK[]"))
            {
                server.Messages.Remove(2);
            }

            await server.FetchAsync(c, command);
        });
        await using var store = server.Open();

        var fetched = await store.FetchAllAsync(server.Inbox);

        Assert.Equal([1u, 3u, 2u], fetched.Select(f => f.Uid()));
        Assert.Equal("MESSAGEUNREADABLE", Assert.IsType<ServiceRefusedException>(fetched[2].Error).Code);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("999999")]
    [InlineData("0")]
    public async Task Case15_The_literal_counts_and_not_the_announced_size(string size)
    {
        await using var server = new ScriptedServer();
        server.AddMessages(1);
        server.On("UID FETCH", (c, command) => command.Arguments.Contains("BODY.PEEK[]")
            ? server.FetchAsync(c, command)
            : c.SendAsync(server.Summary(1, size) + $"{command.Tag} OK done\r\n"));
        await using var store = server.Open();

        var message = Assert.Single(await store.FetchAllAsync(server.Inbox));

        Assert.Null(message.Error);
        Assert.Equal(server.Messages[1], message.Octets());
    }

    [Fact]
    public async Task Case19_The_octets_are_the_servers_NUL_and_8_bit_and_bare_line_ends_included()
    {
        await using var server = new ScriptedServer();
        server.Messages[1] = [.. Enumerable.Range(0, 100_000).Select(n => (byte)(n * 31))];
        await using var store = server.Open();

        Assert.Equal(server.Messages[1], Assert.Single(await store.FetchAllAsync(server.Inbox)).Octets());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(150)]
    [InlineData(299)]
    public async Task Case20_A_token_that_expires_on_the_way_is_renewed_and_nothing_is_lost_or_doubled(int after)
    {
        await using var server = new ScriptedServer();
        server.AddMessages(300);
        server.On("UID FETCH", async (c, command) =>
        {
            if (c.Number > 1 || !command.Arguments.Contains("BODY.PEEK[]"))
            {
                await server.FetchAsync(c, command);
                return;
            }

            foreach (var uid in server.Select(command.Arguments.Split(' ')[0]))
            {
                if (uid == after + 1)
                {
                    await c.SendAsync("* BYE Session invalidated - AccessTokenExpired\r\n");
                    await c.CloseAsync();
                }

                await c.SendContentAsync(uid, server.Messages[uid]);
            }

            await c.SendAsync($"{command.Tag} OK done\r\n");
        });
        await using var store = server.Open();

        var fetched = await store.FetchAllAsync(server.Inbox);

        Assert.Equal(server.Messages.Keys, fetched.Select(f => f.Uid()));
        Assert.All(fetched, f => Assert.Equal(server.Messages[f.Uid()], f.Octets()));
        Assert.Equal([false, true], server.TokenRequests);
    }

    [Theory]
    [InlineData("* BYE Session invalidated - AccessTokenExpired\r\n")]
    [InlineData("{0} BAD Session invalidated - AccessTokenExpired\r\n")]
    public async Task Case20_A_token_that_expired_while_nothing_was_done_is_renewed(string farewell)
    {
        await using var server = new ScriptedServer();
        server.On("LIST", (c, command) => c.SendAsync(c.Number == 1
            ? string.Format(farewell, command.Tag)
            : $"* LIST () \"/\" INBOX\r\n{command.Tag} OK done\r\n"));
        await using var store = server.Open();
        await store.ConnectAsync(Cancel);

        Assert.NotNull(await store.FindFolderAsync("inbox", Cancel));
        Assert.Equal([false, true], server.TokenRequests);
    }

    [Fact]
    public async Task Case21_A_bad_token_is_refused_twice_and_never_shown()
    {
        var answers = new List<string>();
        await using var server = new ScriptedServer();
        server.On("AUTHENTICATE", async (c, command) =>
        {
            await c.SendAsync("+ " + Convert.ToBase64String("{\"status\":\"401\",\"schemes\":\"bearer\",\"scope\":\"mail\"}"u8) + "\r\n");
            answers.Add(await c.ReadLineAsync());
            var token = Encoding.ASCII.GetString(Convert.FromBase64String(command.Arguments.Split(' ')[1])).Split("Bearer ")[1].Trim('\u0001');
            await c.SendAsync($"{command.Tag} NO AUTHENTICATE failed for {token} {command.Arguments}\r\n");
        });
        var log = new List<string>();
        await using var store = server.Open(new ImapOptions { Log = log.Add });

        var refused = await Assert.ThrowsAsync<ServiceRefusedException>(() => store.ConnectAsync(Cancel));

        Assert.Equal(("AUTHENTICATIONFAILED", "401"), (refused.Code, refused.SubCode));
        Assert.Equal(["", ""], answers);
        Assert.Equal([false, true], server.TokenRequests);
        var told = refused + string.Join('\n', log);
        Assert.DoesNotContain("secret-token", told);
        Assert.DoesNotContain(Convert.ToBase64String("secret-token"u8)[..12], told);
        Assert.DoesNotContain("auth=Bearer", Encoding.ASCII.GetString(log.SelectMany(l => l.Split(' ')).SelectMany(TryBase64).ToArray()));
        Assert.Contains("C: A2 AUTHENTICATE XOAUTH2 ***", log);

        static byte[] TryBase64(string word)
        {
            var octets = new byte[word.Length];
            return Convert.TryFromBase64String(word, octets, out var n) ? octets[..n] : [];
        }
    }

    [Fact]
    public async Task Case22_A_login_that_only_looks_good_is_explained()
    {
        await using var server = new ScriptedServer();
        server.On("NAMESPACE", (c, command) => c.SendAsync($"{command.Tag} BAD User is authenticated but not connected.\r\n"));
        await using var store = server.Open();

        var refused = await Assert.ThrowsAsync<ServiceRefusedException>(() => store.ConnectAsync(Cancel));

        Assert.Equal("NOTCONNECTED", refused.Code);
        Assert.False(refused.IsTransient);
        Assert.Contains("FullAccess", refused.Advice);
    }

    [Fact]
    public async Task Case23_Endless_challenges_are_not_answered()
    {
        var answers = 0;
        await using var server = new ScriptedServer();
        server.On("AUTHENTICATE", async (c, _) =>
        {
            while (true)
            {
                await c.SendAsync("+ eA==\r\n");
                await c.ReadLineAsync();
                answers++;
            }
        });
        await using var store = server.Open();

        await Assert.ThrowsAsync<ConnectionLostException>(() => store.ConnectAsync(Cancel));

        Assert.InRange(answers, 1, 2); // one for each of two connections
    }

    [Theory]
    [InlineData("{0} NO Request is throttled. Suggested Backoff Time: 299961 milliseconds\r\n")]
    [InlineData("{0} BAD Request is throttled. Suggested Backoff Time: 299961 milliseconds\r\n* BYE Connection closed. 14\r\n")]
    [InlineData("* BAD Request is throttled. Suggested Backoff Time: 299961 milliseconds\r\n")]
    [InlineData("* BYE Request is throttled. Suggested Backoff Time: 299961 milliseconds\r\n")]
    public async Task Case24_A_back_off_is_waited_for_and_the_rest_follows(string answer)
    {
        var time = new ManualTime();
        await using var server = new ScriptedServer { Time = time };
        server.AddMessages(5);
        var throttled = false;
        server.On("UID FETCH", async (c, command) =>
        {
            if (throttled || !command.Arguments.Contains("BODY.PEEK[]"))
            {
                await server.FetchAsync(c, command);
                return;
            }

            throttled = true;
            await c.SendContentAsync(1, server.Messages[1]);
            await c.SendAsync(string.Format(answer, command.Tag));
        });
        await using var store = server.Open();

        var fetching = store.FetchAllAsync(server.Inbox);
        await time.SomebodyWaitsFor(TimeSpan.FromMilliseconds(299961));
        Assert.False(fetching.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(299961));

        Assert.Equal([1u, 2u, 3u, 4u, 5u], (await fetching).Select(f => f.Uid()));
    }

    [Fact]
    public async Task Case24_A_back_off_can_be_cancelled()
    {
        var time = new ManualTime();
        await using var server = new ScriptedServer { Time = time };
        server.On("LIST", (c, command) => c.SendAsync($"{command.Tag} NO Request is throttled. Suggested Backoff Time: 5000 milliseconds\r\n"));
        await using var store = server.Open();
        using var stop = new CancellationTokenSource();

        var finding = store.FindFolderAsync("inbox", stop.Token);
        await time.SomebodyWaitsFor(TimeSpan.FromSeconds(5));
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => finding);
    }

    [Fact]
    public async Task Case24_A_back_off_that_is_too_long_is_reported_with_its_time()
    {
        await using var server = new ScriptedServer();
        server.On("LIST", (c, command) => c.SendAsync($"{command.Tag} NO Request is throttled. Suggested Backoff Time: 5000 milliseconds\r\n"));
        await using var store = server.Open(new ImapOptions { LongestBackOff = TimeSpan.FromSeconds(4) });

        var refused = await Assert.ThrowsAsync<ServiceRefusedException>(() => store.FindFolderAsync("inbox", Cancel));

        Assert.Equal(("THROTTLED", "IMAP", TimeSpan.FromSeconds(5)), (refused.Code, refused.Service, refused.RetryAfter));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Case27_A_connection_that_ends_within_a_message_is_opened_again(bool seekable)
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
    public async Task Case27_A_connection_that_ends_before_the_end_of_an_answer_is_opened_again(string item)
    {
        await using var server = new ScriptedServer();
        server.AddMessages(3);
        server.On("UID FETCH", async (c, command) =>
        {
            if (c.Number > 1 || !command.Arguments.Contains(item, StringComparison.Ordinal))
            {
                // The first envelope is unreadable, so that it is asked for again without.
                var answer = command.Arguments.Contains("ENVELOPE", StringComparison.Ordinal) && item.StartsWith("RFC822", StringComparison.Ordinal)
                    ? c.SendAsync($"* 1 FETCH (UID 1 ENVELOPE ?)\r\n{server.Summary(2)}{server.Summary(3)}{command.Tag} OK done\r\n")
                    : server.FetchAsync(c, command);
                await answer;
                return;
            }

            await server.FetchAsync(c, command with { Tag = "* OK almost" });
            await c.CloseAsync();
        });
        await using var store = server.Open();

        var fetched = await store.FetchAllAsync(server.Inbox);

        Assert.Equal([1u, 2u, 3u], fetched.Select(f => f.Uid()));
        Assert.All(fetched, f => Assert.Equal(server.Messages[f.Uid()], f.Octets()));
        Assert.Equal(2, server.ConnectionCount);
    }

    [Fact]
    public async Task Case27_Wherever_the_connection_ends_every_message_comes_once_and_whole()
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
    public async Task Case27_A_message_that_always_ends_the_connection_does_not_keep_back_the_others()
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
    public async Task Case28_A_server_that_falls_silent_within_a_message_is_given_up_after_the_time_out()
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
        var sink = new FirstWriteStream();

        var fetching = store.FetchAsync(server.Inbox, new MessageQuery(), _ => sink, Cancel).ToListAsync();
        await sink.Written;
        await time.SomebodyWaitsFor(TimeSpan.FromSeconds(77));
        time.Advance(TimeSpan.FromSeconds(77));

        Assert.Equal(server.Messages[1], ((MemoryStream)Assert.Single(await fetching).Content!).ToArray());
    }

    [Fact]
    public async Task Case28_Cancelling_ends_a_stalled_message_at_once()
    {
        await using var server = new ScriptedServer();
        server.AddMessages(1);
        server.On("UID FETCH", (c, command) => command.Arguments.Contains("BODY.PEEK[]")
            ? c.SendAsync("* 1 FETCH (UID 1 BODY[] {30}\r\nhalf of it")
            : server.FetchAsync(c, command));
        await using var store = server.Open();
        var sink = new FirstWriteStream();
        using var stop = new CancellationTokenSource();

        var fetching = store.FetchAsync(server.Inbox, new MessageQuery(), _ => sink, stop.Token).ToListAsync();
        await sink.Written;
        var started = System.Diagnostics.Stopwatch.StartNew();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetching);
        Assert.True(started.Elapsed < TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Case29_A_literal_shorter_than_announced_is_not_taken_for_a_message()
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

    [Theory]
    [InlineData("* BYE Too many connections\r\n", "Too many connections")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "does not keep to the IMAP protocol")]
    [InlineData("220 mail ESMTP\r\n", "does not keep to the IMAP protocol")]
    [InlineData("* NO\r\n", "does not keep to the IMAP protocol")]
    [InlineData("\0\0\0\n", "does not keep to the IMAP protocol")]
    public async Task Case30_A_greeting_that_is_none_is_named(string greeting, string expected)
    {
        await using var server = new ScriptedServer { Greeting = greeting };
        await using var store = server.Open();

        var lost = await Assert.ThrowsAsync<ConnectionLostException>(() => store.ConnectAsync(Cancel));

        Assert.Contains(expected, lost.Message);
        Assert.Equal("mail.contoso.test:993", lost.Endpoint);
        Assert.Empty(server.Received);
    }

    [Fact]
    public async Task Case31_What_comes_in_between_does_not_confuse_the_messages()
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

    [Fact]
    public async Task A_server_that_names_the_message_after_its_content_is_understood()
    {
        await using var server = new ScriptedServer();
        server.AddMessages(2);
        server.On("UID FETCH", async (c, command) =>
        {
            if (!command.Arguments.Contains("BODY.PEEK[]"))
            {
                await server.FetchAsync(c, command);
                return;
            }

            foreach (var uid in server.Select(command.Arguments.Split(' ')[0]))
            {
                await c.SendAsync($"* {uid} FETCH (BODY[] {{{server.Messages[uid].Length}}}\r\n");
                await c.SendAsync(server.Messages[uid]);
                await c.SendAsync($" UID {uid})\r\n");
            }

            await c.SendAsync($"{command.Tag} OK done\r\n");
        });
        await using var store = server.Open();

        var fetched = await store.FetchAllAsync(server.Inbox);

        Assert.All(fetched, f => Assert.Equal(server.Messages[f.Uid()], f.Octets()));
        Assert.Equal([1u, 2u], fetched.Select(f => f.Uid()));
    }

    [Fact]
    public async Task A_full_disk_fails_one_message_and_not_the_others()
    {
        await using var server = new ScriptedServer();
        server.AddMessages(3);
        await using var store = server.Open();

        var fetched = await store.FetchAsync(
            server.Inbox,
            new MessageQuery(),
            message => message.Id switch
            {
                "7.1" => throw new IOException("no space left"),
                "7.2" => new OneWayStream(new MemoryStream()) { Failure = new IOException("disk gone") },
                _ => new MemoryStream(),
            },
            Cancel).ToListAsync();

        Assert.Equal("no space left", fetched[0].Error!.Message);
        Assert.Equal("disk gone", fetched[1].Error!.Message);
        Assert.Equal(server.Messages[3], fetched[2].Octets());
        Assert.Equal(1, server.ConnectionCount);
    }

    [Fact]
    public async Task A_refusal_for_all_is_followed_by_asking_one_by_one()
    {
        await using var server = new ScriptedServer();
        server.AddMessages(3);
        server.On("UID FETCH", (c, command) =>
            command.Arguments.Contains("BODY.PEEK[]") && server.Select(command.Arguments.Split(' ')[0]).Contains(2u)
                ? c.SendAsync($"{command.Tag} NO The message could not be decoded\r\n")
                : server.FetchAsync(c, command));
        await using var store = server.Open();

        var fetched = (await store.FetchAllAsync(server.Inbox)).OrderBy(f => f.Uid()).ToList();

        Assert.Equal(server.Messages[1], fetched[0].Octets());
        Assert.Contains("could not be decoded", fetched[1].Error!.Message);
        Assert.Equal(server.Messages[3], fetched[2].Octets());
    }
}
