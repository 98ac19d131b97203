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
    /// <summary>Code of a refusal that says nothing: the caller's roles do not have the cmdlet.</summary>
    public const string NotExposed = "CmdletNotExposed";

    /// <summary>Code of a refusal because an object is not there.</summary>
    public const string NotFound = "ManagementObjectNotFoundException";

    /// <summary>Codes of refusals because what is to be made, or made a member, is there.</summary>
    public const string AlreadyExists = "ADObjectAlreadyExistsException", MemberAlreadyExists = "MemberAlreadyExistsException";

    /// <summary>Ours: the answer is no answer of a cmdlet.</summary>
    public const string Unreadable = GraphCodes.Unreadable;

    /// <summary>Codes of refusals because what is to be made is there.</summary>
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
        var (reason, advice, remedy) = ExchangeAdvice.For(code, status, cmdlet, caller);
        return new ServiceRefusedException(text)
        {
            Service = "Exchange",
            Code = code,
            HttpStatus = status,
            RequestId = Header(response, "request-id"),
            RetryAfter = response.Headers.RetryAfter?.Delta,
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
