using MailAdmin.Core.Base;

namespace MailAdmin.Core.Mail.Graph;

/// <summary>
/// Counts requests, so that the service doesn't have to refuse them: an app can send 10,000 requests on a mailbox in ten minutes,
/// and each request in a batch counts. If other programs use the same app, or requests are retried, the service can still return
/// 429.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits;
/// https://learn.microsoft.com/graph/throttling#throttling-and-batching.
/// </remarks>
/// <param name="time">The clock.</param>
internal sealed class RequestQuota(TimeProvider time)
{
    /// <summary>The maximum number of requests in <see cref="Window"/>.</summary>
    public const int Most = 10_000;

    /// <summary>The time that they count.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    /// <summary>Requests are counted by the second; a second counts until its end has passed by the window.</summary>
    private readonly Queue<(long Second, int Requests)> _taken = new();
    private readonly object _gate = new();
    private readonly long _start = time.GetTimestamp();
    private (long Second, int Requests) _now;
    private int _sum;

    /// <summary>Waits, if need be, until the service has room for more.</summary>
    /// <param name="requests">The number of requests, at most <see cref="Most"/>.</param>
    public async ValueTask TakeAsync(int requests, CancellationToken cancellationToken)
    {
        while (TryTake(requests) is { } wait)
        {
            VerboseLog.Write(
                $"Graph allows {Most} requests to this mailbox within {Window.TotalMinutes:0} minutes. Continuing in "
                    + $"{wait.TotalSeconds:0} s.");
            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private TimeSpan? TryTake(int requests)
    {
        lock (_gate)
        {
            // Elapsed time, because the clock can be changed during the wait.
            var now = time.GetElapsedTime(_start);
            var second = (long)now.TotalSeconds;
            if (_now.Second != second)
            {
                _taken.Enqueue(_now);
                _now = (second, 0);
            }

            while (_taken.TryPeek(out var oldest) && EndOf(oldest.Second) <= now)
            {
                _sum -= _taken.Dequeue().Requests;
            }

            if (_sum + requests > Most)
            {
                return EndOf(_taken.TryPeek(out var oldest) ? oldest.Second : second) - now;
            }

            _now.Requests += requests;
            _sum += requests;
            return null;
        }
    }

    private static TimeSpan EndOf(long second) => TimeSpan.FromSeconds(second + 1) + Window;
}
