using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant;

/// <summary>
/// Represents the clock of a served sandbox. It runs with the computer's clock, which both processes share, and is advanced with
/// the sandbox's: every response contains its time (Date, RFC 9110 section 6.6.1). During a wait in this process, the sandbox is
/// polled, so that a change of its clock ends the wait here, too.
/// </summary>
internal sealed class ServedClock : TimeProvider
{
    /// <summary>A Date has whole seconds, and is delayed.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    /// <summary>The interval in which the sandbox is polled during a wait.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly TenantClock _clock = new();
    private Func<CancellationToken, Task<DateTimeOffset>>? _ask;
    private int _isAsking;

    /// <inheritdoc/>
    public override long TimestampFrequency => _clock.TimestampFrequency;

    /// <summary>Sets the function that requests the sandbox's time.</summary>
    /// <param name="ask">Requests the time. A failure stops the polling until the next wait.</param>
    public void AskBy(Func<CancellationToken, Task<DateTimeOffset>> ask) => _ask = ask;

    /// <summary>Sets the sandbox's time. The clock never runs backward.</summary>
    public void Follow(DateTimeOffset there)
    {
        var ahead = there - _clock.GetUtcNow();
        if (ahead > Tolerance)
        {
            _clock.Advance(ahead);
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _clock.GetUtcNow();

    /// <inheritdoc/>
    public override long GetTimestamp() => _clock.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = _clock.CreateTimer(callback, state, dueTime, period);
        if (dueTime > Interval && _ask is not null && Interlocked.Exchange(ref _isAsking, 1) == 0)
        {
            _ = Task.Run(AskAsync);
        }

        return timer;
    }

    /// <summary>Sees the Date of every answer.</summary>
    /// <param name="inner">Carries the requests.</param>
    public HttpMessageHandler Watch(HttpMessageHandler inner) => new Watcher(this, inner);

    private async Task AskAsync()
    {
        try
        {
            while (_clock.NextDue is not null)
            {
                await Task.Delay(Interval).ConfigureAwait(false);
                Follow(await _ask!(CancellationToken.None).ConfigureAwait(false));
            }
        }
        catch (MailAdminException)
        {
            // The sandbox has ended. The next request returns the error to the waiting code.
        }
        finally
        {
            Volatile.Write(ref _isAsking, 0);
        }
    }

    private sealed class Watcher(ServedClock clock, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (answer.Headers.Date is { } date)
            {
                clock.Follow(date);
            }

            return answer;
        }
    }
}
