namespace MailAdmin;

/// <summary>What every failure that MailAdmin reports has in common.</summary>
public abstract class MailAdminException : Exception
{
    private protected MailAdminException(string message, Exception? inner) : base(message, inner) { }

    /// <summary>True when the same request may succeed later without anybody changing anything.</summary>
    public abstract bool IsTransient { get; }

    /// <summary>
    /// True when it isn't known whether what was asked for was done: the connection was lost before the answer came.
    /// </summary>
    public bool IsOutcomeUnknown { get; init; }

    /// <summary>The first thing to do about it, in a sentence; null when the message says it all.</summary>
    public string? Advice { get; init; }
}

/// <summary>The service was reached and said no.</summary>
public sealed class ServiceRefusedException : MailAdminException
{
    /// <summary>Makes one from what the service said.</summary>
    /// <param name="message">The service's own text.</param>
    /// <param name="inner">What the client library threw, if any.</param>
    public ServiceRefusedException(string message, Exception? inner = null) : base(message, inner) { }

    /// <summary>The part of the service that refused: "Entra", "Graph", "Exchange", "IMAP" or "SMTP".</summary>
    public required string Service { get; init; }

    /// <summary>The service's own error code, such as "ErrorAccessDenied", "invalid_client" or "AUTHENTICATIONFAILED".</summary>
    public required string Code { get; init; }

    /// <summary>A finer code where the service gives one, such as "AADSTS7000215" or "InvalidKeyEndDate".</summary>
    public string? SubCode { get; init; }

    /// <summary>The HTTP status; 0 where there is none.</summary>
    public int HttpStatus { get; init; }

    /// <summary>The id of the failed request (Graph "request-id", Entra "trace_id"), for Microsoft's support.</summary>
    public string? RequestId { get; init; }

    /// <summary>The correlation id (Entra) or client request id (Graph).</summary>
    public string? CorrelationId { get; init; }

    /// <summary>The service's page about this error.</summary>
    public Uri? HelpUri { get; init; }

    /// <summary>The recipients that a server refused, each with its answer; none where something else was refused.</summary>
    public RefusedRecipient[] Recipient { get; init; } = [];

    /// <summary>How long the service asks to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>
    /// True when Graph or Exchange knows who asks, and lacks a permission or role of theirs: somebody else may do the same.
    /// </summary>
    public bool IsDenied => HttpStatus is 401 or 403 && (Service is "Graph" or "Exchange");

    /// <inheritdoc/>
    public override bool IsTransient => HttpStatus is 408 or 429 or 500 or 502 or 503 or 504
        || Code is "temporarily_unavailable" or "UNAVAILABLE" or "THROTTLED"
        || (Service == "SMTP" && Code.StartsWith('4') && !IsLogonFailure);

    /// <summary>Exchange says 4.2.0 where an app lacks the right to a mailbox, and it never passes by itself.</summary>
    private bool IsLogonFailure => Message.Contains("logon failure", StringComparison.OrdinalIgnoreCase);
}

/// <summary>The service could not be reached, or the connection was lost.</summary>
public sealed class ConnectionLostException : MailAdminException
{
    /// <summary>Makes one.</summary>
    /// <param name="message">What was being done, with which host, and what went wrong.</param>
    /// <param name="inner">The socket's, TLS's or HTTP's own exception.</param>
    public ConnectionLostException(string message, Exception? inner = null) : base(message, inner) { }

    /// <summary>Host name, or host:port.</summary>
    public required string Endpoint { get; init; }

    /// <summary>False when trying again cannot help, as with a certificate that is not trusted.</summary>
    public bool MayRecover { get; init; } = true;

    /// <inheritdoc/>
    public override bool IsTransient => MayRecover;
}

/// <summary>
/// The response to a request isn't one that the service sends: a redirect, a web page, or no content where there must be some.
/// A proxy, a gateway, or the sign-in page of a network answered. The service's own state is unknown.
/// </summary>
public sealed class UnexpectedResponseException : MailAdminException
{
    /// <summary>Makes one.</summary>
    /// <param name="message">Host, status, and what is wrong with the response.</param>
    /// <param name="inner">The cause, if any.</param>
    public UnexpectedResponseException(string message, Exception? inner = null) : base(message, inner) { }

    /// <summary>The service that was asked: "Entra", "Graph" or "Exchange".</summary>
    public required string Service { get; init; }

    /// <summary>The host name that the request was for.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The HTTP status of the response; 0 where there is none.</summary>
    public int HttpStatus { get; init; }

    /// <summary>The media type of the response; null when it names none.</summary>
    public string? MediaType { get; init; }

    /// <summary>
    /// The host of another service that the response named as its next page, and to which nothing was sent; null otherwise.
    /// </summary>
    public string? ForeignHost { get; init; }

    /// <inheritdoc/>
    public override bool IsTransient => true;
}

/// <summary>What the caller asked for cannot be done as asked.</summary>
public sealed class InvalidRequestException : MailAdminException
{
    /// <summary>Makes one.</summary>
    /// <param name="id">A stable id that ends up in the error id, such as "UnknownPermission".</param>
    /// <param name="message">What is wrong, naming the value.</param>
    /// <param name="inner">The cause, if any.</param>
    public InvalidRequestException(string id, string message, Exception? inner = null) : base(message, inner) => Id = id;

    /// <summary>A stable id that ends up in the error id.</summary>
    public string Id { get; }

    /// <summary>What the message is about: a name, a path, an address.</summary>
    public object? Target { get; init; }

    /// <inheritdoc/>
    public override bool IsTransient => false;
}
