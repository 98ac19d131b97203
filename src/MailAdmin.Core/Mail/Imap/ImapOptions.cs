namespace MailAdmin.Core.Mail.Imap;

/// <summary>Represents the timeouts of an IMAP client and its ID parameters.</summary>
internal sealed record ImapOptions
{
    /// <summary>The time to wait for the connection, and for each further octet, before the connection counts as lost.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// The longest back-off. If a server requires more, or names no time, a <see cref="ServiceRefusedException"/> with code
    /// THROTTLED is thrown. If it's zero, every back-off is reported this way.
    /// </summary>
    public TimeSpan LongestBackOff { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Octets of one response, without the literals in it. Above it the connection is ended.</summary>
    public int LongestResponse { get; init; } = 4 * 1024 * 1024;

    /// <summary>Takes each line of the protocol, "C: " or "S: " before it; never a token. Null for none.</summary>
    public Action<string>? Log { get; init; }
}
