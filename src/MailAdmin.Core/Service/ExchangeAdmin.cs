using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using MailAdmin.Core.Base;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Core.Service;

/// <summary>
/// Runs cmdlets of Exchange Online over the endpoint that Microsoft's own module uses. It has no public documentation, and
/// Microsoft's public Admin API (https://learn.microsoft.com/exchange/reference/admin-api-endpoints-reference) has none of the
/// cmdlets that mail apps need, so everything that knows this endpoint is in this class and can be replaced with it.
/// </summary>
/// <remarks>
/// Shapes: New-ExoRequest.ps1 of KelvinTegelaar/CIPP-API, Invoke-ExoCommand.ps1 of GreyCorbel/ExoHelper; paging:
/// https://learn.microsoft.com/exchange/reference/admin-api-get-started#pagination.
/// </remarks>
internal sealed class ExchangeAdmin : IDisposable
{
    /// <summary>More pages than any tenant has: a server that never stops must not be followed for ever.</summary>
    private const int MaxPages = 1000;

    /// <summary>As many as open-source clients put into one batch.</summary>
    private const int BatchSize = 10;

    private const string PageSize = "odata.maxpagesize=1000";

    private readonly HttpClient _http;
    private readonly Cloud _cloud;
    private readonly string _root;
    private readonly string _anchor;
    private readonly string _connectionId = Guid.NewGuid().ToString();
    private IReadOnlySet<string>? _allowed;

    public ExchangeAdmin(Wire wire, TokenSource tokens, string tenantId)
    {
        _cloud = tokens.Cloud;
        var signed = new TransientHandler(new BearerHandler(wire.Http, tokens, _cloud.ExchangeScope));
        var pipeline = new RetryHandler(signed, wire.Time, RetryPolicy.Default);
        _http = new HttpClient(ServiceAnswerHandler.ForExchange(pipeline), disposeHandler: false)
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _root = $"https://{_cloud.ExchangeHost}/adminapi";
        TenantId = tenantId;
        _anchor = $"APP:SystemMailbox{{bb558c35-97f1-4cb9-8ff7-d53741dc928c}}@{tenantId}";
    }

    private string TenantId { get; }

    private string InvokeCommand => $"{_root}/beta/{TenantId}/InvokeCommand";

    /// <summary>Runs a cmdlet that reads.</summary>
    /// <returns>All objects of all pages; none when what the parameters name is not there.</returns>
    /// <exception cref="ServiceRefusedException">Exchange said no.</exception>
    /// <exception cref="ConnectionLostException">Exchange could not be reached.</exception>
    public async Task<IReadOnlyList<ExchangeObject>> GetAsync(
        string cmdlet, JsonObject parameters, CancellationToken cancellationToken)
    {
        try
        {
            return await InvokeAsync(cmdlet, parameters, cancellationToken).ConfigureAwait(false);
        }
        catch (ServiceRefusedException e) when (e.Code == ExchangeErrors.NotFound)
        {
            return [];
        }
    }

    /// <summary>Runs a cmdlet that reads several times, ten at a time with one request.</summary>
    /// <returns>For each of the parameter sets, in their order, what <see cref="GetAsync"/> gives.</returns>
    /// <remarks>
    /// $batch as New-ExoBulkRequest.ps1 of KelvinTegelaar/CIPP-API sends it. What a batch does not answer in full is asked
    /// singly.
    /// </remarks>
    /// <exception cref="ServiceRefusedException">Exchange said no.</exception>
    /// <exception cref="ConnectionLostException">Exchange could not be reached.</exception>
    public async Task<IReadOnlyList<IReadOnlyList<ExchangeObject>>> GetManyAsync(
        string cmdlet, IReadOnlyList<JsonObject> parameters, CancellationToken cancellationToken)
    {
        var all = new List<IReadOnlyList<ExchangeObject>>();
        foreach (var chunk in parameters.Chunk(BatchSize))
        {
            var answers = chunk.Length == 1 ? [] : await BatchAsync(cmdlet, chunk, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < chunk.Length; i++)
            {
                all.Add(answers.GetValueOrDefault(i)
                    ?? await GetAsync(cmdlet, chunk[i], cancellationToken).ConfigureAwait(false));
            }
        }

        return all;
    }

