using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.Imap;

/// <summary>
/// Errors of IMAP that don't depend on the state of the sandbox, as administrators report them. Microsoft doesn't document the
/// texts. For throttling: https://learn.microsoft.com/exchange/troubleshoot/mailbox-flow/imap-pop-connections-fail.
/// </summary>
internal static class ImapFaults
{
    /// <summary>An IMAP connection ends in the middle, without a word.</summary>
    public static Fault Disconnect { get; } =
        new("ImapDisconnect", "IMAP: the connection ends in the middle of a response.", FaultPoint.Imap);

    /// <summary>LIST returns no folder's special use.</summary>
    public static Fault NoSpecialUse { get; } = new(
        "ImapNoSpecialUse", @"IMAP: LIST returns no special-use attributes such as \Trash.", FaultPoint.ImapList);

    /// <summary>Exchange can't convert a message, and returns its own text.</summary>
    public static Fault NotConverted { get; } = new(
        "ImapNotConverted", "IMAP: a message with a calendar part can't be converted, and a notice is sent instead.",
        FaultPoint.ImapFetch);

    /// <summary>
    /// One message has no summary, and a request for it and others is refused (https://github.com/jstedfast/MailKit/issues/358).
    /// </summary>
    public static Fault NoSummary { get; } = new(
        "ImapNoSummary", "IMAP: each FETCH of summaries that includes a message with a calendar part returns NO.",
        FaultPoint.ImapFetch);

    /// <summary>One message is returned without its content (https://github.com/jstedfast/MailKit/issues/908).</summary>
    public static Fault NoContent { get; } = new(
        "ImapNoContent", "IMAP: a message with a calendar part is returned without its content.", FaultPoint.ImapFetch);

    /// <summary>ENVELOPE contains less than the header, as Dovecot's does for text that it can't read.</summary>
    public static Fault PoorEnvelope { get; } = new(
        "ImapPoorEnvelope", "IMAP: ENVELOPE has MISSING_MAILBOX and SYNTAX_ERROR instead of addresses, and an 8-bit subject.",
        FaultPoint.ImapFetch);

    /// <summary>No client can read when a message arrived.</summary>
    public static Fault NoDate { get; } =
        new("ImapNoDate", "IMAP: INTERNALDATE isn't a valid date.", FaultPoint.ImapFetch);

    /// <summary>Signing in seems to succeed, and every command after it fails.</summary>
    public static Fault NotConnected { get; } =
        new("ImapNotConnected", $"IMAP: sign-in succeeds, but all commands return {ImapRefusal.NotConnectedText}",
            FaultPoint.Imap);

    public static Fault[] All { get; } =
    [
        Of("ImapThrottled", "BAD Request is throttled. Suggested Backoff Time: 5000 milliseconds", "Connection closed. 14"),
        Of("ImapServerUnavailable", "NO Server Unavailable. 15", null),
        NotConnected,
        Disconnect,
        NoSpecialUse,
        NotConverted,
        NoSummary,
        NoContent,
        PoorEnvelope,
        NoDate,
    ];

    private static Fault Of(string name, string text, string? bye) =>
        new(name, bye is null ? $"IMAP: {text}" : $"IMAP: {text}; then BYE {bye}", FaultPoint.Imap)
        {
            Refusal = () => new ImapRefusal(text) { Bye = bye },
        };
}
