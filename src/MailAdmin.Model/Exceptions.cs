namespace MailAdmin;

/// <summary>The base class of all errors that MailAdmin returns.</summary>
public abstract class MailAdminException : Exception
{
    private protected MailAdminException(string message, Exception? inner) : base(message, inner) { }

    /// <summary>True if the same request can succeed later without a change.</summary>
    public abstract bool IsTransient { get; }

    /// <summary>True if the connection was lost before the response, so that the outcome is unknown.</summary>
    public bool IsOutcomeUnknown { get; init; }

    /// <summary>The recommended action, in one sentence; null if the message is sufficient.</summary>
    public string? Advice { get; init; }

    /// <summary>The next step as a command line; null if there is none.</summary>
    public Remedy? Remedy { get; init; }
}

/// <summary>The service rejected the request.</summary>
public sealed class ServiceRefusedException : MailAdminException
{
    /// <summary>Creates the error from the service's response.</summary>
    /// <param name="message">The message of the service.</param>
    /// <param name="inner">The exception of the client library, if any.</param>
    public ServiceRefusedException(string message, Exception? inner = null) : base(message, inner) { }

    /// <summary>The service that rejected the request: "Entra", "Graph", "Exchange", "IMAP", or "SMTP".</summary>
    public required string Service { get; init; }

    /// <summary>The service's own error code, such as "ErrorAccessDenied", "invalid_client" or "AUTHENTICATIONFAILED".</summary>
    public required string Code { get; init; }

    /// <summary>A more specific code, such as "AADSTS7000215" or "InvalidKeyEndDate"; null if missing.</summary>
    public string? SubCode { get; init; }

    /// <summary>The cause as one of a closed list.</summary>
    public MailCheckReason Reason { get; init; }

    /// <summary>The cause in a sentence, by the code and the situation; null if the service's text contains it.</summary>
    public string? Cause { get; init; }

    /// <summary>The HTTP status; 0 if not available.</summary>
    public int HttpStatus { get; init; }

    /// <summary>The ID of the failed request (Graph "request-id", Entra "trace_id"), for Microsoft support.</summary>
    public string? RequestId { get; init; }

    /// <summary>The correlation ID (Entra) or client request ID (Graph).</summary>
    public string? CorrelationId { get; init; }

    /// <summary>The service's page about this error.</summary>
    public Uri? HelpUri { get; init; }

    /// <summary>The recipients that a server rejected, each with its response; empty if it rejected something else.</summary>
    public RefusedRecipient[] Recipient { get; init; } = [];

    /// <summary>The delay that the service requires.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>True if Graph or Exchange accepted the identity, but it lacks a permission or role.</summary>
    public bool IsDenied => HttpStatus is 401 or 403 && (Service is "Graph" or "Exchange");

    /// <inheritdoc/>
    public override bool IsTransient => HttpStatus is 408 or 429 or 500 or 502 or 503 or 504
        || Code is "temporarily_unavailable" or "UNAVAILABLE" or "THROTTLED"
        || (Service == "SMTP" && Code.StartsWith('4') && !IsLogonFailure);

    /// <summary>
    /// Exchange returns the temporary code 4.2.0 if an app lacks access to a mailbox, although a retry can't succeed.
    /// </summary>
    private bool IsLogonFailure => Message.Contains("logon failure", StringComparison.OrdinalIgnoreCase);
}

/// <summary>The service couldn't be reached, or the connection was lost.</summary>
public sealed class ConnectionLostException : MailAdminException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">The operation, the host, and the cause.</param>
    /// <param name="inner">The exception of the socket, TLS, or HTTP.</param>
    public ConnectionLostException(string message, Exception? inner = null) : base(message, inner) { }

    /// <summary>The host name, or host:port.</summary>
    public required string Endpoint { get; init; }

    /// <summary>False if a retry can't succeed, for example because a certificate isn't trusted.</summary>
    public bool MayRecover { get; init; } = true;

    /// <inheritdoc/>
    public override bool IsTransient => MayRecover;
}

/// <summary>
/// The response isn't from the service: a redirect, a web page, or missing content, from a proxy, a gateway, or a network
/// sign-in page. The state of the service is unknown.
/// </summary>
public sealed class UnexpectedResponseException : MailAdminException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">The host, the status, and the fault of the response.</param>
    /// <param name="inner">The cause, if any.</param>
    public UnexpectedResponseException(string message, Exception? inner = null) : base(message, inner) { }

    /// <summary>The service of the request: "Entra", "Graph", or "Exchange".</summary>
    public required string Service { get; init; }

    /// <summary>The host name of the request.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The HTTP status of the response; 0 if not available.</summary>
    public int HttpStatus { get; init; }

    /// <summary>The media type of the response; null if missing.</summary>
    public string? MediaType { get; init; }

    /// <summary>
    /// The other host that the response refers to as its next page, and to which nothing was sent; null otherwise.
    /// </summary>
    public string? ForeignHost { get; init; }

    /// <inheritdoc/>
    public override bool IsTransient => true;
}

/// <summary>The request of the caller is invalid or can't be carried out.</summary>
public sealed class InvalidRequestException : MailAdminException
{
    /// <summary>Creates the error.</summary>
    /// <param name="id">A stable ID that becomes part of the error ID, such as "UnknownPermission".</param>
    /// <param name="message">The fault, with the value.</param>
    /// <param name="inner">The cause, if any.</param>
    public InvalidRequestException(string id, string message, Exception? inner = null) : base(message, inner) => Id = id;

    /// <summary>A stable ID that becomes part of the error ID.</summary>
    public string Id { get; }

    /// <summary>The subject of the message: a name, a path, or an address.</summary>
    public object? Target { get; init; }

    /// <inheritdoc/>
    public override bool IsTransient => false;
}
