using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MailAdmin.Core.Base;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Core.Service;

/// <summary>
/// Runs cmdlets of Exchange Online over the endpoint that Microsoft's own module uses. It isn't documented, and Microsoft's
/// public Admin API (https://learn.microsoft.com/exchange/reference/admin-api-endpoints-reference) has none of the cmdlets that
/// mail apps require. So all code for this endpoint is in this class and can be replaced with it.
/// </summary>
/// <remarks>
/// Shapes: New-ExoRequest.ps1 of KelvinTegelaar/CIPP-API, Invoke-ExoCommand.ps1 of GreyCorbel/ExoHelper; paging:
/// https://learn.microsoft.com/exchange/reference/admin-api-get-started#pagination.
/// </remarks>
internal sealed class ExchangeEndpoint(Wire wire, TokenSource tokens, string tenantId) : IExchangeRunner
{
    /// <summary>More pages than any tenant has: a server that never stops must not be followed for ever.</summary>
    private const int MaxPages = 1000;

    private static readonly Dictionary<int, IReadOnlyList<ExchangeObject>> None = [];

    private readonly ExchangeTransport _transport = new(wire, tokens, tenantId);
    private IReadOnlySet<string>? _allowed;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ExchangeObject>> RunAsync(
        string cmdlet, JsonObject parameters, CancellationToken cancellationToken)
    {
        var input = Envelope(cmdlet, parameters);
        var all = new List<ExchangeObject>();
        var next = new Uri(_transport.InvokeCommand);
        for (var page = 0; page < MaxPages; page++)
        {
            using var request = _transport.Post(next, cmdlet, input, ExchangeTransport.PageSize);
            var answer = await _transport.SendAsync(request, cmdlet, cancellationToken).ConfigureAwait(false);
            if (answer is not { ValueKind: JsonValueKind.Object } json)
            {
                // A cmdlet that sets something may answer with nothing at all; a page that was promised may not.
                return page == 0 ? all : throw ExchangeTransport.Broken(cmdlet, "the next page is empty");
            }

            Tell(json);
            all.AddRange(Values(json));
            if (!json.TryGetProperty("@odata.nextLink", out var link) || link is { ValueKind: JsonValueKind.Null }
                || (link is { ValueKind: JsonValueKind.String } && link.GetString() is ""))
            {
                return all;
            }

            next = link is { ValueKind: JsonValueKind.String } ? _transport.Next(link.GetString()!)
                : throw ExchangeTransport.Broken(cmdlet, "the next page has no address");
        }

        throw ExchangeTransport.Broken(cmdlet, $"there are more than {MaxPages} pages");
    }

    /// <inheritdoc/>
    /// <remarks>
    /// $batch as New-ExoBulkRequest.ps1 of KelvinTegelaar/CIPP-API sends it. Items without a complete response are requested one
    /// by one.
    /// </remarks>
    public async Task<IReadOnlyDictionary<int, IReadOnlyList<ExchangeObject>>> RunTogetherAsync(
        string cmdlet, IReadOnlyList<JsonObject> parameters, CancellationToken cancellationToken)
    {
        var requests = parameters.Select((p, i) => (JsonNode)new JsonObject
        {
            ["id"] = i.ToString(CultureInfo.InvariantCulture),
            ["method"] = "POST",
            ["url"] = _transport.InvokeCommand,
            ["headers"] = new JsonObject(_transport.Headers()
                .Concat([("X-CmdletName", cmdlet), ("Prefer", ExchangeTransport.PageSize),
                    ("Content-Type", "application/json; charset=utf-8")])
                .Select(h => KeyValuePair.Create(h.Item1, (JsonNode?)h.Item2))),
            ["body"] = Envelope(cmdlet, (JsonObject)p.DeepClone()),
        });
        using var request = _transport.Post(
            _transport.Batch, cmdlet, new JsonObject { ["requests"] = new JsonArray([.. requests]) },
            $"{ExchangeTransport.PageSize};odata.continue-on-error");
        try
        {
            return await _transport.SendAsync(request, cmdlet, cancellationToken).ConfigureAwait(false) is { } answer
                ? Whole(answer)
                : None;
        }
        catch (ServiceRefusedException e) when (e.HttpStatus is 400 or 404 or 405)
        {
            VerboseLog.Write($"Exchange doesn't accept a batch: {e.Message}");
            return None;
        }
    }

    /// <inheritdoc/>
    public async Task<bool?> MayRunAsync(string cmdlet, CancellationToken cancellationToken)
    {
        _allowed ??= await ReadAllowedAsync(cancellationToken).ConfigureAwait(false);
        return _allowed.Count == 0 ? null : _allowed.Contains(cmdlet);
    }

    /// <inheritdoc/>
    public void Dispose() => _transport.Dispose();

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

    private async Task<IReadOnlySet<string>> ReadAllowedAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var request = _transport.Request(HttpMethod.Get, _transport.ModuleFile);
            request.Headers.TryAddWithoutValidation("CommandName", "*");
            return await _transport.SendAsync(
                request, "EXOModuleFile", cancellationToken).ConfigureAwait(false) is { ValueKind: JsonValueKind.Object } json
                && json.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.Array
                ? value.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.Object)
                    .SelectMany(v => new ExchangeObject(v).Texts("exportedCmdlets")).ToHashSet(StringComparer.OrdinalIgnoreCase)
                : new HashSet<string>();
        }
        catch (ServiceRefusedException e) when (!e.IsDenied)
        {
            VerboseLog.Write($"The cmdlets that this account can run can't be read from Exchange: {e.Message}");
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
}
