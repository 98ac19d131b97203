using System.Net;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Tests.SignIn;

public sealed class BearerHandlerTests
{
    [Fact]
    public async Task Requests_whose_token_is_rejected_at_the_same_time_share_one_new_token()
    {
        const int count = 8;
        using var road = await EndToEnd.StartAsync();
        var (tokens, scope) = (road.Admin.Tokens, road.Admin.Cloud.GraphScope);
        var old = await tokens.GetAsync(scope, fresh: false, TestContext.Current.CancellationToken);
        using var service = new Service(old.Value, count);
        using var http = new HttpMessageInvoker(new BearerHandler(service, tokens, scope));

        var answers = await Task.WhenAll(Enumerable.Range(0, count).Select(async _ =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"https://{road.Admin.Cloud.GraphHost}/v1.0/users");
            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            return answer.StatusCode;
        }));

        Assert.All(answers, static status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Single(service.Accepted);
        // One that is rejected in its turn is replaced again.
        var now = await tokens.GetAsync(scope, fresh: false, TestContext.Current.CancellationToken);
        var next = await tokens.ReplaceAsync(scope, now, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(next.Value, service.Accepted);
    }

    /// <summary>Rejects a token once all requests with it are there, and accepts any other.</summary>
    private sealed class Service(string rejected, int count) : HttpMessageHandler
    {
        private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _waiting;

        public HashSet<string> Accepted { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var token = request.Headers.Authorization!.Parameter!;
            if (token != rejected)
            {
                lock (Accepted)
                {
                    Accepted.Add(token);
                }

                return new HttpResponseMessage(HttpStatusCode.OK);
            }

            if (Interlocked.Increment(ref _waiting) == count)
            {
                _all.SetResult();
            }

            await _all.Task.WaitAsync(cancellationToken);
            return new HttpResponseMessage(HttpStatusCode.Unauthorized);
        }
    }
}
