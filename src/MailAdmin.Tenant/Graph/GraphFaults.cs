using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Graph.OData;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// Errors of Graph that don't depend on the state of the sandbox. Statuses: https://learn.microsoft.com/graph/errors; throttling:
/// https://learn.microsoft.com/graph/throttling; access policies: https://learn.microsoft.com/graph/auth-limit-mailbox-access.
/// </summary>
internal static class GraphFaults
{
    private const string Busy = "Application is over its MailboxConcurrency limit.";

    public static Fault[] All { get; } =
    [
        Of("Throttled429", FaultPoint.Graph, 429, "ApplicationThrottled", Busy, retryAfter: 5),
        Of("Throttled429NoRetryAfter", FaultPoint.Graph, 429, "ApplicationThrottled", Busy),
        Of("ServiceUnavailable503", FaultPoint.Graph, 503, "serviceNotAvailable",
            "The service is temporarily unavailable. Please retry.", retryAfter: 10),
        Of("ServerError500", FaultPoint.Graph, 500, "ErrorInternalServerError",
            "An internal server error occurred. The operation failed."),
        Of("BadGateway502", FaultPoint.Graph, 502, "UnknownError", "Bad gateway."),
        Of("GatewayTimeout504", FaultPoint.Graph, 504, "UnknownError",
            "The server, while acting as a proxy, did not receive a timely response from the upstream server it needed to "
                + "access in attempting to complete the request."),
        Of("DirectoryDenied", FaultPoint.Graph, 403, "Authorization_RequestDenied",
            "Insufficient privileges to complete the operation."),
        Of("AccessDenied", FaultPoint.Mail, 403, "ErrorAccessDenied", "Access is denied. Check credentials and try again."),
        Of("AccessPolicyDenied", FaultPoint.Mail, 403, "ErrorAccessDenied",
            "Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings."),
        Of("MailboxInactive", FaultPoint.Mail, 404, "MailboxNotEnabledForRESTAPI",
            "The mailbox is either inactive, soft-deleted, or is hosted on-premise."),
        Of("MailboxNotSupported", FaultPoint.Mail, 404, "MailboxNotSupportedForRESTAPI",
            "REST API is not yet supported for this mailbox."),
        Of("InvalidUser", FaultPoint.Mail, 404, "ErrorInvalidUser", "The requested user is invalid."),
        Of("MessageMissing", FaultPoint.Mail, 404, "ErrorItemNotFound", "The specified object was not found in the store.",
            segment: "messages"),
        Of("CannotDelete", FaultPoint.Mail, 400, "ErrorCannotDeleteObject", "Object cannot be deleted.", segment: "messages"),
        Of("SendAsDenied", FaultPoint.Mail, 403, "ErrorSendAsDenied",
            "The user account which was used to submit this request does not have the right to send mail on behalf of the "
                + "specified sending account., Cannot submit message."),
        Of("SyncStateNotFound", FaultPoint.Mail, 410, "SyncStateNotFound", "The sync state generation is not found.",
            segment: "delta"),
        Of("MailboxStoreUnavailable", FaultPoint.Mail, 503, "ErrorMailboxStoreUnavailable",
            "The mailbox database is temporarily unavailable., Cannot open mailbox.", retryAfter: 10),
        Of("SettingsDenied", FaultPoint.Mail, 403, "ErrorAccessDenied", "The process failed to get the correct properties.",
            segment: "mailboxSettings"),
    ];

    private static Fault Of(
        string name, FaultPoint where, int status, string code, string message, int? retryAfter = null, string? segment = null) =>
        new(name, $"{status} {code}: {message}", where)
        {
            Segment = segment,
            Refusal = () => new GraphRefusal(status, code, message) { RetryAfter = retryAfter },
        };
}
