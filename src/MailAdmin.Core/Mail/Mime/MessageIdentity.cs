using System.Globalization;
using System.Text;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// Checks whether content is that of the listed message. The Message-ID determines it; if one of the two has none, the size does.
/// If the size is unknown (Graph) or only estimated (Exchange Online over IMAP, unless EnableExactRFC822Size is set), other
/// fields of the listing and the header section are compared.
/// </summary>
/// <remarks>https://learn.microsoft.com/powershell/module/exchange/set-imapsettings</remarks>
internal static class MessageIdentity
{
    /// <summary>The code of the error for the content of another message.</summary>
    public const string OtherContent = "OtherContent";

    /// <summary>Returns the fault of the content.</summary>
    /// <param name="listed">The message as it was listed.</param>
    /// <param name="content">The received message, or its header section.</param>
    /// <param name="size">
    /// The received octets; null if only the header section was received, of which only the Message-ID is compared.
    /// </param>
    /// <returns>The error; null for nothing.</returns>
    public static ServiceRefusedException? Fault(MailboxMessage listed, MimeMessage content, long? size)
    {
        var (id, came) = (listed.InternetMessageId, content.MessageId);
        var isOther = id is not null && came is not null ? !IsSame(id, came)
            // A field that can't be read, or is after the part that is read of a header section, isn't compared.
            : content.Headers["Message-ID"] is null && !content.Truncated && size is not null && size != listed.Size
                && !LooksSame(listed, content);
        return !isOther ? null : new ServiceRefusedException(
            $"The downloaded content of the message {listed.Id} is that of {came ?? "another message"}.")
        {
            Service = listed.Connection?.Protocol == MailProtocol.Graph ? "Graph" : "IMAP",
            Code = OtherContent,
            Advice = "The message wasn't changed. Run the command again.",
        };
    }

    /// <summary>
    /// Servers change case and blanks of an ID, shorten long ones, and don't return characters that RFC 5322 doesn't allow in it.
    /// </summary>
    private static bool IsSame(string listed, string came)
    {
        var (left, right) = (Plain(listed), Plain(came));
        return left.StartsWith(right, StringComparison.OrdinalIgnoreCase)
            || right.StartsWith(left, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether subject, sender or time are the same, as far as they can be compared.</summary>
    private static bool LooksSame(MailboxMessage listed, MimeMessage content)
    {
        var sender = content.From is [var first, ..] ? first.Address : null;
        (string? Listed, string? Came)[] texts =
        [
            (listed.Subject, content.Subject), (listed.From?.Address, sender),
            (listed.SentAt?.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
                content.Date?.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
        ];
        var comparable = texts.Where(static t => !string.IsNullOrWhiteSpace(t.Listed) && IsComparable(t.Listed)
            && IsComparable(t.Came)).ToList();
        return comparable.Count == 0 || comparable.Exists(
            static t => string.Equals(Plain(t.Listed), Plain(t.Came), StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Returns whether a server decodes a text like this class, or replaces text that it can't decode.</summary>
    private static bool IsComparable(string? text) => text is null || (Ascii.IsValid(text)
        && !text.Contains('?', StringComparison.Ordinal) && !text.Contains("MISSING_", StringComparison.Ordinal)
        && !text.Contains("SYNTAX_ERROR", StringComparison.Ordinal));

    private static string Plain(string? text)
    {
        var plain = new StringBuilder(text?.Length ?? 0);
        foreach (var c in (text ?? "").Where(static c => c is > ' ' and < '\x7F' and not ('<' or '>' or '?')))
        {
            plain.Append(c);
        }

        return plain.ToString();
    }
}
