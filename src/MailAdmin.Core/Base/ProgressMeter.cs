using System.Globalization;

namespace MailAdmin.Core.Base;

/// <summary>Counts what a long work gets done, and tells a person how fast it is and how long it will take still.</summary>
/// <param name="noun">What is counted, in the plural.</param>
/// <param name="time">The clock.</param>
internal sealed class ProgressMeter(string noun, TimeProvider time)
{
    /// <summary>Nobody reads faster.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly long _start = time.GetTimestamp();
    private TimeSpan? _told;
    private long _count;
    private long _bytes;

    /// <summary>How many there are to do; null where nobody knows.</summary>
    public long? Total { get; set; }

    /// <summary>How much is done, 0 to 100; -1 where nobody knows.</summary>
    public int Percent => Total is > 0 and var total ? (int)Math.Min(100, _count * 100 / total) : -1;

    /// <summary>Seconds until it is done at the speed so far; -1 where nobody knows.</summary>
    public int SecondsLeft => Total is > 0 and var total && _count > 0
        ? (int)Math.Min(int.MaxValue, Math.Max(0, total - _count) * time.GetElapsedTime(_start).TotalSeconds / _count) : -1;

    /// <summary>One more is done.</summary>
    /// <param name="bytes">Its size.</param>
    /// <returns>Whether it is time to tell.</returns>
    public bool Add(long bytes = 0)
    {
        _count++;
        _bytes += bytes;
        var now = time.GetElapsedTime(_start);
        if (_told is { } told && now - told < Pause)
        {
            return false;
        }

        _told = now;
        return true;
    }

    /// <summary>Such as "120 of 2,000 messages, 34.1 MB, 12 in a second".</summary>
    public override string ToString()
    {
        var of = Total is > 0 and var total
            ? string.Create(CultureInfo.InvariantCulture, $" of {Math.Max(total, _count):N0}")
            : "";
        var size = _bytes > 0 ? string.Create(CultureInfo.InvariantCulture, $", {_bytes / 1e6:N1} MB") : "";
        var seconds = time.GetElapsedTime(_start).TotalSeconds;
        var rate = seconds > 0 ? string.Create(CultureInfo.InvariantCulture, $", {_count / seconds:0.#} per second") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{_count:N0}{of} {noun}{size}{rate}");
    }
}
