namespace MailAdmin.Core.Mail.Imap;

/// <summary>How patient an IMAP client is, and what it tells.</summary>
internal sealed record ImapOptions
{
    /// <summary>
    /// How long to wait for the connection, and then for each next octet, before the connection counts as lost.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// The longest back-off that is waited for. A server that asks for more, or not for a time, is reported as
    /// <see cref="ServiceRefusedException"/> with code THROTTLED; so is every one where this is zero.
    /// </summary>
    public TimeSpan LongestBackOff { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Octets of one response, without the literals in it. Above it the connection is ended.</summary>
    public int LongestResponse { get; init; } = 4 * 1024 * 1024;

    /// <summary>Takes each line of the protocol, "C: " or "S: " before it; never a token. Null for none.</summary>
    public Action<string>? Log { get; init; }
}
