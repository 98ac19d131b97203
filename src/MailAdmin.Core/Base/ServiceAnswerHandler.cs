using System.Net.Http.Headers;

namespace MailAdmin.Core.Base;

/// <summary>
/// Rejects every response that isn't the service's: a redirect; a status, media type, or content that the service doesn't
/// document (<see cref="ServiceAnswer"/>); and content that is shorter or longer than announced. Runs before the retry handler,
/// so that the request to a busy gateway is retried first. JSON is read into memory; a message is checked while it's read.
/// </summary>
/// <remarks>
/// The error contains only the status, the media type, and the host of a redirect, because a block page can contain anything.
/// </remarks>
internal sealed class ServiceAnswerHandler : DelegatingHandler
{
    private readonly string _service;
    private readonly Func<HttpRequestMessage, ServiceAnswer> _due;
    private readonly bool _isSigned;
    private readonly Func<HttpRequestMessage, int, string?, byte[], bool> _isRefusal;

    private ServiceAnswerHandler(
        HttpMessageHandler inner, string service, Func<HttpRequestMessage, ServiceAnswer> due,
        Func<HttpRequestMessage, int, string?, byte[], bool> isRefusal, bool isSigned = false)
        : base(inner) => (_service, _due, _isRefusal, _isSigned) = (service, due, isRefusal, isSigned);

    /// <summary>For Microsoft Graph, whose refusals are JSON with "error": https://learn.microsoft.com/graph/errors.</summary>
    public static HttpMessageHandler ForGraph(HttpMessageHandler inner) => new ServiceAnswerHandler(
        inner, "Graph", request => ServiceAnswer.Graph(request.Method.Method, request.RequestUri!),
        (request, status, type, body) => IsGraphRefusal(request.RequestUri!, status, type, body), isSigned: true);

    /// <summary>For an upload session.</summary>
    public static HttpMessageHandler ForUpload(HttpMessageHandler inner) =>
        new ServiceAnswerHandler(inner, "Graph", ServiceAnswer.Upload, (_, _, type, _) => !IsPage(type));

    /// <summary>
    /// For Microsoft Entra, whose errors are JSON with "error":
    /// https://learn.microsoft.com/entra/identity-platform/reference-error-codes. The endpoints of managed identities are other
    /// hosts, whose errors only MSAL interprets.
    /// </summary>
    public static HttpMessageHandler ForEntra(HttpMessageHandler inner, Cloud cloud) => new ServiceAnswerHandler(
        inner, "Entra", ServiceAnswer.Entra,
        (request, _, type, body) => request.RequestUri!.Host != cloud.LoginHost || body.Length == 0
            || (ServiceAnswer.IsJson(type) && ServiceAnswer.HasAny(body, "error")));

    /// <summary>For the admin endpoint of Exchange Online, some of whose refusals are plain text or without content.</summary>
    public static HttpMessageHandler ForExchange(HttpMessageHandler inner) =>
        new ServiceAnswerHandler(inner, "Exchange", ServiceAnswer.Exchange, (_, _, type, _) => !IsPage(type));

    /// <summary>
    /// Returns whether a response is an error of Microsoft Graph. It can have no content. A 404 counts only with Graph's own
    /// error, except for the beta version, which some clouds don't have at all.
    /// </summary>
    public static bool IsGraphRefusal(Uri uri, int status, string? mediaType, ReadOnlySpan<byte> body) =>
        status >= 400 && (body.Length == 0 ? status != 404 || uri.AbsolutePath.StartsWith("/beta/", StringComparison.Ordinal)
        : ServiceAnswer.IsJson(mediaType) && ServiceAnswer.HasAny(body, "error"));

    /// <summary>Creates the error for a response that isn't from the service.</summary>
    /// <param name="service">The service: "Entra", "Graph", or "Exchange".</param>
    /// <param name="host">The host of the request.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="mediaType">The media type; null if missing.</param>
    /// <param name="fault">The fault of the response.</param>
    public static UnexpectedResponseException Refuse(string service, string host, int status, string? mediaType, string fault) =>
        new($"The response from {host} isn't {Name(service)}'s: status {status}, {fault}.")
        {
            Service = service,
            Endpoint = host,
            HttpStatus = status,
            MediaType = mediaType,
            Advice = $"Check for a proxy, a gateway, or a network sign-in page (captive portal) between this computer and "
                + $"{host}. Then run the command again.",
        };

