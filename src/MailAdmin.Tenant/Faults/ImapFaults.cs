using MailAdmin.Tenant.Imap;

namespace MailAdmin.Tenant;

/// <summary>
/// Refusals of IMAP that no state of the sandbox brings about, as administrators report them; Microsoft documents none of the
/// texts. About throttling: https://learn.microsoft.com/exchange/troubleshoot/mailbox-flow/imap-pop-connections-fail.
/// </summary>
internal static class ImapFaults
{
    public static Fault[] All { get; } =
    [
        Of("ImapThrottled", "BAD Request is throttled. Suggested Backoff Time: 5000 milliseconds", "Connection closed. 14"),
        Of("ImapServerUnavailable", "NO Server Unavailable. 15", null),
        Faults.ImapNotConnected,
        Faults.ImapDisconnect,
        Faults.ImapNoSpecialUse,
        Faults.ImapNotConverted,
    ];

    private static Fault Of(string name, string text, string? bye) =>
        new(name, bye is null ? $"IMAP: {text}" : $"IMAP: {text}; then BYE {bye}", FaultPoint.Imap)
        {
            Refusal = () => new ImapRefusal(text) { Bye = bye },
        };
}
