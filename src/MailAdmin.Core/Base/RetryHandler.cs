using System.Net;

namespace MailAdmin.Core.Base;

/// <summary>
/// Retries HTTP requests; the only place that does. Retries 429 and 503 always, because the service didn't act, and other
/// transient failures only if a repetition can't run the action twice. Honors Retry-After in both forms; otherwise uses
/// exponential backoff with jitter. <see cref="RetryPolicy"/> sets the limits. All waits use the wire's clock and end when the
/// caller's token is canceled.
/// </summary>
/// <remarks>https://learn.microsoft.com/graph/throttling; RFC 9110 section 10.2.3 (Retry-After).</remarks>
internal sealed class RetryHandler(HttpMessageHandler inner, TimeProvider time, RetryPolicy policy) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var waited = TimeSpan.Zero;
        for (var attempt = 1; ; attempt++)
        {
            HttpResponseMessage? response = null;
            string what;
            var start = time.GetTimestamp();
            try
            {
                response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
                await RequestStory.TellAsync(
                    request, response, time.GetElapsedTime(start), null, cancellationToken).ConfigureAwait(false);
                if (!IsTransient(response.StatusCode) || !MayRepeat(request, response.StatusCode))
                {
                    return response;
                }

                what = $"{(int)response.StatusCode} {response.ReasonPhrase}";
            }
            catch (HttpRequestException e)
                when (IsIdempotent(request) && Unreachable.MayRecover(e))
            {
                what = e.Message;
                await RequestStory.TellAsync(
                    request, null, time.GetElapsedTime(start), e, cancellationToken).ConfigureAwait(false);
                if (attempt >= policy.Attempts)
                {
                    throw;
                }
            }

            var wait = (response is null ? null : RetryAfter(response)) ?? policy.BackOff(attempt);
            if (attempt >= policy.Attempts || waited + wait > policy.LongestWait)
            {
                return response ?? throw new HttpRequestException($"{what} Stopped after {attempt} attempts.");
            }

            VerboseLog.Write(
                $"{request.Method} {request.RequestUri?.GetLeftPart(UriPartial.Path)}: {what}. Retrying in "
                    + $"{wait.TotalSeconds:0.#} s (attempt {attempt} of {policy.Attempts}).");
            response?.Dispose();
            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
            waited += wait;
        }
    }

    /// <summary>Reads Retry-After as seconds or as a date.</summary>
    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date > time.GetUtcNow() ? date - time.GetUtcNow() : TimeSpan.Zero,
        _ => null,
    };

    private static bool IsTransient(HttpStatusCode status) => status is HttpStatusCode.TooManyRequests
        or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout or HttpStatusCode.BadGateway
        or HttpStatusCode.RequestTimeout;

    private static bool MayRepeat(HttpRequestMessage request, HttpStatusCode status) =>
        status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable || IsIdempotent(request);

    private static bool IsIdempotent(HttpRequestMessage request) => request.Method != HttpMethod.Post;
}

/// <summary>The number of attempts and the waiting time of requests.</summary>
/// <param name="Attempts">The total number of attempts.</param>
/// <param name="FirstWait">The wait before the second attempt if the service specifies none. It doubles from there.</param>
/// <param name="LongestWait">The maximum total wait. If the service requires more, the request isn't retried.</param>
internal sealed record RetryPolicy(int Attempts, TimeSpan FirstWait, TimeSpan LongestWait)
{
    /// <summary>Six attempts, starting with 1 second, 5 minutes in total.</summary>
    public static RetryPolicy Default { get; } = new(6, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));

    /// <summary>
    /// Returns the wait after a failed attempt: doubled each time, and randomized between half of it and the whole, so that
    /// clients spread.
    /// </summary>
    /// <param name="attempt">The failed attempt, starting at 1.</param>
    /// <returns>The wait.</returns>
    public TimeSpan BackOff(int attempt) => FirstWait * Math.Pow(2, attempt - 1) * (0.5 + (Random.Shared.NextDouble() / 2));
}
