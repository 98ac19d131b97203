using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using MailAdmin.Core.Base;
using Microsoft.Identity.Client;

namespace MailAdmin.Core.SignIn;

/// <summary>Converts MSAL's exceptions to MailAdmin's, with the service's text and IDs.</summary>
/// <remarks>https://learn.microsoft.com/entra/identity-platform/reference-error-codes</remarks>
internal static partial class EntraErrors
{
    /// <summary>The recommended action if Microsoft's public client has no consent: the tenant registers its own.</summary>
    private const string OwnClient = "Microsoft's public client has no permission for this in the tenant. Run "
        + "Initialize-MailAdmin -Consent. Then run Connect-MailAdmin -ClientId with the client ID that it returns.";

    /// <summary>Converts an exception.</summary>
    /// <param name="e">MSAL's exception.</param>
    /// <param name="situation">The account and the sign-in method.</param>
    public static MailAdminException From(Exception e, SignInSituation situation) =>
        situation.IsMicrosofts && e is MsalServiceException refused
            && NumberInText().Match(refused.Message).Groups[1].Value == "65001"
        ? Refused(refused, situation, OwnClient)
        : FromAny(e, situation);

    /// <summary>Whether a refusal is that Microsoft's public client has no permission in the tenant.</summary>
    public static bool IsWithoutOwnClient(ServiceRefusedException e) => e.Advice == OwnClient;

    /// <summary>Converts the exception of a request that requires no sign-in.</summary>
    public static MailAdminException From(Exception e, Cloud cloud) => FromAny(e, new SignInSituation(cloud, null));

    private static MailAdminException FromAny(Exception e, SignInSituation situation) => e switch
    {
        MsalException { InnerException: MailAdminException ours } => ours,
        MsalException { InnerException: CryptographicException key } => AppCredential.KeyNotUsable(key),
        MsalServiceException { InnerException: HttpRequestException http } => Lost(http, situation.Cloud),
        MsalServiceException service when service.StatusCode != 0 || service.ResponseBody is not null =>
            Refused(service, situation),
        MsalUiRequiredException gone =>
            new InvalidRequestException("SignInRequired", "The sign-in has expired or was removed.", gone)
            {
                Advice = "Run Connect-MailAdmin again.",
            },
        MsalServiceException { ErrorCode: MsalError.ManagedIdentityUnreachableNetwork } nowhere => NoIdentityEndpoint(nowhere),
        MsalServiceException { ErrorCode: MsalError.ManagedIdentityRequestFailed } identity => Refused(identity, situation),
        // An error that the browser returned has no HTTP status.
        MsalServiceException service when NumberInText().Match(service.Message) is { Success: true } =>
            Refused(service, situation),
        MsalServiceException service => Lost(service, situation.Cloud),
        MsalClientException { ErrorCode: MsalError.LinuxXdgOpen } noBrowser =>
            new InvalidRequestException("NoBrowser", "Can't open a browser on this computer.", noBrowser)
        {
            Advice = "To sign in with a browser on another device, use -DeviceCode.",
        },
        MsalException other => new InvalidRequestException("SignInImpossible", other.Message, other),
        _ => Lost(e, situation.Cloud),
    };

    private static ConnectionLostException Lost(Exception e, Cloud cloud) =>
        new($"Can't connect to Entra ({cloud.LoginHost}): {e.Message}", e)
        {
            Endpoint = cloud.LoginHost,
            MayRecover = Unreachable.MayRecover(e),
            Advice = Unreachable.Advice(e, cloud.LoginHost),
        };

    private static ConnectionLostException NoIdentityEndpoint(MsalServiceException e) =>
        new($"No managed identity is available: {e.Message}", e)
        {
            Endpoint = "169.254.169.254",
            Advice = "Run the command on an Azure resource with a managed identity, or sign in in another way.",
        };

    /// <summary>Converts an error in a response that MSAL didn't handle, such as that of a discovery request.</summary>
    /// <param name="status">Its HTTP status.</param>
    /// <param name="cloud">The cloud whose login host responded.</param>
    public static ServiceRefusedException From(int status, string body, Cloud cloud) =>
        Refused(Answer.Read(body), status, null, new SignInSituation(cloud, null));

    private static ServiceRefusedException Refused(MsalServiceException e, SignInSituation situation, string? advice = null) =>
        Refused(
            e.ResponseBody is null ? Answer.ReadText(e.Message) : Answer.Read(e.ResponseBody), e.StatusCode, e, situation,
            advice);

    private static ServiceRefusedException Refused(
        Answer answer, int status, MsalServiceException? e, SignInSituation situation, string? advice = null)
    {
        var host = situation.Cloud.LoginHost;
        var meaning = EntraAdvice.Of(answer.Number, answer.Error ?? e?.ErrorCode, situation);
        return new(FirstLine(answer.Text ?? e?.Message ?? $"{host} returned {status}."), e)
        {
            Service = "Entra",
            Code = e?.ErrorCode ?? answer.Error ?? "",
            SubCode = answer.Number is null ? null : string.Create(CultureInfo.InvariantCulture, $"AADSTS{answer.Number}"),
            HttpStatus = status,
            RequestId = answer.TraceId,
            CorrelationId = e?.CorrelationId ?? answer.CorrelationId,
            HelpUri = answer.Number is null
                ? null : new Uri(string.Create(CultureInfo.InvariantCulture, $"https://{host}/error?code={answer.Number}")),
            RetryAfter = e?.Headers?.RetryAfter?.Delta,
            Reason = meaning.Reason,
            Cause = meaning.Cause,
            Advice = advice ?? meaning.Advice,
            Remedy = meaning.Remedy,
        };
    }

    /// <summary>Returns the service's own text, without the advice that MSAL adds before it.</summary>
    private sealed record Answer(string? Error, string? Text, string? TraceId, string? CorrelationId, int? Number)
    {
        /// <summary>
        /// The IDs are in the text as well: "AADSTS65004: ... Trace ID: ... Correlation ID: ... Timestamp: ...".
        /// </summary>
        public static Answer ReadText(string text)
        {
            string? After(string name) =>
                text.Split(name, 2) is [_, var rest] ? rest.TrimStart().Split(' ', '\r', '\n')[0] : null;
            return new Answer(null, text, After("Trace ID:"), After("Correlation ID:"),
                int.TryParse(NumberInText().Match(text).Groups[1].ValueSpan, CultureInfo.InvariantCulture, out var number)
                    ? number
                    : null);
        }

        public static Answer Read(string? body)
        {
            try
            {
                using var json = JsonDocument.Parse(body ?? "");
                var root = json.RootElement;
                string? Get(string name) => root.TryGetProperty(name, out var value) ? value.GetString() : null;
                int? number = root.TryGetProperty("error_codes", out var codes) && codes.ValueKind == JsonValueKind.Array
                    && codes.GetArrayLength() > 0 && codes[0].TryGetInt32(out var n) ? n : null;
                return new Answer(Get("error"), Get("error_description"), Get("trace_id"), Get("correlation_id"), number);
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                return new Answer(null, null, null, null, null);
            }
        }
    }

    // The ids that follow on the service's own lines are kept as properties.
    private static string FirstLine(string message)
    {
        var text = message.Split(" Trace ID:", 2)[0];
        return text.Split('\n', 2)[0].Trim();
    }

    [GeneratedRegex(@"AADSTS(\d{5,8})", RegexOptions.NonBacktracking)]
    private static partial Regex NumberInText();
}
