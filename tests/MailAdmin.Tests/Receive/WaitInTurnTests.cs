using System.Collections.Concurrent;
using System.Text;
using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Receive;
using MailAdmin.Core.Rounds;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Receive;

/// <summary>Waiting for mail in more mailboxes than may be open at a time, on the tenant's clock.</summary>
public sealed class WaitInTurnTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly TenantClock _clock = TenantClock.Manual(Start);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<(string Subject, DateTimeOffset At)> _received = [];
    private HttpTap _http = null!;
    private StreamTap _streams = null!;
    private EndToEnd _road = null!;
    private List<MailboxConnection> _connections = null!;

    public void Dispose()
    {
        _road.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task Over_Graph_each_turn_is_one_batch_and_opens_only_what_has_news()
    {
        await StartAsync(MailProtocol.Graph);
        using var rounds = new ReceiveRounds(
            _connections.Select(c => (c, Move with { Aside = new RetryBackoff(_clock) })), 2, Interval, isShared: false);
        var run = RunAsync(rounds);
        await UntilAsync(() => _connections.TrueForAll(c => _received.Any(r => r.Subject == $"first {c.Mailbox}")));
        _received.Clear();
        for (var turn = 0; turn < 3; turn++)
        {
            var connection = _connections[turn];
            Add(connection, $"news {turn}");
            _http.Requests.Clear();
            await UntilAsync(() => _received.Any(r => r.Subject == $"news {turn}"));
            // What is asked for outside of a batch is about this one, and what was left to do in the one before.
            Assert.InRange(
                _http.Requests.Where(r => r.Path.StartsWith("/v1.0/users/", StringComparison.Ordinal)).Select(r => r.Path.Split('/')[3]).Distinct().Count(), 1, 2);
        }

        // What passes is no reason to give a mailbox up.
        _road.Tenant.SetFault("MailboxStoreUnavailable", 2);
        Add(_connections[3], "after the fault");
        await UntilAsync(() => _received.Any(r => r.Subject == "after the fault"));
        await StopAsync(run);
        Assert.Equal(_received.Count, _received.Select(r => r.Subject).Distinct().Count());
        Assert.All(_received.Take(3).Zip(_received.Skip(1).Take(2)), pair => Assert.True(pair.Second.At - pair.First.At >= Interval));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Over_IMAP_no_more_mailboxes_are_connected_than_may_be_and_none_is_idle(bool canBeLeft)
    {
        await StartAsync(MailProtocol.Imap);
        var isIdle = false;
        _streams.Watch = (_, _, text) =>
        {
            isIdle |= text.Contains(" IDLE\r\n", StringComparison.Ordinal);
            return true;
        };
        using var turns = new SemaphoreSlim(1);
        using var rounds = canBeLeft
            ? new ReceiveRounds(_connections.Select(c => (c, Move)), 1, Interval, isShared: false)
            // Nothing is remembered but by the run itself, so that it stays.
            : new ReceiveRounds(
                _connections.Select(c => (c, new ReceiveOptions { Wait = true, PollInterval = Interval, Turns = turns })), int.MaxValue, null, isShared: false);
        var run = RunAsync(rounds);
        await UntilAsync(() => _received.Count >= _connections.Count);
        _received.Clear();
        for (var turn = 0; turn < 3; turn++)
        {
            foreach (var connection in _connections)
            {
                Add(connection, $"{turn} {connection.Mailbox}");
            }

            await UntilAsync(() => _connections.TrueForAll(c => _received.Any(r => r.Subject == $"{turn} {c.Mailbox}")));
        }

        await StopAsync(run);
        // Of a mailbox, there may be two: messages are filed while others are fetched.
        Assert.InRange(_streams.MostHeld, 1, 2);
        Assert.False(isIdle);
        Assert.True(_streams.Opened > _connections.Count);
        Assert.Equal(_received.Count, _received.Select(r => r.Subject).Distinct().Count());
    }

    private static ReceiveOptions Move => new() { AfterProcessing = AfterProcessing.Move, MoveTo = "Done" };

    private async Task StartAsync(MailProtocol protocol)
    {
        _road = await EndToEnd.StartAsync(new SandboxOptions { Clock = _clock }, wire => new Wire(
            _http = new HttpTap(wire.Http), (_streams = new StreamTap(wire.OpenStream)).OpenAsync, wire.Time) { IsSandbox = true });
        var app = await _road.RegisterAsync("Graph/Mail.ReadWrite", "Exchange/IMAP.AccessAsApp");
        _connections = [.. _road.Tenant.Mailboxes.Take(4).Select(m => MailboxConnections.As(app, m.Address, protocol))];
        foreach (var connection in _connections)
        {
            _road.Tenant.GrantImap(app.ClientId, connection.Mailbox);
            Add(connection, $"first {connection.Mailbox}");
        }
    }

    private Task RunAsync(ReceiveRounds rounds) => Task.Run(async () =>
    {
        await foreach (var (source, delivery, error) in rounds.RunAsync(rounds.ReceiveAsync, _stop.Token))
        {
            Assert.True(error is null, $"{source.Connection.Mailbox}: {error}");
            Assert.Null(delivery!.Error);
            _received.Enqueue(($"{delivery.Message.Subject}", _clock.GetUtcNow()));
            delivery.Acknowledge();
        }
    });

    /// <summary>Lets time pass until something has happened.</summary>
    private async Task UntilAsync(Func<bool> happened)
    {
        while (!happened())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            if (_clock.NextDue is { } due && due - _clock.GetUtcNow() <= Interval)
            {
                _clock.Advance(due - _clock.GetUtcNow());
            }

            await Task.Yield();
        }
    }

    private async Task StopAsync(Task run)
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ManualTime.RunAsync(_clock, Ended()));

        async Task<bool> Ended()
        {
            await run;
            return true;
        }
    }

    private void Add(MailboxConnection connection, string subject) => _road.Tenant.AddMessage(
        connection.Mailbox, "Inbox", Encoding.ASCII.GetBytes($"From: a@x.example\r\nSubject: {subject}\r\nMessage-ID: <{Guid.NewGuid()}@x.example>\r\n\r\ntext"));
}
