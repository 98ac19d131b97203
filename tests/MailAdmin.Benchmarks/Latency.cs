using System.Collections.Concurrent;

namespace MailAdmin.Benchmarks;

/// <summary>Notes the requests that pass, and makes each of them slow.</summary>
internal sealed class Latency(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>How much later each answer comes.</summary>
    public TimeSpan Each { get; set; }

    /// <summary>Method, host, and path of each request.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Begins again.</summary>
    public void Clear(TimeSpan each)
    {
        Requests.Clear();
        Each = each;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Enqueue($"{request.Method} {request.RequestUri!.Host}{request.RequestUri.AbsolutePath}");
        await Task.Delay(Each, cancellationToken);
        return await base.SendAsync(request, cancellationToken);
    }
}