    /// <summary>Runs a cmdlet that changes something, without its question.</summary>
    /// <returns>What the cmdlet says, which may be nothing.</returns>
    /// <exception cref="ServiceRefusedException">Exchange said no.</exception>
    /// <exception cref="ConnectionLostException">Exchange could not be reached.</exception>
    public Task<IReadOnlyList<ExchangeObject>> ChangeAsync(
        string cmdlet, JsonObject parameters, CancellationToken cancellationToken)
    {
        parameters["Confirm"] = false;
        return InvokeAsync(cmdlet, parameters, cancellationToken);
    }

    /// <summary>Whether the caller's roles have a cmdlet; null when Exchange does not tell.</summary>
    public async Task<bool?> MayRunAsync(string cmdlet, CancellationToken cancellationToken)
    {
        _allowed ??= await ReadAllowedAsync(cancellationToken).ConfigureAwait(false);
        return _allowed.Count == 0 ? null : _allowed.Contains(cmdlet);
    }

    public void Dispose() => _http.Dispose();

    private async Task<IReadOnlyList<ExchangeObject>> InvokeAsync(
        string cmdlet, JsonObject parameters, CancellationToken cancellationToken)
    {
        var input = Envelope(cmdlet, parameters);
        var all = new List<ExchangeObject>();
        var next = new Uri(InvokeCommand);
        for (var page = 0; page < MaxPages; page++)
        {
            using var request = Post(next, cmdlet, input, PageSize);
            var answer = await SendAsync(request, cmdlet, cancellationToken).ConfigureAwait(false);
            if (answer is not { ValueKind: JsonValueKind.Object } json)
            {
                // A cmdlet that sets something may answer with nothing at all; a page that was promised may not.
                return page == 0 ? all : throw Broken(cmdlet, "the next page is empty");
            }

            Tell(json);
            all.AddRange(Values(json));
            if (!json.TryGetProperty("@odata.nextLink", out var link) || link.GetString() is not { Length: > 0 } address)
            {
                return all;
            }

            next = Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps
                && uri.Host == _cloud.ExchangeHost ? uri
                : throw Broken(cmdlet, "the next page is on another host");
        }

        throw Broken(cmdlet, $"there are more than {MaxPages} pages");
    }

    /// <summary>The answers of a batch by the position of their questions: those that came whole.</summary>
    private async Task<Dictionary<int, IReadOnlyList<ExchangeObject>>> BatchAsync(
        string cmdlet, JsonObject[] parameters, CancellationToken cancellationToken)
    {
        var requests = parameters.Select((p, i) => (JsonNode)new JsonObject
        {
            ["id"] = i.ToString(CultureInfo.InvariantCulture),
            ["method"] = "POST",
            ["url"] = InvokeCommand,
            ["headers"] = new JsonObject(Headers()
                .Concat([("X-CmdletName", cmdlet), ("Prefer", PageSize), ("Content-Type", "application/json; charset=utf-8")])
                .Select(h => KeyValuePair.Create(h.Item1, (JsonNode?)h.Item2))),
            ["body"] = Envelope(cmdlet, (JsonObject)p.DeepClone()),
        });
        using var request = Post(
            new Uri($"{_root}/beta/{TenantId}/$batch"), cmdlet, new JsonObject { ["requests"] = new JsonArray([.. requests]) },
            $"{PageSize};odata.continue-on-error");
        try
        {
            return await SendAsync(request, cmdlet, cancellationToken).ConfigureAwait(false) is { } answer ? Whole(answer) : [];
        }
        catch (ServiceRefusedException e) when (e.HttpStatus is 400 or 404 or 405)
        {
            VerboseLog.Write($"Exchange takes no batch: {e.Message}");
            return [];
        }
    }

