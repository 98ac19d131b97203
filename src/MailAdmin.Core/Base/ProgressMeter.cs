using System.Globalization;

namespace MailAdmin.Core.Base;

/// <summary>Counts completed items, and calculates the rate and the remaining time.</summary>
/// <param name="noun">The name of the items, in the plural.</param>
/// <param name="time">The clock.</param>
internal sealed class ProgressMeter(string noun, TimeProvider time)
{
    /// <summary>The shortest time between two updates that a user can read.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly long _start = time.GetTimestamp();
    private TimeSpan? _told;
    private long _count;
    private long _bytes;

    /// <summary>The total number of items; null if unknown.</summary>
    public long? Total { get; set; }

    /// <summary>The percentage, 0 to 100; -1 if unknown.</summary>
    public int Percent => Total is > 0 and var total ? (int)Math.Min(100, _count * 100 / total) : -1;

    /// <summary>The remaining seconds at the current rate; -1 if unknown.</summary>
    public int SecondsLeft => Total is > 0 and var total && _count > 0
        ? (int)Math.Min(int.MaxValue, Math.Max(0, total - _count) * time.GetElapsedTime(_start).TotalSeconds / _count) : -1;

    /// <summary>Counts one item.</summary>
    /// <param name="bytes">The size of the item.</param>
    /// <returns>Whether it is time for an update.</returns>
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

    /// <summary>Returns text such as "120 of 2,000 messages, 34.1 MB, 12 per second".</summary>
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
