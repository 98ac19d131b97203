using System.Text;
using MailAdmin.Core.Receive;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tests.Receive;

/// <summary>A run that goes on: what comes is brought, what fails is tried again later, and it stops when told to.</summary>
public sealed class WaitTests : IDisposable
{
    private readonly Destination _destination = new();
    private readonly MemoryStore _store = new();
    private readonly TenantClock _clock = TenantClock.Manual(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly CancellationTokenSource _stop = new();

    public void Dispose()
    {
        _destination.Dispose();
        _stop.Dispose();
    }

    [Theory]
    [InlineData(AfterProcessing.Move)]
    [InlineData(AfterProcessing.None)]
    public async Task What_comes_while_it_waits_is_brought_once(AfterProcessing action)
    {
        Add("1");
        var round = 0;
        _store.News = () =>
        {
            switch (++round)
            {
                case 1:
                    Add("2", "3");
                    break;
                case 2:
                    break;
                default:
                    _stop.Cancel();
                    break;
            }

            return Task.CompletedTask;
        };

        Assert.Equal(["1", "2", "3"], await RunAsync(action));
        Assert.Equal(3, round);
        Assert.Equal(3, _destination.Files.Count);
        Assert.Equal(action == AfterProcessing.Move ? 3 : 0, _store.IdsIn("Done").Count);
    }

    [Fact]
    public async Task Without_a_place_for_its_memory_it_remembers_as_long_as_it_runs()
    {
        Add("1");
        var round = 0;
        _store.News = () =>
        {
            Add($"{++round + 1}");
            return Task.CompletedTask;
        };
        var ids = new List<string>();
        await foreach (var delivery in new MailReceiver(_store, new ReceiveOptions { Wait = true }, _clock).ReceiveAsync(TestContext.Current.CancellationToken))
        {
            ids.Add(delivery.Message.Id);
            delivery.Acknowledge();
            if (ids.Count == 4)
            {
                break;
            }
        }

        Assert.Equal(["1", "2", "3", "4"], ids);
    }

    [Fact]
    public async Task What_the_network_and_the_service_do_ends_nothing_and_is_waited_out()
    {
        Add("1", "2");
        var troubles = new Queue<MailAdminException>(
        [
            new ConnectionLostException("gone") { Endpoint = "graph.microsoft.com" },
            new ServiceRefusedException("busy") { Service = "Graph", Code = "ServiceUnavailable", HttpStatus = 503, RetryAfter = TimeSpan.FromSeconds(90) },
            new ServiceRefusedException("rebuilt") { Service = "IMAP", Code = "UIDVALIDITY" },
        ]);
        _store.Gate = () =>
        {
            if (troubles.TryDequeue(out var trouble))
            {
                throw trouble;
            }
        };
        _store.News = () =>
        {
            _stop.Cancel();
            return Task.CompletedTask;
        };
        var start = _clock.GetUtcNow();
        Assert.Equal(["1", "2"], await ManualTime.RunAsync(_clock, RunAsync(AfterProcessing.Move)));
        Assert.InRange((_clock.GetUtcNow() - start).TotalSeconds, 90, 120);
        Assert.Equal(2, _store.IdsIn("Done").Count);
    }

    [Fact]
    public async Task What_the_service_refuses_for_good_ends_it()
    {
        _store.Gate = () => throw new ServiceRefusedException("denied") { Service = "Graph", Code = "ErrorAccessDenied", HttpStatus = 403 };
        Assert.Equal("denied", (await Assert.ThrowsAsync<ServiceRefusedException>(() => RunAsync(AfterProcessing.Move))).Message);
    }

    [Fact]
    public async Task A_damaged_message_is_tried_again_later_and_later_and_the_others_do_not_wait()
    {
        Add("bad", "good");
        var asked = new List<double>();
        var start = _clock.GetUtcNow();
        _store.ContentFault = m =>
        {
            if (m.Id != "bad")
            {
                return null;
            }

            asked.Add((_clock.GetUtcNow() - start).TotalMinutes);
            return new ServiceRefusedException("damaged") { Service = "Graph", Code = "ErrorCorruptData", HttpStatus = 400 };
        };
        _store.News = () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(30));
            if (_clock.GetUtcNow() - start > TimeSpan.FromHours(6))
            {
                _stop.Cancel();
            }

            return Task.CompletedTask;
        };

