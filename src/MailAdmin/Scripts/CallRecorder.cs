using System.Text.Json;
using System.Text.Json.Nodes;

namespace MailAdmin.Scripts;

/// <summary>Represents a request that made a change, with its response.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The segments of the path, after the version for Microsoft Graph.</param>
/// <param name="Body">The JSON that was sent.</param>
/// <param name="Answer">The JSON of the response; empty for none.</param>
/// <param name="ClientId">Which app the token was of.</param>
internal sealed record RecordedCall(string Method, string[] Path, JsonObject Body, JsonObject Answer, string? ClientId)
{
    /// <summary>The cmdlet of Exchange that it ran; null for Microsoft Graph.</summary>
    public string? Cmdlet => (string?)Body["CmdletInput"]?["CmdletName"];
}

/// <summary>Records the requests to Microsoft Graph and Exchange that make changes.</summary>
internal sealed class CallRecorder(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private readonly List<RecordedCall> _calls = [];

    /// <summary>Returns the requests that were recorded since the last call.</summary>
    public IReadOnlyList<RecordedCall> Take()
    {
        RecordedCall[] taken = [.. _calls];
        _calls.Clear();
        return taken;
    }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var sent = request.Content is null || request.Method == HttpMethod.Get ? null
            : Parse(await request.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var path = request.RequestUri!.AbsolutePath.Trim('/').Split('/');
        var isGraph = request.RequestUri.Host.StartsWith("graph.", StringComparison.OrdinalIgnoreCase)
            || request.RequestUri.Host.Contains("microsoftgraph", StringComparison.OrdinalIgnoreCase);
        var cmdlet = (string?)sent?["CmdletInput"]?["CmdletName"];
        if (response.IsSuccessStatusCode && (isGraph
            ? request.Method != HttpMethod.Get && path[^1] != "$batch"
            : cmdlet is not null && !cmdlet.StartsWith("Get-", StringComparison.Ordinal)
                && !cmdlet.StartsWith("Test-", StringComparison.Ordinal)))
        {
            await response.Content.LoadIntoBufferAsync().ConfigureAwait(false);
            var answer = Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
            _calls.Add(new RecordedCall(
                request.Method.Method, isGraph ? path[1..] : path, sent ?? [], answer ?? [],
                ClientId(request.Headers.Authorization?.Parameter)));
        }

        return response;
    }

    private static JsonObject? Parse(byte[] json)
    {
        try
        {
            return json.Length == 0 ? null : JsonNode.Parse(json) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The app that a token of the rehearsal is of.</summary>
    private static string? ClientId(string? token)
    {
        if (token?.Split('.') is not [_, var claims, _])
        {
            return null;
        }

        var padded = claims.Replace('-', '+').Replace('_', '/').PadRight((claims.Length + 3) / 4 * 4, '=');
        return (string?)Parse(Convert.FromBase64String(padded))?["appid"];
    }
}
