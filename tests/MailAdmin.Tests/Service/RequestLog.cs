using System.Collections.Concurrent;

namespace MailAdmin.Tests.Service;

/// <summary>Writes down every HTTP request as it goes out, those of sign-ins too: method and path, or Exchange's cmdlet.</summary>
internal sealed class RequestLog(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private readonly ConcurrentQueue<string> _requests = new();

    public IReadOnlyList<string> Requests => [.. _requests];

    public void Clear() => _requests.Clear();

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        _requests.Enqueue(
            request.Headers.TryGetValues("X-CmdletName", out var cmdlet)
            ? $"{cmdlet.Single()}{(request.RequestUri!.AbsolutePath.EndsWith("$batch", StringComparison.Ordinal) ? " (batch)" : "")}"
            : $"{request.Method} {Uri.UnescapeDataString(request.RequestUri!.PathAndQuery)}");
        return base.SendAsync(request, cancellationToken);
    }
}
