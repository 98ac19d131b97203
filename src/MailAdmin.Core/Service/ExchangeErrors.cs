using System.Text.Json;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Core.Service;

/// <summary>Turns a refusal of the admin endpoint into our own exception, the service's words and ids kept.</summary>
/// <remarks>
/// The body has the reason in error.details[].message as code, exception type and text between bars, or in
/// error.innererror.internalexception.message, or in error.message (Get-ExoException.ps1 of GreyCorbel/ExoHelper,
/// New-ExoRequest.ps1 of KelvinTegelaar/CIPP-API); or it is no JSON at all.
/// </remarks>
internal static class ExchangeErrors
{
    /// <summary>Code of a refusal that says nothing: the caller's roles don't have the cmdlet.</summary>
    public const string NotExposed = "CmdletNotExposed";

    /// <summary>The code of an error because an object doesn't exist.</summary>
    public const string NotFound = "ManagementObjectNotFoundException";

    /// <summary>The codes of errors because a new object, or a new member, already exists.</summary>
    public const string AlreadyExists = "ADObjectAlreadyExistsException", MemberAlreadyExists = "MemberAlreadyExistsException";

    /// <summary>Ours: the answer is no answer of a cmdlet.</summary>
    public const string Unreadable = GraphCodes.Unreadable;

    /// <summary>Types of exceptions that pass: Exchange gives some of them the status of a bad request.</summary>
    public static readonly string[] Transient =
        ["CmdletProxyNotAvailableFailure", "ServerBusyException", "TransientException", "BackendCommunicationException"];

    // What the types of exceptions about rights have in their names.
    private static readonly string[] Denials = ["AccessDenied", "Unauthorized"];

    /// <summary>The codes of errors because a new object already exists.</summary>
    public static bool IsAlreadyThere(ServiceRefusedException e) =>
        e.Code is AlreadyExists or MemberAlreadyExists;

    public static async Task<ServiceRefusedException> ReadAsync(
        HttpResponseMessage response, string cmdlet, SignInMethod? caller, CancellationToken cancellationToken)
    {
        var body = (await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false))
            .Trim('\0', ' ', '\r', '\n');
        var status = (int)response.StatusCode;
        var (code, text) = Parse(body);
        code ??= status switch
        {
            401 => "Unauthorized",
            403 => NotExposed,
            429 => "THROTTLED",
            _ => response.StatusCode.ToString(),
        };
        var shown = body.Length > 200 ? body[..200] : body;
        var usual = code == NotExposed ? $"You don't have permission to run {cmdlet} in Exchange."
            : $"Exchange returned {status} for {cmdlet}{(body.Length == 0 ? "" : $": {shown}")}.";
        text ??= Header(response, "x-ms-diagnostics") ?? usual;
        return Create(
            (code, text, status), cmdlet, Header(response, "request-id"), response.Headers.RetryAfter?.Delta, caller);
    }

    /// <summary>Turns an error of a cmdlet in a session of Microsoft's module into the one of the endpoint.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="text">The error's text: mostly code, exception type and text between bars.</param>
    /// <param name="type">The exception type that the error names, where its text names none.</param>
    /// <param name="requestId">The ID of the request; null when the error has none.</param>
    /// <remarks>
    /// "Ex6F9304|Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException|The operation…" with the reason
    /// ManagementObjectNotFoundException: https://github.com/timmcmic/DLConversionV2/issues/129.
    /// </remarks>
    public static ServiceRefusedException OfSession(string cmdlet, string text, string type, string? requestId)
    {
        var json = text.IndexOf("{\"error\"", StringComparison.Ordinal);
        var (code, message) = json >= 0 ? Parse(text[json..])
            : text.Split('|', 3) is [_, var between, var rest] ? (between[(between.LastIndexOf('.') + 1)..], rest) : default;
        code ??= type;
        var status = code switch
        {
            NotFound => 404,
            "OverBudgetException" or "ThrottlingRejectedOperationException" or "THROTTLED" => 429,
            _ when Transient.Contains(code, StringComparer.OrdinalIgnoreCase) => 503,
            _ when Denials.Any(d => code.Contains(d, StringComparison.OrdinalIgnoreCase)) => 403,
            _ => 400,
        };
        return Create((code, message ?? text, status), cmdlet, requestId, retryAfter: null, caller: null);
    }

    /// <summary>The refusal of a session that doesn't have a cmdlet: it has those of the account's roles.</summary>
    public static ServiceRefusedException NotInSession(string cmdlet) => Create(
        (NotExposed, $"The Exchange Online session doesn't have {cmdlet}. Either the account's roles don't include it, or "
            + "Connect-ExchangeOnline was run with -CommandName.", 403), cmdlet, null, null, caller: null);

    private static ServiceRefusedException Create(
        (string Code, string Text, int Status) answer, string cmdlet, string? requestId, TimeSpan? retryAfter,
        SignInMethod? caller)
    {
        var (reason, advice, remedy) = ExchangeAdvice.For(answer.Code, answer.Status, cmdlet, caller);
        return new ServiceRefusedException(answer.Text)
        {
            Service = "Exchange",
            Code = answer.Code,
            HttpStatus = answer.Status,
            RequestId = requestId,
            RetryAfter = retryAfter,
            Reason = reason,
            Advice = advice,
            Remedy = remedy,
        };
    }

    private static (string? Code, string? Text) Parse(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (Find(json.RootElement, "error") is not { } error)
            {
                return default;
            }

            if (Find(error, "details") is { ValueKind: JsonValueKind.Array } details && details.GetArrayLength() > 0
                && Find(details[0], "message")?.GetString() is { Length: > 0 } message)
            {
                var parts = message.Split('|', 3);
                return parts.Length == 3
                    ? (parts[1][(parts[1].LastIndexOf('.') + 1)..], parts[2])
                    : (Find(error, "code")?.GetString(), message);
            }

            var inner = Find(error, "innererror") is { } e ? Find(e, "internalexception") : null;
            return (Find(error, "code")?.GetString(),
                (inner is { } i ? Find(i, "message") : null)?.GetString() ?? Find(error, "message")?.GetString());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return default;
        }
    }

    private static JsonElement? Find(JsonElement json, string name) => json.ValueKind != JsonValueKind.Object ? null
        : json.EnumerateObject().Where(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            .Select(p => (JsonElement?)p.Value).FirstOrDefault();

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
