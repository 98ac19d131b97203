using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant;

/// <summary>
/// The time of a sandbox that another process serves. It runs with the machine's clock, which both share, and moves on with
/// the sandbox's: every answer says what time it is there (Date, RFC 9110 section 6.6.1), and while something here waits, the
/// sandbox is asked, so that whoever moves it on ends the waiting here too.
/// </summary>
internal sealed class ServedClock : TimeProvider
{
    /// <summary>A Date has whole seconds, and takes a while to come.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    /// <summary>How often the sandbox is asked for its time while something waits.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly TenantClock _clock = new();
    private Func<CancellationToken, Task<DateTimeOffset>>? _ask;
    private int _isAsking;

    /// <inheritdoc/>
    public override long TimestampFrequency => _clock.TimestampFrequency;

    /// <summary>Says how the sandbox is asked for its time.</summary>
    /// <param name="ask">Asks it; a failure ends the asking until something waits again.</param>
    public void AskBy(Func<CancellationToken, Task<DateTimeOffset>> ask) => _ask = ask;

    /// <summary>Notes what time it is in the sandbox. The clock never goes back.</summary>
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
            // The sandbox is gone: whoever waits for it learns that with the next request.
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
