using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;

namespace MailAdmin.Tests.TestKit;

/// <summary>Listens to the HTTP side of a wire, counts, and disturbs it when a test says so.</summary>
internal sealed class HttpTap(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private int _running;
    private int _most;

    /// <summary>Every request to Graph about a mailbox, as it went out: method, path, the Prefer header; those in a batch too.</summary>
    public ConcurrentQueue<(string Method, string Path, string Prefer)> Requests { get; } = new();

    /// <summary>How often each status was answered.</summary>
    public ConcurrentDictionary<HttpStatusCode, int> Answers { get; } = new();

    /// <summary>How many asked Entra for a token.</summary>
    public int TokenRequests { get; private set; }

    /// <summary>The most requests to Graph that were under way at once.</summary>
    public int Most => _most;

    /// <summary>Whether a request to Graph is under way.</summary>
    public bool IsBusy => Volatile.Read(ref _running) > 0;

    /// <summary>Called before a request goes on; may throw, wait or answer by itself.</summary>
    public Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage?>> Before { get; set; } = (_, _) => Task.FromResult<HttpResponseMessage?>(null);

    /// <summary>Called with each answer; gives another one, or throws.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage, HttpResponseMessage> After { get; set; } = (_, answer) => answer;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri!.Host != "graph.microsoft.com")
        {
            TokenRequests++;
            return await base.SendAsync(request, cancellationToken);
        }

        await NoteAsync(request, cancellationToken);
        var running = Interlocked.Increment(ref _running);
        for (var most = _most; running > most; most = _most)
        {
            Interlocked.CompareExchange(ref _most, running, most);
        }

        try
        {
            var answer = await Before(request, cancellationToken) ?? await base.SendAsync(request, cancellationToken);
            Answers.AddOrUpdate(answer.StatusCode, 1, (_, n) => n + 1);
            return After(request, answer);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private async Task NoteAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath;
        var prefer = request.Headers.TryGetValues("Prefer", out var values) ? string.Join(", ", values) : "";
        Requests.Enqueue((request.Method.Method, path, prefer));
        if (path.EndsWith("/$batch", StringComparison.Ordinal))
        {
            await request.Content!.LoadIntoBufferAsync(cancellationToken);
            foreach (var item in JsonNode.Parse(await request.Content.ReadAsStringAsync(cancellationToken))!["requests"]!.AsArray())
            {
                var headers = item!["headers"]?.AsObject().ToDictionary(h => h.Key, h => (string?)h.Value, StringComparer.OrdinalIgnoreCase);
                Requests.Enqueue(((string)item["method"]!, (string)item["url"]!, headers?.GetValueOrDefault("Prefer") ?? ""));
            }
        }
    }
}
