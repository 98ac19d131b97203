using MailAdmin.Tenant.Base;

namespace MailAdmin.Tests.TestKit;

/// <summary>A clock that stands still until it is advanced; and hours that pass in no time on a sandbox's clock.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly List<(TimeSpan Due, TaskCompletionSource Seen)> _awaited = [];
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Completes when somebody waits for this long.</summary>
    public Task SomebodyWaitsFor(TimeSpan due)
    {
        lock (_lock)
        {
            if (_timers.Any(timer => timer.Due == _now + due))
            {
                return Task.CompletedTask;
            }

            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add((due, seen));
            return seen.Task;
        }
    }

    /// <summary>Advances a sandbox's clock whenever somebody waits on it, until the work is done: hours pass in no time.</summary>
    /// <param name="longest">Longer waits don't end: the time limits of a connection are on the same clock, and must not run out
    /// while it answers. Null for no limit.</param>
    /// <param name="quiet">The clock moves only after no timer was set for this long in real time: if several work at once, it must
    /// not move while one of them still works. Null where that makes no difference.</param>
    public static async Task<T> RunAsync<T>(
        TenantClock clock, Task<T> work, TimeSpan? longest = null, TimeSpan? quiet = null)
    {
        while (!work.IsCompleted)
        {
            // Taken before the look, so that no timer is missed that is set meanwhile.
            var changed = clock.NextChange;
            if (clock.NextDue is { } due && due - clock.GetUtcNow() is var wait && (longest is null || wait <= longest))
            {
                if (quiet is { } still)
                {
                    var silence = Task.Delay(still, System);
                    if (await Task.WhenAny(changed, work, silence) != silence)
                    {
                        continue;
                    }
                }

                clock.Advance(wait);
                await Task.Yield();
            }
            else
            {
                await Task.WhenAny(work, changed);
            }
        }

        return await work;
    }

    public void Advance(TimeSpan by)
    {
        List<ManualTimer> due;
        lock (_lock)
        {
            _now += by;
            due = [.. _timers.Where(timer => timer.Due <= _now)];
            due.ForEach(timer => _timers.Remove(timer));
        }

        due.ForEach(timer => timer.Fire());
    }

    private sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = time._now + dueTime;
                    time._timers.Add(this);
                    foreach (var (due, seen) in time._awaited.Where(a => a.Due == dueTime).ToArray())
                    {
                        time._awaited.Remove((due, seen));
                        seen.SetResult();
                    }
                }

                return true;
            }
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