        Assert.Equal(1, (await RunAsync(AfterProcessing.Move)).Count(id => id == "good"));
        Assert.Equal([0, 1, 3, 7, 15, 31, 63, 123, 183, 243, 303], asked.Select(m => Math.Floor(m)));
    }

    [Fact]
    public async Task Waiting_for_news_ends_when_a_message_is_to_be_tried_again()
    {
        Add("bad");
        var (failures, waits) = (2, new List<TimeSpan>());
        _store.ContentFault = _ => failures-- > 0 ? new ServiceRefusedException("damaged") { Service = "Graph", Code = "ErrorCorruptData", HttpStatus = 400 } : null;
        _store.News = () =>
        {
            waits.Add(_store.LongestWait);
            if (_store.LongestWait == TimeSpan.MaxValue)
            {
                _stop.Cancel();
            }
            else
            {
                _clock.Advance(_store.LongestWait);
            }

            return Task.CompletedTask;
        };

        Assert.Equal(["bad"], await RunAsync(AfterProcessing.Move));
        Assert.Equal([TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2), TimeSpan.MaxValue], waits);
    }

    [Fact]
    public async Task A_position_that_is_lost_while_it_waits_brings_nothing_twice()
    {
        Add("1", "2");
        var round = 0;
        _store.News = () =>
        {
            if (++round == 1)
            {
                _store.Rebuild(2);
                Add("3");
            }
            else
            {
                _stop.Cancel();
            }

            return Task.CompletedTask;
        };
        Assert.Equal(["1", "2", "3"], await ManualTime.RunAsync(_clock, RunAsync(AfterProcessing.None)));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(5, true)]
    [InlineData(1000, false)]
    public async Task Authenticated_but_not_connected_is_waited_out_unless_it_lasts(int times, bool passes)
    {
        Add("1");
        var left = times;
        _store.Gate = () =>
        {
            if (_store.IdsIn("Done").Count > 0 && left-- > 0)
            {
                throw new ServiceRefusedException("User is authenticated but not connected.") { Service = "IMAP", Code = "NOTCONNECTED", Advice = "Check FullAccess." };
            }
        };
        _store.News = () =>
        {
            if (_store.IdsIn("Done").Count == 1)
            {
                Add("2");
            }
            else
            {
                _stop.Cancel();
            }

            return Task.CompletedTask;
        };

        if (passes)
        {
            Assert.Equal(["1", "2"], await ManualTime.RunAsync(_clock, RunAsync(AfterProcessing.Move)));
            Assert.True(left <= 0);
        }
        else
        {
            var e = await Assert.ThrowsAsync<ServiceRefusedException>(() => ManualTime.RunAsync(_clock, RunAsync(AfterProcessing.Move)));
            Assert.Equal("Check FullAccess.", e.Advice);
        }
    }

    private void Add(params string[] ids) => Array.ForEach(ids, id => _store.Add(id, Encoding.ASCII.GetBytes($"Subject: {id}\r\n\r\n{id}")));

    private async Task<List<string>> RunAsync(AfterProcessing action)
    {
        var ids = new List<string>();
        var options = new ReceiveOptions { Destination = _destination.Path, Wait = true, AfterProcessing = action, MoveTo = action == AfterProcessing.Move ? "Done" : null };
        try
        {
            await foreach (var delivery in new MailReceiver(_store, options, _clock).ReceiveAsync(_stop.Token))
            {
                if (delivery.Error is null)
                {
                    ids.Add(delivery.Message.Id);
                    delivery.Acknowledge();
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }

        return ids;
    }
}
