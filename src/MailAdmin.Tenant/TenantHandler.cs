using System.Net.Sockets;
using MailAdmin.Core.Base;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Entra;
using MailAdmin.Tenant.ExchangeAdmin;
using MailAdmin.Tenant.Graph;
using MailAdmin.Tenant.Graph.OData;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant;

/// <summary>Carries HTTP requests into the tenant, by host, as the network would carry them to Microsoft 365.</summary>
internal sealed class TenantHandler(TenantState tenant, GraphState graph, TimeSpan latency) : HttpMessageHandler
{
    /// <summary>No service takes a longer request: https://learn.microsoft.com/graph/outlook-large-attachments.</summary>
    private const int MaxBody = 4 * 1024 * 1024;

    private readonly EntraService _entra = new(tenant);
    private readonly GraphService _graph = new(tenant, graph);
    private readonly UploadHost _uploads = new(tenant, graph);
    private readonly AdminService _exchange = new(tenant);
    private readonly LegacyEndpoints _legacy = new(tenant);
    private readonly ManagedIdentityEndpoint _identity = new(tenant);

    private int _activeRequests;

    /// <summary>Every host that answers here.</summary>
    public static IReadOnlyList<string> Hosts { get; } =
        [.. Cloud.All.SelectMany(c => new[] { c.LoginHost, c.GraphHost, UploadHost.Of(c), c.ExchangeHost })
            .Append(LegacyEndpoints.AutodiscoverHost).Distinct(StringComparer.Ordinal)];

    /// <summary>Requests that were taken and aren't answered yet.</summary>
    public int ActiveRequests => Volatile.Read(ref _activeRequests);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _activeRequests);
        try
        {
            return await AnswerAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _activeRequests);
        }
    }

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var uri = request.RequestUri ?? throw new InvalidOperationException("The request has no address.");
        var service = ServiceOf(uri) ?? throw new HttpRequestException(
            HttpRequestError.NameResolutionError, $"Name or service not known ({uri.Host}:{uri.Port})",
            new SocketException((int)SocketError.HostNotFound));
        var body = await ReadAsync(request.Content, cancellationToken).ConfigureAwait(false);
        if (await StrikeAsync(cancellationToken).ConfigureAwait(false) is { } gaveUp)
        {
            return gaveUp.ToMessage(request);
        }

        var proxy = Proxy(uri);
        if (proxy is { Answer: { } answer })
        {
            var instead = answer();
            instead.RequestMessage = request;
            return instead;
        }

        var asked = new TenantRequest(request.Method.Method, uri, Headers(request), body);
        var response = body is null
            ? TooLarge().ToMessage(request)
            : await AnswerAsync(service, asked, request, cancellationToken).ConfigureAwait(false);
        return proxy is { Change: { } change } ? await change(response).ConfigureAwait(false) : response;
    }

    /// <summary>Returns the intermediary that a fault adds, if any.</summary>
    private Fault? Proxy(Uri uri)
    {
        lock (tenant.Gate)
        {
            return tenant.Faults.Take(FaultPoint.Proxy, path: uri.AbsolutePath);
        }
    }

    private Func<TenantRequest, TenantAnswer>? ServiceOf(Uri uri)
    {
        if (ManagedIdentityEndpoint.Serves(uri))
        {
            return _identity.Answer;
        }

        var host = uri.Host;
        if (Cloud.All.Any(c => c.LoginHost == host))
        {
            return _entra.Answer;
        }

        if (Cloud.All.Any(c => c.GraphHost == host))
        {
            return _graph.Answer;
        }

        var isExchange = Cloud.All.Any(c => c.ExchangeHost == host);
        if (isExchange && IsBelow(uri, "/adminapi/"))
        {
            return _exchange.Answer;
        }

        // Some clouds have uploads on the same host.
        var takesUploads = Cloud.All.Any(c => UploadHost.Of(c) == host);
        if (takesUploads && IsBelow(uri, "/api/"))
        {
            return _uploads.Answer;
        }

        return isExchange || takesUploads || host == LegacyEndpoints.AutodiscoverHost ? _legacy.Answer : null;
    }

    private static bool IsBelow(Uri uri, string path) => uri.AbsolutePath.StartsWith(path, StringComparison.OrdinalIgnoreCase);

    private async Task<HttpResponseMessage> AnswerAsync(
        Func<TenantRequest, TenantAnswer> service, TenantRequest asked, HttpRequestMessage request,
        CancellationToken cancellationToken)
    {
        MailboxPlace? place;
        lock (tenant.Gate)
        {
            place = MailboxPlace.Enter(tenant, graph.Quotas, asked);
        }

        try
        {
            if (latency > TimeSpan.Zero)
            {
                await Task.Delay(latency, tenant.Clock, cancellationToken).ConfigureAwait(false);
            }

            lock (tenant.Gate)
            {
                // The content is opened before another request can change it.
                return (place?.Refusal ?? service(asked)).ToMessage(request);
            }
        }
        finally
        {
            lock (tenant.Gate)
            {
                place?.Leave();
            }
        }
    }

    /// <summary>Applies a fault to the connection, and returns the response of a gateway, if any.</summary>
    private async Task<TenantAnswer?> StrikeAsync(CancellationToken cancellationToken)
    {
        Fault? fault;
        lock (tenant.Gate)
        {
            fault = tenant.Faults.Take(FaultPoint.Connection);
        }

        if (fault == ConnectionFaults.Hang)
        {
            await Task.Delay(ConnectionFaults.GatewayTimeout, tenant.Clock, cancellationToken).ConfigureAwait(false);
            return new TenantAnswer(504);
        }

        return fault is { Refusal: { } refusal } ? throw refusal() : null;
    }

    private static Dictionary<string, string> Headers(HttpRequestMessage request)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in request.Headers.NonValidated)
        {
            headers[name] = string.Join(", ", values);
        }

        if (request.Content is not null)
        {
            foreach (var (name, values) in request.Content.Headers.NonValidated)
            {
                headers[name] = string.Join(", ", values);
            }
        }

        return headers;
    }

    /// <summary>Returns the body in memory; null if it's longer than the service accepts.</summary>
    private static async Task<byte[]?> ReadAsync(HttpContent? content, CancellationToken cancellationToken)
    {
        if (content is null)
        {
            return [];
        }

        if (content.Headers.ContentLength > MaxBody)
        {
            return null;
        }

        using var buffer = new MemoryStream((int)(content.Headers.ContentLength ?? 0));
        await content.CopyToAsync(buffer, cancellationToken).ConfigureAwait(false);
        return buffer.Length > MaxBody ? null : buffer.Length == buffer.Capacity ? buffer.GetBuffer() : buffer.ToArray();
    }

    private TenantAnswer TooLarge()
    {
        var id = Guid.NewGuid().ToString();
        return new GraphRefusal(413, "RequestEntityTooLarge", "The request body exceeds the maximum allowed size of 4 MB.")
            .ToAnswer(tenant.Now, id, id);
    }
}
