using System.Globalization;
using MailAdmin.Core.Receive;

namespace MailAdmin.Tests.Receive;

/// <summary>A run over IMAP that goes on: it idles, hears of new mail at once, and leaves nothing behind.</summary>
public sealed class ImapWaitTests : IDisposable
{
    // No look at the mailbox would come in time: only the server can tell.
    private static readonly TimeSpan Never = TimeSpan.FromDays(1);

    private readonly Destination _destination = new();

    public void Dispose() => _destination.Dispose();

    [Theory]
    [InlineData(AfterProcessing.Move)]
    [InlineData(AfterProcessing.None)]
    public async Task What_comes_while_it_idles_is_received_at_once_and_no_connection_is_left(AfterProcessing action)
    {
        using var road = await ReceiveEndToEnd.StartAsync();
        road.Fill(2);
        var idling = 0;
        road.Streams.Watch = (number, fromServer, text) =>
        {
            idling = !fromServer && text.Contains("IDLE", StringComparison.Ordinal) ? number : idling;
            if (fromServer && number == idling && text.StartsWith('+') && road.Hashes.Count() < 5)
            {
                idling = 0;
                road.Fill(1);
            }

            return true;
        };
        using var stop = new CancellationTokenSource();
        var subjects = new List<string>();
        await using (var store = road.Open(MailProtocol.Imap))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _destination.ReceiveAsync(
                store,
                new ReceiveOptions { Folders = ["Many"], AfterProcessing = action, MoveTo = action == AfterProcessing.Move ? "Done" : null, Wait = true, PollInterval = Never },
                m =>
                {
                    subjects.Add(m.Subject);
                    if (m.Subject == "4")
                    {
                        stop.CancelAfter(0);
                    }

                    return true;
                },
                stop: stop));
        }

        Assert.Equal(["0", "1", "2", "3", "4"], subjects);
        Assert.Equal(road.Hashes, _destination.Files.Values.Order(StringComparer.Ordinal));
        while (road.Streams.Open > 0)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        // What was acknowledged last may have been cut short by the stop; the next run takes it up, and brings nothing else.
        await using var again = road.Open(MailProtocol.Imap);
        var rest = await _destination.ReceiveAsync(again, new ReceiveOptions { Folders = ["Many"], AfterProcessing = action, MoveTo = action == AfterProcessing.Move ? "Done" : null });
        Assert.All(rest, d => Assert.Equal(("4", true), (d.Message.Subject, d.Message.Redelivered)));
        Assert.Equal(5, _destination.Files.Count);
    }

    [Fact]
    public async Task IDLE_is_asked_for_again_before_the_server_takes_the_client_for_gone()
    {
        var time = new ManualTime();
        await using var server = new ScriptedServer { Time = time };
        server.Folders.Add("(\\HasNoChildren) \"/\" Done");
        server.AddMessages(1);
        server.On("UID MOVE", (c, command) =>
        {
            server.Messages.Clear();
            return c.SendAsync($"{command.Tag} OK done\r\n");
        });
        var idles = 0;
        server.On("IDLE", async (c, command) =>
        {
            await c.SendAsync("+ idling\r\n");
            if (++idles == 3)
            {
                server.Messages[2] = "Subject: late\r\n\r\n"u8.ToArray();
                await c.SendAsync("* 1 EXISTS\r\n");
            }

            Assert.Equal("DONE", await c.ReadLineAsync());
            await c.SendAsync($"{command.Tag} OK done\r\n");
        });
        using var stop = new CancellationTokenSource();
        var ids = new List<string>();
        await using (var store = server.Open())
        {
            var run = _destination.ReceiveAsync(
                store,
                new ReceiveOptions { AfterProcessing = AfterProcessing.Move, MoveTo = "Done", Wait = true, PollInterval = Never },
                m =>
                {
                    ids.Add(m.Id);
                    return true;
                },
                time, stop);
            for (var i = 0; i < 2; i++)
            {
                await time.SomebodyWaitsFor(TimeSpan.FromMinutes(28));
                while (idles <= i)
                {
                    await Task.Yield();
                }

                time.Advance(TimeSpan.FromMinutes(28));
            }

            // After the third has told of the message there is a fourth.
            while (idles < 4)
            {
                Assert.False(run.IsFaulted, run.Exception?.ToString());
                await Task.Yield();
            }

            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        }

        Assert.Equal(["7.1", "7.2"], ids);
        Assert.Empty(server.Messages);
        Assert.Equal(2, _destination.Files.Count);
    }

    [Fact]
    public async Task A_server_without_IDLE_is_looked_at_again_after_the_interval()
    {
        var time = new ManualTime();
        await using var server = new ScriptedServer { Time = time, Capabilities = "IMAP4rev1 AUTH=XOAUTH2 SASL-IR UIDPLUS MOVE" };
        server.On("UID SEARCH", (c, command) =>
        {
            var after = command.Arguments.Split("UID ") is [_, var rest] ? uint.Parse(rest.Split(':')[0], CultureInfo.InvariantCulture) : 1;
            return c.SendAsync($"* SEARCH {string.Join(' ', server.Messages.Keys.Where(uid => uid >= after))}\r\n{command.Tag} OK done\r\n");
        });
        server.AddMessages(2);
        using var stop = new CancellationTokenSource();
        await using var store = server.Open();
        var ids = new List<string>();

        var run = _destination.ReceiveAsync(
            store, new ReceiveOptions { Wait = true, PollInterval = TimeSpan.FromSeconds(45) },
            m =>
            {
                ids.Add(m.Id);
                return true;
            },
            time, stop);
        await time.SomebodyWaitsFor(TimeSpan.FromSeconds(45));
        server.Messages[3] = "Subject: late\r\n\r\n"u8.ToArray();
        time.Advance(TimeSpan.FromSeconds(45));
        await time.SomebodyWaitsFor(TimeSpan.FromSeconds(45));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);

        Assert.Equal(["7.1", "7.2", "7.3"], ids);
        Assert.Contains("UID SEARCH UID 3:* UNDELETED", server.Received.Select(line => line.Replace("4294967295", "*", StringComparison.Ordinal)));
    }
}
