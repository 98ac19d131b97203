namespace MailAdmin.Tests.Receive.Blobs;

/// <summary>
/// A clock that can be moved without anybody noticing, as when a process stands still: short pauses are over at once, and long
/// ones last for ever.
/// </summary>
internal sealed class StillTime : TimeProvider
{
    private TimeSpan _ahead;

    public void Jump(TimeSpan by) => _ahead += by;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _ahead;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => System.CreateTimer(
        callback, state, dueTime > TimeSpan.FromSeconds(4) ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
}
