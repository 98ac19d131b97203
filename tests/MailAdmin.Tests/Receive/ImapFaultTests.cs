using System.Security.Cryptography;
using MailAdmin.Core.Mail.Imap;
using MailAdmin.Core.Receive;
using MailAdmin.Tests.Mail.Imap;

namespace MailAdmin.Tests.Receive;

/// <summary>What a strange or failing IMAP server does to the files and to its own messages, by the numbers of the project's list of faults.</summary>
public sealed class ImapFaultTests : IDisposable
{
    private static readonly ReceiveOptions Move = new() { AfterProcessing = AfterProcessing.Move, MoveTo = "Done", Durability = Durability.None };

    private readonly Destination _destination = new();
    private readonly List<uint> _moved = [];

    public void Dispose() => _destination.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("* 2 FETCH (UID 2 FLAGS (\\Seen))\r\n")]
    [InlineData("* 9 FETCH (UID 900 BODY[] {4}\r\nevil)\r\n")]
    public async Task Fault_13_a_message_that_vanishes_before_its_content_is_one_error_and_no_file(string instead)
    {
        await using var server = Serve(3);
        server.Content(2, (c, _) => c.SendAsync(instead));
        var original = server.Messages.Where(m => m.Key != 2).Select(m => m.Value).ToArray();
        await using var store = server.Open();

        var all = await _destination.ReceiveAsync(store, Move);

        Assert.Equal("7.2", Assert.Single(all, d => d.Error is not null).Message.Id);
        AssertFiles(original);
        Assert.Equal([1u, 3u], _moved);
    }

    [Theory]
    [InlineData("NIL")]
    [InlineData("\"\"")]
    [InlineData("{0}\r\n")]
    public async Task Fault_14_a_body_of_nothing_makes_no_file_and_no_move(string body)
    {
        await using var server = Serve(3);
        server.Content(2, (c, _) => c.SendAsync($"* 2 FETCH (UID 2 BODY[] {body})\r\n"));
        var original = server.Messages.Where(m => m.Key != 2).Select(m => m.Value).ToArray();
        await using var store = server.Open();

        var all = await _destination.ReceiveAsync(store, Move);

        Assert.Equal(["7.2"], all.Where(d => d.Error is not null).Select(d => d.Message.Id));
        AssertFiles(original);
        Assert.Equal([1u, 3u], _moved);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("4000000000")]
    public async Task Fault_15_the_file_has_the_octets_that_came_and_not_the_announced_size(string size)
    {
        await using var server = Serve(2);
        var original = server.Messages.Values.ToArray();
        server.On("UID FETCH", (c, command) => command.Arguments.Contains("BODY.PEEK[]", StringComparison.Ordinal)
            ? server.FetchAsync(c, command)
            : c.SendAsync($"{server.Summary(1, size)}{server.Summary(2, size)}{command.Tag} OK done\r\n"));
        await using var store = server.Open();

        Assert.All(await _destination.ReceiveAsync(store, Move), d => Assert.Equal(original[0].Length, d.Message.Size));
        AssertFiles(original);
        Assert.Equal([1u, 2u], _moved);
    }

    [Theory]
    [InlineData("UIDPLUS")]
    [InlineData("")]
    public async Task Fault_16_without_MOVE_nothing_that_others_have_marked_is_expunged(string capabilities)
    {
        await using var server = Serve(2);
        server.Capabilities = $"IMAP4rev1 AUTH=XOAUTH2 SASL-IR {capabilities}";
        await using var store = server.Open();

        Assert.All(await _destination.ReceiveAsync(store, Move), d => Assert.Null(d.Error));

        Assert.Contains(capabilities.Length > 0 ? "UID COPY 1:2 Done" : "COPY 1:2 Done", server.Received);
        Assert.DoesNotContain(server.Received, line => line is "EXPUNGE" or "CLOSE");
        Assert.Equal(capabilities.Length > 0, server.Received.Contains("UID EXPUNGE 1:2"));
    }

    [Theory]
    [InlineData("[TRYCREATE] no such mailbox")]
    [InlineData("[OVERQUOTA] the mailbox is full")]
    [InlineData("Quota exceeded")]
    public async Task Fault_17_a_target_that_is_missing_or_full_leaves_the_messages_unmarked_and_the_files_kept(string refusal)
    {
        await using var server = Serve(2);
        var original = server.Messages.Values.ToArray();
        server.Capabilities = "IMAP4rev1 AUTH=XOAUTH2 SASL-IR UIDPLUS";
        server.On("UID COPY", (c, command) => c.SendAsync($"{command.Tag} NO {refusal}\r\n"));
        await using var store = server.Open();

        var all = await _destination.ReceiveAsync(store, Move);

        Assert.Equal(["7.1", "7.2"], all.Where(d => d.Error is ServiceRefusedException).Select(d => d.Message.Id));
        AssertFiles(original);
        Assert.DoesNotContain(server.Received, line => line.StartsWith("UID STORE", StringComparison.Ordinal) || line.Contains("EXPUNGE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Fault_19_the_file_has_the_servers_octets_NUL_and_8_bit_and_bare_line_ends_included()
    {
        await using var server = Serve(0);
        var random = new byte[100_000];
        new Random(19).NextBytes(random);
        server.Messages[1] = random;
        server.Messages[2] = "Subject: \0\r\n\n\rbare\r\0\xff\r\n."u8.ToArray();
        var original = server.Messages.Values.ToArray();
        await using var store = server.Open();

        await _destination.ReceiveAsync(store, Move);

        AssertFiles(original);
        Assert.Equal([1u, 2u], _moved);
    }

    [Fact]
    public async Task Fault_24_a_server_that_asks_for_a_while_gets_it_and_then_all_messages_come_once()
    {
        var time = new ManualTime();
        await using var server = Serve(5, time);
        var original = server.Messages.Values.ToArray();
        var throttled = false;
        server.Content(3, async (c, tag) =>
        {
            if (!throttled)
            {
                throttled = true;
                await c.SendAsync($"{tag} BAD Request is throttled. Suggested Backoff Time: 300000 milliseconds\r\n* BYE Connection closed. 14\r\n");
                await c.CloseAsync();
            }

            await c.SendContentAsync(3, server.Messages[3]);
        });
        await using var store = server.Open();

        var run = _destination.ReceiveAsync(store, Move, time: time);
        await time.SomebodyWaitsFor(TimeSpan.FromMinutes(5));
        Assert.False(run.IsCompleted);
        time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(["7.1", "7.2", "7.3", "7.4", "7.5"], (await run).Select(d => d.Message.Id));
        AssertFiles(original);
        Assert.Equal([1u, 2u, 3u, 4u, 5u], _moved.Order());
    }

    [Fact]
    public async Task Fault_27_wherever_the_connection_ends_every_message_is_on_disk_once_and_moved()
    {
        for (var after = 0; ; after += 3)
        {
            var first = true;
            using var destination = new Destination();
            _moved.Clear();
            await using var server = Serve(3, accept: stream =>
            {
                var broken = first ? new OneWayStream(stream) { BreaksAfter = after } : stream;
                first = false;
                return Task.FromResult(broken);
            });
            var original = server.Messages.Values.ToArray();
            await using var store = server.Open();

            Assert.All(await destination.ReceiveAsync(store, Move), d => Assert.Null(d.Error));

            AssertFiles(original, destination);
            Assert.Equal([1u, 2u, 3u], _moved.Order());
            if (server.ConnectionCount == 1)
            {
                Assert.True(after > 1500);
                return;
            }
        }
    }

    [Fact]
    public async Task Fault_28_a_server_that_falls_silent_within_a_message_is_left_after_a_while_and_the_message_comes()
    {
        var time = new ManualTime();
        await using var server = Serve(3, time);
        var original = server.Messages.Values.ToArray();
        server.Content(2, (c, _) => c.Number == 1 ? c.SendAsync("* 2 FETCH (UID 2 BODY[] {30}\r\nhalf of it") : c.SendContentAsync(2, server.Messages[2]), last: true);
        await using var store = server.Open(new ImapOptions { Timeout = TimeSpan.FromSeconds(77) });

        var run = _destination.ReceiveAsync(store, Move, time: time);
        while (_destination.Leftovers.Length == 0 || Directory.GetFiles(_destination.Path, "*.eml").Length == 0)
        {
            await Task.Yield();
        }

        await time.SomebodyWaitsFor(TimeSpan.FromSeconds(77));
        time.Advance(TimeSpan.FromSeconds(77));

        Assert.All(await run, d => Assert.Null(d.Error));
        AssertFiles(original);
        Assert.Equal([1u, 2u, 3u], _moved.Order());
    }

    [Fact]
    public async Task Fault_29_a_literal_shorter_than_announced_is_not_saved()
    {
        await using var server = Serve(3);
        var original = server.Messages.Values.ToArray();
        server.Content(1, async (c, _) =>
        {
            // 20 octets too many are announced the first time, and what follows is taken for content.
            var content = server.Messages[1];
            await c.SendAsync($"* 1 FETCH (UID 1 BODY[] {{{content.Length + (c.Number == 1 ? 20 : 0)}}}\r\n");
            await c.SendAsync(content);
            await c.SendAsync(")\r\n");
        });
        await using var store = server.Open();

        Assert.All(await _destination.ReceiveAsync(store, Move), d => Assert.Null(d.Error));
        AssertFiles(original);
        Assert.Equal([1u, 2u, 3u], _moved.Order());
    }

    [Fact]
    public async Task Fault_30_a_greeting_that_is_none_is_told_and_nothing_is_made()
    {
        await using var server = Serve(1);
        server.Greeting = "* BYE Too many connections\r\n";
        await using var store = server.Open();

        var lost = await Assert.ThrowsAsync<ConnectionLostException>(() => _destination.ReceiveAsync(store, Move));

        Assert.Contains("Too many connections", lost.Message, StringComparison.Ordinal);
        Assert.Empty(_destination.Files);
    }

    [Fact]
    public async Task Fault_31_what_comes_in_between_neither_changes_a_file_nor_moves_another_message()
    {
        const string noise = "* 1 EXPUNGE\r\n* 99 EXISTS\r\n* 2 FETCH (FLAGS (\\Seen))\r\n* 1 FETCH (UID 3 FLAGS (\\Seen))\r\n* OK hello\r\n* 9 FETCH (UID 900 BODY[] {3}\r\nabc)\r\n";
        await using var server = Serve(4);
        var original = server.Messages.Values.ToArray();
        for (uint uid = 1; uid <= 4; uid++)
        {
            var number = uid;
            server.Content(number, async (c, _) =>
            {
                await c.SendAsync(noise);
                await c.SendContentAsync(number, server.Messages[number]);
            });
        }

        await using var store = server.Open();
        var all = await _destination.ReceiveAsync(store, Move, m => m.Id != "7.2");

        Assert.Equal(["7.1", "7.2", "7.3", "7.4"], all.Select(d => d.Message.Id));
        AssertFiles(original);
        Assert.Equal([1u, 3u, 4u], _moved);
        Assert.All(server.Received.Where(line => line.Contains("FETCH", StringComparison.Ordinal) || line.Contains("MOVE", StringComparison.Ordinal)),
            line => Assert.StartsWith("UID ", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Fault_41_a_message_of_any_shape_is_saved_as_it_is()
    {
        await using var server = Serve(0);
        byte[][] shapes = ["\r\n"u8.ToArray(), "\r\nno headers"u8.ToArray(), "no headers and no end"u8.ToArray(), [], "\n\n\n"u8.ToArray()];
        for (uint uid = 1; uid <= shapes.Length; uid++)
        {
            server.Messages[uid] = shapes[uid - 1];
        }

        await using var store = server.Open();

        Assert.All(await _destination.ReceiveAsync(store, Move with { SaveAttachments = true }), d => Assert.Null(d.Error));
        AssertFiles(shapes);
        Assert.Equal([1u, 2u, 3u, 4u, 5u], _moved);
    }

    [Fact]
    public async Task A_server_that_sends_in_another_order_makes_the_next_run_skip_nothing()
    {
        await using var server = Serve(4);
        server.On("UID SEARCH", (c, command) =>
        {
            var after = command.Arguments.Split("UID ") is [_, var rest] ? uint.Parse(rest.Split(':')[0], System.Globalization.CultureInfo.InvariantCulture) : 1;
            return c.SendAsync($"* SEARCH {string.Join(' ', server.Messages.Keys.Where(uid => uid >= after))}\r\n{command.Tag} OK done\r\n");
        });
        server.On("UID FETCH", async (c, command) =>
        {
            if (!command.Arguments.Contains("BODY.PEEK[]", StringComparison.Ordinal))
            {
                await server.FetchAsync(c, command);
                return;
            }

            foreach (var uid in server.Select(command.Arguments.Split(' ')[0]).Reverse())
            {
                await c.SendContentAsync(uid, server.Messages[uid]);
            }

            await c.SendAsync($"{command.Tag} OK done\r\n");
        });
        await using var store = server.Open();
        var lastChecked = new ReceiveOptions { Destination = _destination.Path };
        var first = "";
        await foreach (var delivery in new MailReceiver(store, lastChecked).ReceiveAsync(TestContext.Current.CancellationToken))
        {
            first = delivery.Message.Id;
            delivery.Acknowledge();
            break;
        }

        var rest = await _destination.ReceiveAsync(store);
        Assert.Equal(["7.1", "7.2", "7.3", "7.4"], rest.Select(d => d.Message.Id).Append(first).Order(StringComparer.Ordinal));
        Assert.Empty(await _destination.ReceiveAsync(store));
    }

    private ScriptedServer Serve(int messages, TimeProvider? time = null, Func<Stream, Task<Stream>>? accept = null)
    {
        var server = new ScriptedServer { Time = time ?? TimeProvider.System, Accept = accept ?? Task.FromResult };
        server.Folders.Add("(\\HasNoChildren) \"/\" Done");
        server.AddMessages(messages);
        server.On("UID MOVE", (c, command) =>
        {
            foreach (var uid in server.Select(command.Arguments.Split(' ')[0]))
            {
                server.Messages.Remove(uid);
                _moved.Add(uid);
            }

            return c.SendAsync($"{command.Tag} OK done\r\n");
        });
        return server;
    }

    private void AssertFiles(IEnumerable<byte[]> expected, Destination? destination = null)
    {
        Assert.Equal(
            expected.Select(octets => Convert.ToHexString(SHA256.HashData(octets))).Order(StringComparer.Ordinal),
            (destination ?? _destination).Files.Values.Order(StringComparer.Ordinal));
        Assert.Empty((destination ?? _destination).Leftovers);
    }
}

file static class Scripts
{
    /// <summary>Sends the content of one message otherwise; the others as they are.</summary>
    /// <param name="server">The server.</param>
    /// <param name="special">The message.</param>
    /// <param name="send">Sends it, with the tag of the command.</param>
    /// <param name="last">Whether a first connection says nothing after it.</param>
    public static void Content(this ScriptedServer server, uint special, Func<ScriptedServer.Connection, string, Task> send, bool last = false)
    {
        var contents = Special.GetOrCreateValue(server);
        contents[special] = send;
        server.On("UID FETCH", async (c, command) =>
        {
            if (!command.Arguments.Contains("BODY.PEEK[]", StringComparison.Ordinal))
            {
                await server.FetchAsync(c, command);
                return;
            }

            foreach (var uid in server.Select(command.Arguments.Split(' ')[0]))
            {
                await (contents.TryGetValue(uid, out var other) ? other(c, command.Tag) : c.SendContentAsync(uid, server.Messages[uid]));
                if (last && uid == special && c.Number == 1)
                {
                    return;
                }
            }

            await c.SendAsync($"{command.Tag} OK done\r\n");
        });
    }

    private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<ScriptedServer, Dictionary<uint, Func<ScriptedServer.Connection, string, Task>>> Special = [];
}
