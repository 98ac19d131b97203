using System.Globalization;
using System.Text.Json;
using MailAdmin.Core.Diagnosis;
using Microsoft.Identity.Client;

namespace MailAdmin.Core.Entra;

/// <summary>Turns what MSAL throws into our own exceptions, the service's words and ids kept.</summary>
/// <remarks>https://learn.microsoft.com/entra/identity-platform/reference-error-codes</remarks>
internal static class EntraErrors
{
    public static MailAdminException From(Exception e, Cloud cloud) => e switch
    {
        MsalServiceException { InnerException: HttpRequestException http } => Lost(http, cloud),
        MsalServiceException service when service.StatusCode != 0 || service.ResponseBody is not null => Refused(service, cloud),
        MsalServiceException service => Lost(service, cloud),
        MsalException other => new InvalidRequestException("SignInImpossible", other.Message, other),
        _ => Lost(e, cloud),
    };

    private static ConnectionLostException Lost(Exception e, Cloud cloud) =>
        new($"Entra ({cloud.LoginHost}) could not be reached: {e.Message}", e)
        {
            Endpoint = cloud.LoginHost,
            MayRecover = e is not HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError },
            Advice = $"Check name resolution, proxy and firewall for {cloud.LoginHost}:443.",
        };

    private static ServiceRefusedException Refused(MsalServiceException e, Cloud cloud)
    {
        var (text, traceId, number) = Details(e.ResponseBody);
        var advice = number is null ? null : EntraAdvice.For(number.Value);
        return new ServiceRefusedException(FirstLine(text ?? e.Message), e)
        {
            Service = "Entra",
            Code = e.ErrorCode,
            SubCode = number is null ? null : string.Create(CultureInfo.InvariantCulture, $"AADSTS{number}"),
            HttpStatus = e.StatusCode,
            RequestId = traceId,
            CorrelationId = e.CorrelationId,
            HelpUri = number is null ? null : new Uri(string.Create(CultureInfo.InvariantCulture, $"https://{cloud.LoginHost}/error?code={number}")),
            RetryAfter = e.Headers?.RetryAfter?.Delta,
            Advice = advice ?? EntraAdvice.Default,
        };
    }

    /// <summary>What the service said in its own words: MSAL puts advice of its own before them.</summary>
    private static (string? Text, string? TraceId, int? Number) Details(string? body)
    {
        if (string.IsNullOrEmpty(body))
        {
            return default;
        }

        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            string? text = root.TryGetProperty("error_description", out var d) ? d.GetString() : null;
            string? trace = root.TryGetProperty("trace_id", out var t) ? t.GetString() : null;
            int? number = root.TryGetProperty("error_codes", out var codes) && codes.ValueKind == JsonValueKind.Array
                && codes.GetArrayLength() > 0 && codes[0].TryGetInt32(out var n) ? n : null;
            return (text, trace, number);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    // The ids that follow on the service's own lines are kept as properties.
    private static string FirstLine(string message)
    {
        var text = message.Split(" Trace ID:", 2)[0];
        return text.Split('\n', 2)[0].Trim();
    }
}
