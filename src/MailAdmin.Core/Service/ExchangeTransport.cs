using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using MailAdmin.Core.Base;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Core.Service;

/// <summary>The addresses, headers, and HTTP of Exchange's admin endpoint, only for <see cref="ExchangeEndpoint"/>.</summary>
internal sealed class ExchangeTransport : IDisposable
{
    public const string PageSize = "odata.maxpagesize=1000";

    private readonly HttpClient _http;
    private readonly Cloud _cloud;
    private readonly string _root;
    private readonly string _tenantId;
    private readonly string _anchor;
    private readonly SignInMethod _caller;
    private readonly string _connectionId = Guid.NewGuid().ToString();

    public ExchangeTransport(Wire wire, TokenSource tokens, string tenantId)
    {
        (_cloud, _caller) = (tokens.Cloud, tokens.Method);
        var signed = new TransientHandler(new BearerHandler(wire.Http, tokens, _cloud.ExchangeScope));
        var pipeline = new RetryHandler(signed, wire.Time, RetryPolicy.Default);
        _http = Wire.NewClient(ServiceAnswerHandler.ForExchange(pipeline));
        _root = $"https://{_cloud.ExchangeHost}/adminapi";
        _tenantId = tenantId;
        _anchor = $"APP:SystemMailbox{{bb558c35-97f1-4cb9-8ff7-d53741dc928c}}@{tenantId}";
    }

    /// <summary>Runs one cmdlet.</summary>
    public string InvokeCommand => $"{_root}/beta/{_tenantId}/InvokeCommand";

    /// <summary>Runs several at once.</summary>
    public Uri Batch => new($"{_root}/beta/{_tenantId}/$batch");

    /// <summary>Requests the cmdlets that the caller's roles have.</summary>
    public Uri ModuleFile => new($"{_root}/v1.0/{_tenantId}/EXOModuleFile?Version=3.9.2");

    /// <summary>The next page that Exchange named.</summary>
    /// <exception cref="UnexpectedResponseException">It isn't Exchange's own.</exception>
    public Uri Next(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && _cloud.Admits(_cloud.ExchangeHost, uri) ? uri
        : throw ServiceAnswerHandler.OtherHost("Exchange", _cloud.ExchangeHost, uri);

    public void Dispose() => _http.Dispose();

    /// <summary>A request that runs something.</summary>
    public HttpRequestMessage Post(Uri uri, string cmdlet, JsonObject body, string prefer)
    {
        var request = Request(HttpMethod.Post, uri);
        request.Headers.TryAddWithoutValidation("X-CmdletName", cmdlet);
        request.Headers.TryAddWithoutValidation("Prefer", prefer);
        request.Content = JsonContent.Create(body, new MediaTypeHeaderValue("application/json", "utf-8"));
        return request;
    }

    /// <summary>A request with the headers of each.</summary>
    public HttpRequestMessage Request(HttpMethod method, Uri uri)
    {
        var request = new HttpRequestMessage(method, uri);
        foreach (var (name, value) in Headers())
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    /// <summary>The headers of each request, also in a batch.</summary>
    public (string Name, string Value)[] Headers() =>
    [
        ("X-AnchorMailbox", _anchor),
        ("X-ResponseFormat", "json"),
        ("X-SerializationLevel", "Partial"),
        ("X-ClientApplication", "MailAdmin"),
        ("parameter-based-routing", "true"),
        ("connection-id", _connectionId),
        ("client-request-id", Guid.NewGuid().ToString()),
        // Some words of the answers are translated.
        ("Accept-Language", "en-US"),
    ];

    /// <summary>Sends a request.</summary>
    /// <returns>The JSON of the answer; null when it is empty.</returns>
    /// <exception cref="ServiceRefusedException">Exchange said no, or what it says is no JSON.</exception>
    /// <exception cref="ConnectionLostException">Exchange couldn't be reached.</exception>
    public async Task<JsonElement?> SendAsync(HttpRequestMessage request, string cmdlet, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                throw await ExchangeErrors.ReadAsync(
                    response, cmdlet, _caller, cancellationToken).ConfigureAwait(false);
            }

            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            return body.Length == 0 ? null : JsonSerializer.Deserialize<JsonElement>(body);
        }
        catch (JsonException)
        {
            throw Broken(cmdlet, "it isn't JSON");
        }
        catch (HttpRequestException e)
        {
            throw new ConnectionLostException($"Can't connect to Exchange Online ({_cloud.ExchangeHost}): {e.Message}", e)
            {
                Endpoint = _cloud.ExchangeHost,
                MayRecover = Unreachable.MayRecover(e),
                Advice = Unreachable.Advice(e, _cloud.ExchangeHost),
            };
        }
    }

    /// <summary>The answer is none of a cmdlet's.</summary>
    public static ServiceRefusedException Broken(string cmdlet, string why) =>
        new($"Can't read the response of Exchange for {cmdlet} because {why}.")
    {
        Service = "Exchange",
        Code = ExchangeErrors.Unreadable,
        HttpStatus = (int)HttpStatusCode.OK,
    };

    /// <summary>
    /// Exchange says some transient things with the status of a bad request; with their true status they are tried again like any
    /// other.
    /// </summary>
    private sealed class TransientHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.BadRequest
                && response.Headers.TryGetValues("X-ExceptionType", out var types)
                && types.Any(t => ExchangeErrors.Transient.Contains(t, StringComparer.OrdinalIgnoreCase)))
            {
                response.StatusCode = HttpStatusCode.ServiceUnavailable;
            }

            return response;
        }
    }
}
