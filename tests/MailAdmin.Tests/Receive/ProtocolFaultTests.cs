using System.Net;
using MailAdmin.Core.Receive;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tests.Receive;

/// <summary>The engine over Graph and IMAP to files, by the numbers of the project's list of faults.</summary>
public sealed class ProtocolFaultTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 4, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Destination _destination = new();

    public void Dispose() => _destination.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Fault_2_over_IMAP_a_move_that_was_done_and_whose_answer_was_lost_is_found_done(bool comesBack)
    {
        using var road = await ReceiveEndToEnd.StartAsync();
        road.Fill(5);
        var (asked, cut) = (0, false);
        road.Streams.Watch = (number, fromServer, text) =>
        {
            asked = !fromServer && !cut && text.Contains("UID MOVE", StringComparison.Ordinal) ? number : asked;
            if (!fromServer || asked != number || cut)
            {
                return true;
            }

            (cut, road.Streams.IsDown) = (true, !comesBack);
            return false;
        };

        await using (var store = road.Open(MailProtocol.Imap))
        {
            var run = _destination.ReceiveAsync(store, ReceiveEndToEnd.Move);
            if (comesBack)
            {
                Assert.All(await run, d => Assert.Null(d.Error));
            }
            else
            {
                await Assert.ThrowsAsync<ConnectionLostException>(() => run);
            }
        }

        Assert.True(cut);
        road.Streams.IsDown = false;
        await using var again = road.Open(MailProtocol.Imap);
        Assert.Empty(await _destination.ReceiveAsync(again, ReceiveEndToEnd.Move));
        road.AssertAllMoved(_destination);
    }

    [Theory]
    [InlineData(MailProtocol.Graph)]
    [InlineData(MailProtocol.Imap)]
    public async Task Fault_2_copies_that_were_made_before_a_crash_are_not_made_again(MailProtocol protocol)
    {
        using var road = await ReceiveEndToEnd.StartAsync();
        road.Fill(5);
        var options = ReceiveEndToEnd.Move with { CopyTo = "Copies" };
        var isDead = false;
        await using (var store = road.Open(protocol))
        {
            await Assert.ThrowsAsync<OperationCanceledException>(() => _destination.ReceiveAsync(store, options with
            {
                Watcher = (step, before) =>
                {
                    isDead |= step == ReceiveStep.Copy && !before;
                    if (isDead)
                    {
                        throw new OperationCanceledException();
                    }
                },
            }));
        }

        Assert.Equal(5, road.Subjects("Copies").Length);
        Assert.Equal(5, road.Subjects("Many").Length);
        await using var again = road.Open(protocol);
        Assert.All(await _destination.ReceiveAsync(again, options), d => Assert.True(d.Message.Redelivered));
        Assert.Equal(5, road.Subjects("Copies").Length);
        road.AssertAllMoved(_destination);
    }

    [Fact]
    public async Task Fault_3_what_was_marked_deleted_before_a_crash_is_not_received_again()
    {
        using var road = await ReceiveEndToEnd.StartAsync();
        road.Fill(5);
        var purge = new ReceiveOptions { Folders = ["Many"], AfterProcessing = AfterProcessing.Purge };
        road.Streams.Watch = (_, fromServer, text) =>
        {
            road.Streams.IsDown |= !fromServer && text.Contains("EXPUNGE", StringComparison.Ordinal);
            return !road.Streams.IsDown;
        };
        await using (var store = road.Open(MailProtocol.Imap))
        {
            await Assert.ThrowsAsync<ConnectionLostException>(() => _destination.ReceiveAsync(store, purge));
        }

        Assert.Equal(5, road.Subjects("Many").Length);
        road.Streams.IsDown = false;
        road.Streams.Watch = (_, _, _) => true;
        road.Fill(1);
        await using var again = road.Open(MailProtocol.Imap);
        Assert.Equal(["5"], (await _destination.ReceiveAsync(again, purge)).Select(d => d.Message.Subject));
        Assert.Equal(road.Hashes, _destination.Files.Values.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(AfterProcessing.None)]
    [InlineData(AfterProcessing.Move)]
    [InlineData(AfterProcessing.MarkRead)]
    public async Task Fault_11_every_request_asks_for_immutable_ids_pages_of_changes_and_items_of_batches_too(AfterProcessing action)
    {
        using var road = await ReceiveEndToEnd.StartAsync();
        road.Fill(120);
        await using var store = road.Open(MailProtocol.Graph);
        var options = new ReceiveOptions { Folders = ["Many"], AfterProcessing = action, MoveTo = action == AfterProcessing.Move ? "Done" : null };
        road.Http.Requests.Clear();
        Assert.Equal(120, (await _destination.ReceiveAsync(store, options)).Count);
        if (action == AfterProcessing.None)
        {
            road.Fill(120);
            Assert.Equal(120, (await _destination.ReceiveAsync(store, options)).Count);
            Assert.True(road.Http.Requests.Count(r => r.Path.EndsWith("/delta", StringComparison.Ordinal) || r.Path.Contains("delta()", StringComparison.Ordinal)) > 2);
        }
        else
        {
            Assert.True(road.Http.Requests.Count(r => !r.Path.StartsWith("/v1.0", StringComparison.Ordinal)) >= 120);
        }

        Assert.All(road.Http.Requests, r => Assert.Contains("IdType=\"ImmutableId\"", r.Prefer, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(MailProtocol.Graph)]
    [InlineData(MailProtocol.Imap)]
    public async Task Fault_20_a_token_that_expires_in_mid_run_is_renewed_and_nothing_is_lost_or_comes_twice(MailProtocol protocol)
    {
        using var road = await ReceiveEndToEnd.StartAsync();
        road.Fill(60, 20_000);
        await using var store = road.Open(protocol);
        var tokens = road.Http.TokenRequests;

        var all = await _destination.ReceiveAsync(store, ReceiveEndToEnd.Move, m =>
        {
            if (m.Subject is "10" or "40")
            {
                road.Clock.Advance(TimeSpan.FromHours(2));
            }

            return true;
        });

        Assert.Equal(Enumerable.Range(0, 60).Select(i => $"{i}"), all.Select(d => d.Message.Subject));
        Assert.All(all, d => Assert.Null(d.Error));
        Assert.InRange(road.Http.TokenRequests - tokens, 2, 4);
        road.AssertAllMoved(_destination);
    }

    [Theory]
    [InlineData("Throttled429", 5)]
    [InlineData("Throttled429NoRetryAfter", 0.5)]
    [InlineData("ServiceUnavailable503", 0.5)]
    public async Task Fault_25_a_busy_service_is_waited_for_and_four_at_a_time_are_enough(string fault, double atLeast)
    {
        var clock = TenantClock.Manual(Start);
        using var road = await ManualTime.RunAsync(clock, ReceiveEndToEnd.StartAsync(clock, latency: TimeSpan.FromMilliseconds(10)));
        road.Fill(60);
        await using var store = road.Open(MailProtocol.Graph);
        var began = clock.GetUtcNow();

        var all = await ManualTime.RunAsync(clock, _destination.ReceiveAsync(
            store, ReceiveEndToEnd.Move,
            m =>
            {
                if (m.Subject is "5" or "30")
                {
                    road.SetFault(fault, 3);
                }

                return true;
            },
            clock));

        Assert.All(all, d => Assert.Null(d.Error));
        Assert.Equal(60, all.Count);
        Assert.Empty(road.Tenant.ActiveFaults);
        Assert.InRange((clock.GetUtcNow() - began).TotalSeconds, atLeast, 120);
        Assert.InRange(road.Http.Most, 2, 4);
        road.AssertAllMoved(_destination);
    }

    [Theory]
    [InlineData("ServerError500", 1)]
    [InlineData("ServerError500", 4)]
    [InlineData("GatewayTimeout504", 4)]
    public async Task What_the_service_fails_to_file_at_first_is_filed_in_the_same_run_and_not_handed_over_twice(string fault, int times)
    {
        var clock = TenantClock.Manual(Start);
        using var road = await ManualTime.RunAsync(clock, ReceiveEndToEnd.StartAsync(clock));
        road.Fill(30);
        await using var store = road.Open(MailProtocol.Graph);

        var all = await ManualTime.RunAsync(clock, _destination.ReceiveAsync(
            store, ReceiveEndToEnd.Move,
            m =>
            {
                if (m.Subject == "29")
                {
                    road.SetFault(fault, times);
                }

                return true;
            },
            clock));

        Assert.Equal(30, all.Count);
        Assert.All(all, d => Assert.Null(d.Error));
        Assert.Empty(road.Tenant.ActiveFaults);
        road.AssertAllMoved(_destination);
    }

    /// <summary>A clock that somebody sets wrong: what passes is true, what it shows is not.</summary>
    private sealed class WrongTime(TenantClock right) : TimeProvider
    {
        public TimeSpan By { get; set; }

        public override long TimestampFrequency => right.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => right.GetUtcNow() + By;

        public override long GetTimestamp() => right.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            right.CreateTimer(callback, state, dueTime, period);
    }

    [Theory]
    [InlineData(MailProtocol.Graph, 10)]
    [InlineData(MailProtocol.Graph, -10)]
    [InlineData(MailProtocol.Imap, 10)]
    [InlineData(MailProtocol.Imap, -10)]
    public async Task Fault_26_a_clock_that_is_ten_minutes_wrong_or_is_set_in_mid_run_costs_no_refusal(MailProtocol protocol, int minutes)
    {
        var clock = TenantClock.Manual(Start);
        var wrong = new WrongTime(clock);
        using var road = await ReceiveEndToEnd.StartAsync(clock, wrong);
        road.Fill(100);
        await using var store = road.Open(protocol);
        road.Http.Answers.Clear();
        var tokens = road.Http.TokenRequests;

        var all = await _destination.ReceiveAsync(
            store, ReceiveEndToEnd.Move,
            m =>
            {
                // A token that was good when a request left shall not run out while it is on its way.
                SpinWait.SpinUntil(() => !road.Http.IsBusy);
                wrong.By = TimeSpan.FromMinutes(int.Parse(m.Subject, System.Globalization.CultureInfo.InvariantCulture) / 20 % 2 == 0 ? 0 : minutes);
                clock.Advance(TimeSpan.FromMinutes(2));
                return true;
            },
            wrong);

        Assert.All(all, d => Assert.Null(d.Error));
        Assert.False(road.Http.Answers.ContainsKey(HttpStatusCode.Unauthorized));
        Assert.InRange(road.Http.TokenRequests - tokens, 1, 6);
        road.AssertAllMoved(_destination);
    }

    [Theory]
    [InlineData("Büro & Söhne")]
    [InlineData("Many/&-")]
    [InlineData("日本語")]
    public async Task Fault_32_folders_of_every_name_are_received_from_and_moved_to(string name)
    {
        using var road = await ReceiveEndToEnd.StartAsync();
        await using var store = road.Open(MailProtocol.Imap);
        road.Fill(3);
        await _destination.ReceiveAsync(store, ReceiveEndToEnd.Move with { MoveTo = name });
        Assert.Equal(["0", "1", "2"], road.Subjects(name));
        using var elsewhere = new Destination();
        Assert.All(await elsewhere.ReceiveAsync(store, ReceiveEndToEnd.Move with { Folders = [name] }), d => Assert.Equal(name, d.Message.Folder));
        Assert.Equal(3, elsewhere.Files.Count);
        road.AssertAllMoved(_destination);
    }
}