    private static Dictionary<int, IReadOnlyList<ExchangeObject>> Whole(JsonElement answer)
    {
        var whole = new Dictionary<int, IReadOnlyList<ExchangeObject>>();
        if (answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("responses", out var responses)
            && responses.ValueKind == JsonValueKind.Array)
        {
            foreach (var response in responses.EnumerateArray().Where(r => r.ValueKind == JsonValueKind.Object))
            {
                var read = new ExchangeObject(response);
                if (read.Text("status") == "200"
                    && int.TryParse(read.Text("id"), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                    && response.TryGetProperty("body", out var body) && body.ValueKind == JsonValueKind.Object
                    && body.TryGetProperty("value", out _) && !body.TryGetProperty("@odata.nextLink", out _))
                {
                    whole[id] = [.. Values(body)];
                }
            }
        }

        return whole;
    }

    private static JsonObject Envelope(string cmdlet, JsonObject parameters) =>
        new() { ["CmdletInput"] = new JsonObject { ["CmdletName"] = cmdlet, ["Parameters"] = parameters } };

    private static IEnumerable<ExchangeObject> Values(JsonElement json) =>
        json.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.Array
        ? value.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.Object).Select(v => new ExchangeObject(v)) : [];

    private HttpRequestMessage Post(Uri uri, string cmdlet, JsonObject body, string prefer)
    {
        var request = Request(HttpMethod.Post, uri);
        request.Headers.TryAddWithoutValidation("X-CmdletName", cmdlet);
        request.Headers.TryAddWithoutValidation("Prefer", prefer);
        request.Content = JsonContent.Create(body, new MediaTypeHeaderValue("application/json", "utf-8"));
        return request;
    }

    private HttpRequestMessage Request(HttpMethod method, Uri uri)
    {
        var request = new HttpRequestMessage(method, uri);
        foreach (var (name, value) in Headers())
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private (string Name, string Value)[] Headers() =>
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

    private async Task<JsonElement?> SendAsync(HttpRequestMessage request, string cmdlet, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                throw await ExchangeErrors.ReadAsync(response, cmdlet, cancellationToken).ConfigureAwait(false);
            }

            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            return body.Length == 0 ? null : JsonSerializer.Deserialize<JsonElement>(body);
        }
        catch (JsonException)
        {
            throw Broken(cmdlet, "it is no JSON");
        }
        catch (HttpRequestException e)
        {
            throw new ConnectionLostException($"Exchange Online ({_cloud.ExchangeHost}) could not be reached: {e.Message}", e)
            {
                Endpoint = _cloud.ExchangeHost,
                MayRecover = e.HttpRequestError != HttpRequestError.SecureConnectionError,
                Advice = $"Check name resolution, proxy and firewall for {_cloud.ExchangeHost}:443.",
            };
        }
    }

    private async Task<IReadOnlySet<string>> ReadAllowedAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var request = Request(HttpMethod.Get, new Uri($"{_root}/v1.0/{TenantId}/EXOModuleFile?Version=3.9.2"));
            request.Headers.TryAddWithoutValidation("CommandName", "*");
            return await SendAsync(
                request, "EXOModuleFile", cancellationToken).ConfigureAwait(false) is { ValueKind: JsonValueKind.Object } json
                && json.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.Array
                ? value.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.Object)
                    .SelectMany(v => new ExchangeObject(v).Texts("exportedCmdlets")).ToHashSet(StringComparer.OrdinalIgnoreCase)
                : new HashSet<string>();
        }
        catch (ServiceRefusedException e) when (!e.IsDenied)
        {
            VerboseLog.Write($"Exchange does not tell what this account may run: {e.Message}");
            return new HashSet<string>();
        }
    }

    private static void Tell(JsonElement json)
    {
        if (VerboseLog.HasListener)
        {
            foreach (var warning in new ExchangeObject(json).Texts("@adminapi.warnings"))
            {
                VerboseLog.Write($"Exchange: {warning}");
            }
        }
    }

    private ServiceRefusedException Broken(string cmdlet, string why) =>
        new($"The answer of Exchange to {cmdlet} can't be read: {why}.")
    {
        Service = "Exchange",
        Code = "UnreadableAnswer",
        HttpStatus = (int)HttpStatusCode.OK,
    };

    /// <summary>
    /// Exchange says some transient things with the status of a bad request; with their true status they are tried again like any
    /// other.
    /// </summary>
    private sealed class TransientHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        private static readonly string[] Types =
            ["CmdletProxyNotAvailableFailure", "ServerBusyException", "TransientException", "BackendCommunicationException"];

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.BadRequest
                && response.Headers.TryGetValues("X-ExceptionType", out var types)
                && types.Any(t => Types.Contains(t, StringComparer.OrdinalIgnoreCase)))
            {
                response.StatusCode = HttpStatusCode.ServiceUnavailable;
            }

            return response;
        }
    }
}
