using MailAdmin.Tenant.Base;

namespace MailAdmin.Tests.Tenant.Base;

public sealed class TenantClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_manual_clock_moves_only_when_told_to()
    {
        var clock = TenantClock.Manual(Start);
        var before = clock.GetTimestamp();

        clock.Advance(TimeSpan.FromHours(2));

        Assert.Equal(Start.AddHours(2), clock.GetUtcNow());
        Assert.Equal(TimeSpan.FromHours(2), clock.GetElapsedTime(before));
    }

    [Fact]
    public void Timers_fire_in_the_order_of_their_times_and_each_sees_its_own()
    {
        var clock = TenantClock.Manual(Start);
        var fired = new List<(string Name, DateTimeOffset At)>();
        using var late = clock.CreateTimer(_ => fired.Add(("late", clock.GetUtcNow())), null, TimeSpan.FromSeconds(30), Timeout.InfiniteTimeSpan);
        using var early = clock.CreateTimer(_ => fired.Add(("early", clock.GetUtcNow())), null, TimeSpan.FromSeconds(10), Timeout.InfiniteTimeSpan);
        using var again = clock.CreateTimer(_ => fired.Add(("again", clock.GetUtcNow())), null, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(20));

        clock.Advance(TimeSpan.FromSeconds(45));

        Assert.Equal(
            [("early", Start.AddSeconds(10)), ("again", Start.AddSeconds(20)), ("late", Start.AddSeconds(30)), ("again", Start.AddSeconds(40))],
            fired);
        Assert.Equal(Start.AddSeconds(45), clock.GetUtcNow());
    }

    [Fact]
    public async Task A_delay_ends_when_its_time_has_come_and_a_disposed_timer_never_fires()
    {
        var clock = TenantClock.Manual(Start);
        var delay = Task.Delay(TimeSpan.FromMinutes(5), clock, TestContext.Current.CancellationToken);
        var fired = false;
        clock.CreateTimer(_ => fired = true, null, TimeSpan.FromMinutes(1), Timeout.InfiniteTimeSpan).Dispose();
        Assert.Equal(Start.AddMinutes(5), clock.NextDue);

        clock.Advance(TimeSpan.FromMinutes(4));
        Assert.False(delay.IsCompleted);
        clock.Advance(TimeSpan.FromMinutes(1));

        await delay;
        Assert.False(fired);
        Assert.Null(clock.NextDue);
    }

    [Fact]
    public async Task A_clock_with_real_time_runs_by_itself_and_can_jump()
    {
        var clock = new TenantClock();
        await Task.Delay(TimeSpan.FromMilliseconds(1), clock, TestContext.Current.CancellationToken);
        var far = Task.Delay(TimeSpan.FromDays(45), clock, TestContext.Current.CancellationToken);

        clock.Advance(TimeSpan.FromDays(46));

        await far;
        Assert.InRange(clock.GetUtcNow() - DateTimeOffset.UtcNow, TimeSpan.FromDays(45.9), TimeSpan.FromDays(46.1));
    }
}
