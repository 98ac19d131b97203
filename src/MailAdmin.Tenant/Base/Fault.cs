namespace MailAdmin.Tenant.Base;

/// <summary>Specifies the place of a fault.</summary>
internal enum FaultPoint
{
    /// <summary>The token endpoint.</summary>
    Entra,
    /// <summary>Any request to Graph.</summary>
    Graph,
    /// <summary>A request to Graph that is about a mailbox.</summary>
    Mail,
    /// <summary>A command of an IMAP session that is signed in, or signs in.</summary>
    Imap,
    /// <summary>The LIST responses in an IMAP session.</summary>
    ImapList,
    /// <summary>The FETCH responses in an IMAP session.</summary>
    ImapFetch,
    /// <summary>The submission of a message over SMTP.</summary>
    SmtpData,
    /// <summary>A request to the admin endpoint of Exchange.</summary>
    Exchange,
    /// <summary>The connection itself, to any host.</summary>
    Connection,
    /// <summary>An intermediary between the caller and the services over HTTPS: a proxy, a gateway, a sign-in page.</summary>
    Proxy,
}

/// <summary>Represents a fault that a sandbox can simulate.</summary>
/// <param name="Name">The name that turns it on.</param>
/// <param name="Summary">The effect, in a sentence.</param>
/// <param name="Where">The place.</param>
internal sealed record Fault(string Name, string Summary, FaultPoint Where)
{
    /// <summary>The error that the service throws instead of a response; null for a fault of the connection.</summary>
    internal Func<Exception>? Refusal { get; init; }

    /// <summary>The intermediary that responds instead of the service; null if the service itself responds.</summary>
    internal Func<HttpResponseMessage>? Answer { get; init; }

    /// <summary>The change of the service's response in transit; null for none.</summary>
    internal Func<HttpResponseMessage, Task<HttpResponseMessage>>? Change { get; init; }

    /// <summary>A segment that the path of the request must have, such as "delta"; null for every request.</summary>
    internal string? Segment { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