    /// <summary>Creates the error for a response that refers to another host, to which no token is sent.</summary>
    public static UnexpectedResponseException OtherHost(string service, string host, Uri? other) =>
        new($"A response from {host} isn't {Name(service)}'s: it refers to {other?.Scheme}://{other?.Host}. Nothing was "
            + $"sent there.")
        {
            Service = service,
            Endpoint = host,
            ForeignHost = other?.Host ?? "",
            Advice = $"Check for a proxy or a gateway between this computer and {host}. Then run the command again.",
        };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        try
        {
            if (await FaultAsync(request, response, cancellationToken).ConfigureAwait(false) is { } fault)
            {
                var mediaType = response.Content.Headers.ContentType?.MediaType;
                throw Refuse(_service, request.RequestUri!.Host, (int)response.StatusCode, mediaType, fault);
            }

            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private async Task<string?> FaultAsync(
        HttpRequestMessage request, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        if (status is >= 300 and < 400)
        {
            var target = response.Headers.Location;
            return target is { IsAbsoluteUri: true } ? $"a redirect to {target.Host}" : "a redirect";
        }

        var mediaType = response.Content.Headers.ContentType?.MediaType;
        if (!response.IsSuccessStatusCode)
        {
            var refusal = await LoadAsync(response, cancellationToken).ConfigureAwait(false);
            return _isRefusal(request, status, mediaType, refusal) ? null
                : $"{mediaType ?? "no content type"} instead of {Name(_service)}'s error";
        }

        var due = _due(request);
        if (due.Body == AnswerBody.Message)
        {
            var length = response.Content.Headers.ContentLength;
            var fault = due.FaultOfHead(status, mediaType, length);
            if (fault is null)
            {
                var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
                Replace(response, new StreamContent(new WholeStream(stream, length)));
            }

            return fault;
        }

        if (!due.Status.Contains(status))
        {
            return due.Fault(status, mediaType, []);
        }

        var body = await LoadAsync(response, cancellationToken).ConfigureAwait(false);
        return due.Fault(status, mediaType, body) ?? (body.Length == 0 ? FaultOfSilence(response) : null);
    }

    /// <summary>Returns the fault of a response without content. A response of Microsoft Graph has a request ID.</summary>
    /// <remarks>https://learn.microsoft.com/graph/best-practices-concept#reliability-and-support</remarks>
    private string? FaultOfSilence(HttpResponseMessage response) =>
        _isSigned && !response.Headers.Contains("request-id") ? "without Microsoft Graph's request ID" : null;

    /// <summary>Reads the content into memory, so that it can be read again.</summary>
    private static async Task<byte[]> LoadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var length = response.Content.Headers.ContentLength;
        try
        {
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            if (length is { } announced && announced != body.Length)
            {
                throw new HttpRequestException(HttpRequestError.ResponseEnded, WholeStream.Text(body.Length, announced));
            }

            Replace(response, new ByteArrayContent(body));
            return body;
        }
        catch (IOException e)
        {
            throw new HttpRequestException(HttpRequestError.ResponseEnded, e.Message, e);
        }
    }

    private static void Replace(HttpResponseMessage response, HttpContent content)
    {
        foreach (var (name, values) in response.Content.Headers)
        {
            content.Headers.TryAddWithoutValidation(name, values);
        }

        if (content.Headers.ContentType is { CharSet: not null } type && ServiceAnswer.IsJson(type.MediaType))
        {
            // JSON is UTF-8, even if the header names another charset: RFC 8259 section 8.1.
            content.Headers.ContentType = new MediaTypeHeaderValue(type.MediaType!, "utf-8");
        }

        response.Content = content;
    }

    private static bool IsPage(string? mediaType) => mediaType?.ToLowerInvariant() is "text/html" or "application/xhtml+xml";

    private static string Name(string service) => service switch
    {
        "Entra" => "Microsoft Entra",
        "Graph" => "Microsoft Graph",
        _ => "Exchange Online",
    };
}
