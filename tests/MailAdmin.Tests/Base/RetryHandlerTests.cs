using System.Net;
using System.Net.Http.Headers;
using MailAdmin.Core.Base;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tests.Base;

public class RetryHandlerTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly TenantClock _clock = TenantClock.Manual(Start);
    private readonly Queue<Func<HttpResponseMessage>> _answers = new();
    private int _requests;

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.GatewayTimeout)]
    public async Task A_transient_refusal_is_tried_again(HttpStatusCode status)
    {
        Answer(status);
        Answer(HttpStatusCode.OK);

        var response = await SendAsync(HttpMethod.Get);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, _requests);
        Assert.InRange(_clock.GetUtcNow() - Start, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Retry_After_in_seconds_is_obeyed_to_the_second()
    {
        Answer(HttpStatusCode.TooManyRequests, r => r.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(17)));
        Answer(HttpStatusCode.OK);

        await SendAsync(HttpMethod.Post);

        Assert.Equal(TimeSpan.FromSeconds(17), _clock.GetUtcNow() - Start);
    }

    [Fact]
    public async Task Retry_After_as_a_date_is_obeyed()
    {
        Answer(HttpStatusCode.ServiceUnavailable, r => r.Headers.RetryAfter = new RetryConditionHeaderValue(Start.AddSeconds(42)));
        Answer(HttpStatusCode.OK);

        await SendAsync(HttpMethod.Get);

        Assert.Equal(Start.AddSeconds(42), _clock.GetUtcNow());
    }

    [Fact]
    public async Task A_POST_that_may_have_been_carried_out_is_not_repeated()
    {
        Answer(HttpStatusCode.GatewayTimeout);

        var response = await SendAsync(HttpMethod.Post);

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Equal(1, _requests);
    }

    [Fact]
    public async Task Trying_ends_after_the_attempts_of_the_policy()
    {
        for (var i = 0; i < 10; i++)
        {
            Answer(HttpStatusCode.TooManyRequests);
        }

        var response = await SendAsync(HttpMethod.Get);

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal(RetryPolicy.Default.Attempts, _requests);
    }

    [Fact]
    public async Task A_service_that_asks_for_more_patience_than_there_is_gets_its_answer_reported()
    {
        Answer(HttpStatusCode.TooManyRequests, r => r.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromHours(1)));

        var response = await SendAsync(HttpMethod.Get);

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal(Start, _clock.GetUtcNow());
    }

    [Fact]
    public async Task A_lost_connection_is_tried_again_for_a_GET_and_reported_for_a_POST()
    {
        _answers.Enqueue(() => throw new HttpRequestException("reset"));
        Answer(HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get)).StatusCode);

        _answers.Enqueue(() => throw new HttpRequestException("reset"));
        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(HttpMethod.Post));
    }

    [Fact]
    public async Task Waiting_ends_with_the_callers_token()
    {
        Answer(HttpStatusCode.TooManyRequests);
        using var stop = new CancellationTokenSource();
        using var client = Client();

        var pending = client.GetAsync(new Uri("https://graph.microsoft.com/"), stop.Token);
        stop.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
    }

    [Fact]
    public async Task Retries_are_told_to_the_listener_without_the_query()
    {
        Answer(HttpStatusCode.TooManyRequests);
        Answer(HttpStatusCode.OK);
        var told = new List<string>();
        VerboseLog.SetListener((_, text) => told.Add(text));

        await SendAsync(HttpMethod.Get, "https://graph.microsoft.com/v1.0/users?$filter=secret");

        Assert.Contains(told, t => t.Contains("429", StringComparison.Ordinal));
        Assert.DoesNotContain(told, t => t.Contains("secret", StringComparison.Ordinal));
    }

    private void Answer(HttpStatusCode status, Action<HttpResponseMessage>? with = null) => _answers.Enqueue(() =>
    {
        var response = new HttpResponseMessage(status);
        with?.Invoke(response);
        return response;
    });

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string uri = "https://graph.microsoft.com/")
    {
        using var client = Client();
        return await ManualTime.RunAsync(_clock, client.SendAsync(new HttpRequestMessage(method, uri), TestContext.Current.CancellationToken));
    }

    private HttpClient Client() => new(new RetryHandler(new Relay(Answer), _clock, RetryPolicy.Default));

    private HttpResponseMessage Answer(HttpRequestMessage request)
    {
        _requests++;
        return _answers.Dequeue()();
    }
}
