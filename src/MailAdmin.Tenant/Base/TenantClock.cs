namespace MailAdmin.Tenant.Base;

/// <summary>
/// Represents the tenant's time: real time plus an offset, or a time that only changes on request. Expiration, propagation,
/// throttling, and waits in a sandbox use this clock, so a test can reach next year without sleeping.
/// </summary>
internal sealed class TenantClock : TimeProvider
{
    private readonly object _gate = new();
    private readonly List<ClockTimer> _timers = [];
    private readonly DateTimeOffset? _start;
    private TimeSpan _offset;
    private TaskCompletionSource? _changed;

    /// <summary>Creates a clock that runs with real time.</summary>
    public TenantClock() { }

    private TenantClock(DateTimeOffset start) => _start = start;

    /// <summary>Creates a clock that stops between two calls of <see cref="Advance"/>.</summary>
    /// <param name="start">The time it shows at first.</param>
    public static TenantClock Manual(DateTimeOffset start) => new(start);

    /// <summary>True when only <see cref="Advance"/> moves it.</summary>
    public bool IsManual => _start is not null;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>When the next timer is due; null when nothing waits.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            lock (_gate)
            {
                return Earliest()?.Due is { } due ? GetUtcNow() + (due - Elapsed()) : null;
            }
        }
    }

    /// <summary>Completes when a timer is set, or the clock moves.</summary>
    public Task NextChange
    {
        get
        {
            lock (_gate)
            {
                return (_changed ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return (_start ?? System.GetUtcNow()) + _offset;
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp()
    {
        lock (_gate)
        {
            return Elapsed().Ticks;
        }
    }

    /// <summary>Advances the clock and runs every due timer, each at its own time, in order.</summary>
    /// <param name="by">The time to add; not negative.</param>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var left = by;
        while (TakeDue(ref left) is { } timer)
        {
            timer.Fire();
        }
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new ClockTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>
    /// Advances to the next due timer in the range and removes it; if there is none, advances to the end and returns null.
    /// </summary>
    private ClockTimer? TakeDue(ref TimeSpan left)
    {
        lock (_gate)
        {
            var now = Elapsed();
            Changed();
            if (Earliest() is { } timer && timer.Due <= now + left)
            {
                var step = timer.Due!.Value > now ? timer.Due.Value - now : TimeSpan.Zero;
                _offset += step;
                left -= step;
                timer.Reschedule();
                return timer;
            }

            _offset += left;
            left = TimeSpan.Zero;
            return null;
        }
    }

    private void Changed()
    {
        _changed?.SetResult();
        _changed = null;
    }

    private TimeSpan Elapsed() => _offset + (IsManual ? TimeSpan.Zero : System.GetElapsedTime(0, System.GetTimestamp()));

    private ClockTimer? Earliest() => _timers.Where(t => t.Due is not null).MinBy(t => t.Due);

    /// <summary>Represents a timer on the clock's own time; with real time, a system timer wakes it.</summary>
    private sealed class ClockTimer : ITimer
    {
        private readonly TenantClock _clock;
        private readonly TimerCallback _callback;
        private readonly object? _state;
        private readonly ITimer? _wake;
        private TimeSpan _period;
        private bool _disposed;

        public ClockTimer(TenantClock clock, TimerCallback callback, object? state)
        {
            (_clock, _callback, _state) = (clock, callback, state);
            _wake = clock.IsManual
                ? null
                : System.CreateTimer(_ => FireIfDue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        /// <summary>The due time, as <see cref="Elapsed"/>; null if it isn't set.</summary>
        public TimeSpan? Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            bool now;
            lock (_clock._gate)
            {
                if (_disposed)
                {
                    return false;
                }

                _period = period;
                Set(dueTime == Timeout.InfiniteTimeSpan ? null : _clock.Elapsed() + dueTime);
                now = _clock.IsManual && dueTime == TimeSpan.Zero;
                if (now)
                {
                    Reschedule();
                }
            }

            if (now)
            {
                Fire();
            }

            return true;
        }

        /// <summary>Runs the callback. Never called under the clock's lock, because it can read or set the clock.</summary>
        public void Fire() => _callback(_state);

        /// <summary>Sets the next due time of a periodic timer, or none.</summary>
        public void Reschedule() =>
            Set(_period == Timeout.InfiniteTimeSpan || _period == TimeSpan.Zero ? null : Due + _period);

        public void Dispose()
        {
            lock (_clock._gate)
            {
                _disposed = true;
                Set(null);
            }

            _wake?.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void FireIfDue()
        {
            lock (_clock._gate)
            {
                if (Due is not { } due)
                {
                    return;
                }

                if (due > _clock.Elapsed())
                {
                    Set(due);
                    return;
                }

                Reschedule();
            }

            Fire();
        }

        private void Set(TimeSpan? due)
        {
            Due = due;
            if (due is null)
            {
                _clock._timers.Remove(this);
            }
            else
            {
                _clock.Changed();
                if (!_clock._timers.Contains(this))
                {
                    _clock._timers.Add(this);
                }
            }

            if (due is null || _wake is null)
            {
                _wake?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                return;
            }

            // A system timer supports at most 49 days; a longer wait is set again when it wakes.
            var wait = due.Value - _clock.Elapsed();
            wait = wait < TimeSpan.Zero ? TimeSpan.Zero : wait > TimeSpan.FromDays(40) ? TimeSpan.FromDays(40) : wait;
            _wake.Change(wait + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
        }
    }
}
