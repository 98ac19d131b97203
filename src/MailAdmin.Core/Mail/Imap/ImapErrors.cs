using System.Globalization;
using System.Text.RegularExpressions;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>Maps a server's responses to exceptions; the only class that does.</summary>
internal static partial class ImapErrors
{
    /// <summary>A command was answered NO or BAD; AUTHENTICATE is the login.</summary>
    /// <param name="reason">The status in the refusal of a token.</param>
    public static ServiceRefusedException Refused(string command, StatusLine status, string? reason = null)
    {
        var text = status.Text.Length > 0 ? status.Text : $"{status.Condition} without a reason";
        if (TryThrottled(text) is { } throttled)
        {
            return throttled;
        }

        if (text.Contains("authenticated but not connected", StringComparison.OrdinalIgnoreCase))
        {
            // What Exchange Online answers to the first command after a login that it let pass.
            return Cannot(
                ImapCodes.NotConnected, text, "The token is valid, but access to the mailbox is denied. Check that it is a "
                    + "mailbox of Exchange Online. Check that IMAP is enabled for it (Set-MailboxSetting -ImapEnabled $true). "
                    + "Check that the app's service principal has FullAccess (Grant-MailboxAccess).");
        }

        var isLogin = command == "AUTHENTICATE";
        var code = status.Code is { } name && KnownCodes.Contains(name) ? name
            : text.StartsWith("Server Unavailable", StringComparison.OrdinalIgnoreCase) ? ImapCodes.Unavailable
            : isLogin ? ImapCodes.AuthenticationFailed
            : status.Condition == "BAD" ? "BAD" : "NO";
        return new ServiceRefusedException(isLogin ? text : $"{command}: {text}")
        {
            Service = "IMAP",
            Code = code,
            SubCode = reason,
            Advice = code == ImapCodes.Unavailable ? "The server is busy. Try again later."
                : code == ImapCodes.AuthenticationFailed
                    ? "Check that the token is for IMAP. For Exchange Online, it requires the audience "
                        + "https://outlook.office365.com and the role IMAP.AccessAsApp. Check that the service "
                        + "principal in Exchange has the object ID of the enterprise application, and FullAccess."
                : null,
        };
    }

    /// <summary>
    /// Returns whether a refusal can be caused by single messages of the request, so that the others might be readable one by
    /// one.
    /// </summary>
    public static bool MayBeOfMessages(ServiceRefusedException refusal) => refusal.Code is not (
        ImapCodes.Throttled or ImapCodes.Unavailable or ImapCodes.NotConnected or ImapCodes.AuthorizationFailed
        or ImapCodes.NoPermission or ImapCodes.Expired);

    public static ServiceRefusedException Cannot(string code, string message, string? advice = null) =>
        new(message) { Service = "IMAP", Code = code, Advice = advice };

    /// <summary>The server doesn't give a message.</summary>
    public static ServiceRefusedException Unreadable(MailboxMessage message, string reason) => Cannot(
        ImapCodes.MessageUnreadable, $"Can't read message {message.Id} in '{message.Folder}' because {reason}.",
        "The message wasn't changed. Open it in Outlook, receive it with -Protocol Graph, or move such messages "
            + "with -MoveFailedTo.");

    /// <summary>A list is incomplete, because the server gives nothing of some messages.</summary>
    public static ServiceRefusedException Unreadable(IReadOnlyList<MailboxMessage> messages) => Cannot(
        ImapCodes.MessageUnreadable,
        $"Can't list {messages.Count} of the messages in '{messages[0].Folder}' because the server doesn't return "
            + "them: "
            + $"{string.Join(", ", messages.Take(10).Select(static m => m.Id))}{(messages.Count > 10 ? ", ..." : "")}.",
        "The messages weren't changed. Open them in Outlook, or list the folder with -Protocol Graph.");

    /// <summary>UIDs identify other messages now (RFC 9051 section 2.3.1.1).</summary>
    /// <param name="current">The UIDVALIDITY of the folder; 0 for none.</param>
    /// <param name="known">The UIDVALIDITY of the UIDs.</param>
    /// <exception cref="ServiceRefusedException">Code UIDVALIDITY.</exception>
    public static void RequireSame(uint current, uint known, MailFolder folder)
    {
        if (current != known || known == 0)
        {
            throw Cannot(
                ImapCodes.UidValidity,
                known == 0
                    ? $"The server returns no UIDVALIDITY for '{folder.Path}', so its messages can't be identified on "
                        + "another connection."
                    : $"The server has renumbered the messages in '{folder.Path}': UIDVALIDITY is {current} and was {known}.",
                "List the folder again.");
        }
    }

    /// <summary>The server sent BYE.</summary>
    public static MailAdminException Closed(string endpoint, string text) => (MailAdminException?)TryThrottled(text)
        ?? new ConnectionLostException($"{endpoint} closed the connection: {text}") { Endpoint = endpoint };

    /// <summary>Recognizes a back-off in the server's text; null if it isn't one.</summary>
    public static ServiceRefusedException? TryThrottled(string text)
    {
        var backOff = BackOff().Match(text);
        if (!backOff.Success && !text.Contains("throttled", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var told = double.TryParse(
            backOff.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds);
        return new ServiceRefusedException(text)
        {
            Service = "IMAP",
            Code = ImapCodes.Throttled,
            RetryAfter = told ? TimeSpan.FromMilliseconds(Math.Min(milliseconds, TimeSpan.FromDays(1).TotalMilliseconds)) : null,
        };
    }

    /// <summary>Creates the error for a failure of the connection.</summary>
    public static Exception Translate(Exception error, ImapServer server, CancellationToken cancellationToken)
    {
        // MailKit throws these for an unexpected token.
        var isToken = error is InvalidCastException or FormatException or OverflowException or IndexOutOfRangeException
            or ArgumentOutOfRangeException or NullReferenceException;
        return ConnectionErrors.Translate(
            isToken ? new InvalidDataException(error.Message, error) : error, server.ToString(), "IMAP protocol",
            cancellationToken);
    }

    /// <summary>Whether the server closed because the token ran out: "BYE Session invalidated - AccessTokenExpired".</summary>
    public static bool IsTokenExpired(string text) => text.Contains("AccessTokenExpired", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// The codes of RFC 5530 and RFC 9051 section 7.1 that name the reason; others are only incidental in a refusal.
    /// </summary>
    private static readonly HashSet<string> KnownCodes =
    [
        "ALREADYEXISTS", "AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED", "BADCHARSET", "CANNOT", "CLIENTBUG", "CONTACTADMIN",
        "CORRUPTION", "EXPIRED", "EXPUNGEISSUED", "HASCHILDREN", "INUSE", "LIMIT", "NONEXISTENT", "NOPERM", "OVERQUOTA", "PARSE",
        "PRIVACYREQUIRED", "SERVERBUG", "TRYCREATE", "UIDNOTSTICKY", "UNAVAILABLE", "UNKNOWN-CTE",
    ];

    [GeneratedRegex(
        @"Backoff Time:\s*(\d{1,18})\s*milliseconds",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex BackOff();
}
