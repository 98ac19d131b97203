using System.Globalization;
using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.Graph.OData;

/// <summary>
/// A refusal of Graph: https://learn.microsoft.com/graph/errors (concepts/errors.md of
/// microsoftgraph/microsoft-graph-docs-contrib) gives the shape of the body.
/// </summary>
internal sealed class GraphRefusal(int status, string code, string message) : Exception(message)
{
    public int Status => status;

    public string Code => code;

    /// <summary>The seconds in the Retry-After header; null for no such header.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>Finer reasons: code, message, target.</summary>
    public JsonArray? Details { get; init; }

    /// <summary>A WWW-Authenticate header; null for none.</summary>
    public string? Challenge { get; init; }

    public TenantAnswer ToAnswer(DateTimeOffset now, string requestId, string clientRequestId)
    {
        var error = new JsonObject { ["code"] = code, ["message"] = Message };
        if (Details is not null)
        {
            error["details"] = Details.DeepClone();
        }

        error["innerError"] = new JsonObject
        {
            ["date"] = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture),
            ["request-id"] = requestId,
            ["client-request-id"] = clientRequestId,
        };
        var answer = TenantAnswer.OfJson(status, new JsonObject { ["error"] = error });
        answer.Headers["Content-Type"] = "application/json";
        if (RetryAfter is { } seconds)
        {
            answer.Headers["Retry-After"] = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (Challenge is not null)
        {
            answer.Headers["WWW-Authenticate"] = Challenge;
        }

        return answer;
    }

    /// <summary>400, as OData's parser or the directory words it.</summary>
    public static GraphRefusal BadRequest(string message, string code = "BadRequest") => new(400, code, message);

    /// <summary>400 of the directory: https://learn.microsoft.com/graph/resolve-auth-errors.</summary>
    public static GraphRefusal Directory(string message) => new(400, "Request_BadRequest", message);

    public static GraphRefusal NoSegment(string segment) => BadRequest($"Resource not found for the segment '{segment}'.");

    public static GraphRefusal NoObject(string id) => new(404, "Request_ResourceNotFound",
        $"Resource '{id}' does not exist or one of its queried reference-property objects are not present.");

    public static GraphRefusal NoItem() => new(404, "ErrorItemNotFound", "The specified object was not found in the store.");

    public static GraphRefusal MalformedId() => new(400, "ErrorInvalidIdMalformed", "Id is malformed.");

    public static GraphRefusal DirectoryDenied() =>
        new(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");

    public static GraphRefusal MailDenied() =>
        new(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.");

    /// <summary>
    /// An application access policy: https://learn.microsoft.com/graph/auth-limit-mailbox-access#handling-api-errors.
    /// </summary>
    public static GraphRefusal PolicyDenied() => new(403, "ErrorAccessDenied",
        "Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings.");

    public static GraphRefusal InvalidUser(string user) =>
        new(404, "ErrorInvalidUser", $"The requested user '{user}' is invalid.");

    public static GraphRefusal NoMailbox() => new(404, "MailboxNotEnabledForRESTAPI",
        "The mailbox is either inactive, soft-deleted, or is hosted on-premise.");

    public static GraphRefusal InvalidToken(string message, string tenantId, string loginHost) =>
        new(401, "InvalidAuthenticationToken", message)
        {
            Challenge = $"Bearer realm=\"\", authorization_uri=\"https://{loginHost}/common/oauth2/authorize\", "
                + $"client_id=\"00000003-0000-0000-c000-000000000000\", error=\"invalid_token\", "
                    + $"error_description=\"{message}\", "
                + $"tenant=\"{tenantId}\"",
        };
}
