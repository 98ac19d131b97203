namespace MailAdmin.Tests.TestKit;

/// <summary>Stands on the HTTP side of a wire: looks at what passes, and answers, changes or loses it when a test says so.</summary>
internal sealed class Relay : DelegatingHandler
{
    private int _count;

    /// <summary>Before another handler.</summary>
    public Relay(HttpMessageHandler inner) : base(inner)
    {
    }

    /// <summary>In the place of a service: every request is answered by this.</summary>
    public Relay(Func<HttpRequestMessage, HttpResponseMessage> answer) => Before = (request, _) => Task.FromResult<HttpResponseMessage?>(answer(request));

    /// <summary>How many requests came.</summary>
    public int Count => _count;

    /// <summary>Called with each request before it goes on; may change it, throw, or answer in the service's place.</summary>
    public Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage?>> Before { get; init; } = (_, _) => Task.FromResult<HttpResponseMessage?>(null);

    /// <summary>Called with each answer of the service; gives it on or another one, or throws.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage, Task<HttpResponseMessage>> After { get; init; } = (_, answer) => Task.FromResult(answer);

    /// <summary>The connection breaks after the request was carried out.</summary>
    public static HttpRequestException Lost() => new(HttpRequestError.ResponseEnded, "The connection was lost.");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _count);
        var answer = await Before(request, cancellationToken) ?? await After(request, await base.SendAsync(request, cancellationToken));
        // Who cancelled meanwhile gets no answer, as from a network.
        cancellationToken.ThrowIfCancellationRequested();
        return answer;
    }
}
