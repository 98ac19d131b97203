using System.Globalization;
using System.Text.Json;
using MailAdmin.Core.Base;
using Microsoft.Graph.Models.ODataErrors;
using Microsoft.Kiota.Abstractions;

namespace MailAdmin.Core.Service;

/// <summary>Converts the Graph SDK's exceptions to MailAdmin's, with the service's text and IDs.</summary>
/// <remarks>https://learn.microsoft.com/graph/errors</remarks>
internal static class GraphErrors
{
    /// <summary>Runs a call of the SDK and translates what it throws.</summary>
    public static async Task<T> CallAsync<T>(string host, Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception e) when (From(e, host) is { } ours)
        {
            throw ours;
        }
    }

    /// <summary>Converts an exception; null if it isn't the service's.</summary>
    public static MailAdminException? From(Exception e, string host) => e switch
    {
        ODataError error => Refused(error),
        ApiException api => new ServiceRefusedException(api.Message, api)
        {
            Service = "Graph",
            Code = api.ResponseStatusCode.ToString(CultureInfo.InvariantCulture),
            HttpStatus = api.ResponseStatusCode,
            RequestId = Header(api, "request-id"),
            CorrelationId = Header(api, "client-request-id"),
            RetryAfter = RetryAfter(api),
            Advice = GraphAdvice.For(null, api.ResponseStatusCode),
        },
        // A field isn't as documented, such as an invalid ID.
        JsonException or FormatException => new UnexpectedResponseException(
            $"Microsoft Graph ({host}) returned an invalid value: {e.Message}", e)
        {
            Service = "Graph",
            Endpoint = host,
            HttpStatus = 200,
        },
        HttpRequestException http =>
            new ConnectionLostException($"Can't connect to Microsoft Graph ({host}): {http.Message}", http)
        {
            Endpoint = host,
            MayRecover = Unreachable.MayRecover(http),
            Advice = Unreachable.Advice(http, host),
        },
        IOException io =>
            new ConnectionLostException($"The connection to Microsoft Graph ({host}) was lost: {io.Message}", io)
            {
                Endpoint = host,
            },
        _ => null,
    };

    private static ServiceRefusedException Refused(ODataError error)
    {
        var code = error.Error?.Code ?? "";
        return new ServiceRefusedException(error.Error?.Message is { Length: > 0 } text ? text : error.Message, error)
        {
            Service = "Graph",
            Code = code,
            SubCode = error.Error?.Details?.FirstOrDefault()?.Code,
            HttpStatus = error.ResponseStatusCode,
            RequestId = error.Error?.InnerError?.RequestId ?? Header(error, "request-id"),
            CorrelationId = error.Error?.InnerError?.ClientRequestId ?? Header(error, "client-request-id"),
            RetryAfter = RetryAfter(error),
            Advice = GraphAdvice.For(code, error.ResponseStatusCode),
        };
    }

    private static string? Header(ApiException e, string name) =>
        e.ResponseHeaders is { } headers && headers.TryGetValue(name, out var values) ? values.FirstOrDefault() : null;

    private static TimeSpan? RetryAfter(ApiException e) =>
        int.TryParse(Header(e, "Retry-After"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;
}
