namespace MailAdmin.Tenant.Base;

/// <summary>Where a fault strikes.</summary>
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
    /// <summary>What LIST tells in an IMAP session.</summary>
    ImapList,
    /// <summary>What FETCH gives in an IMAP session.</summary>
    ImapFetch,
    /// <summary>A message that is handed in over SMTP.</summary>
    SmtpData,
    /// <summary>A request to the admin endpoint of Exchange.</summary>
    Exchange,
    /// <summary>The connection itself, whatever host it is to.</summary>
    Connection,
    /// <summary>What stands between the caller and the services, over HTTPS: a proxy, a gateway, a sign-in page.</summary>
    Proxy,
}

/// <summary>Something that a sandbox can be told to do wrong.</summary>
/// <param name="Name">What it is switched on by.</param>
/// <param name="Summary">What happens, in a sentence.</param>
/// <param name="Where">Where it happens.</param>
internal sealed record Fault(string Name, string Summary, FaultPoint Where)
{
    /// <summary>What the service throws instead of answering; null for a fault of the connection.</summary>
    internal Func<Exception>? Refusal { get; init; }

    /// <summary>What answers in the service's place; null where the service itself answers.</summary>
    internal Func<HttpResponseMessage>? Answer { get; init; }

    /// <summary>What becomes of the service's answer on its way; null for nothing.</summary>
    internal Func<HttpResponseMessage, Task<HttpResponseMessage>>? Change { get; init; }

    /// <summary>A segment that the path of the request must have, such as "delta"; null for every request.</summary>
    internal string? Segment { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
