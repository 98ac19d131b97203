using System.Text;
using MailAdmin.Core.Base;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Core.Receive;

/// <summary>Whether what came is the message that was asked for, by what the message tells of itself.</summary>
internal static class MessageCheck
{
    /// <summary>What is wrong with the octets that came.</summary>
    /// <param name="sink">What took them.</param>
    /// <param name="message">What the listing tells.</param>
    /// <param name="destination">Where they go.</param>
    /// <returns>The error; null for nothing.</returns>
    public static MailAdminException? Fault(FileSink sink, MailboxMessage message, string? destination)
    {
        if (sink.Failure is { } failure)
        {
            return DestinationErrors.Of(message, destination, failure);
        }

        var isImap = message.Connection?.Protocol == MailProtocol.Imap;
        if (sink.Length == 0)
        {
            // A message may be empty, but then the listing says so too.
            return message.Size == 0 ? null : Refused(
                isImap, "EmptyContent", $"The server sent nothing for the message {message.Id}.",
                "It stays where it is; open it in Outlook to see whether it is damaged.");
        }

        if (message.Connection is { Protocol: MailProtocol.Graph } connection && IsPage(sink.Header.Span))
        {
            // Its type said that it is a message, and it isn't.
            return ServiceAnswerHandler.Refuse(
                "Graph", Cloud.Of(connection.Environment).GraphHost, 200, null,
                "a message was expected, but a page or data came");
        }

        return message.InternetMessageId is { } listed && sink.Told.MessageId is { } came && !IsSame(listed, came)
            ? Refused(
                isImap, "OtherContent", $"The content that came for the message {message.Id} is that of {came}.",
                "The message stays where it is. Run the command again.")
            : null;
    }

    /// <summary>
    /// What a message tells of itself counts, where a listing may be poorer: an IMAP server makes ENVELOPE of it, and has words
    /// of its own for what it can't read.
    /// </summary>
    /// <param name="sink">What took its octets.</param>
    /// <param name="listed">What the listing tells.</param>
    /// <returns>The message.</returns>
    public static MailboxMessage Told(FileSink sink, MailboxMessage listed) =>
        sink.Header.IsEmpty || listed.Connection?.Protocol == MailProtocol.Graph
            ? listed
            : MessageContent.Told(listed, sink.Told);

    /// <summary>A page (HTML, XML) or JSON: no field of a message begins like that.</summary>
    private static bool IsPage(ReadOnlySpan<byte> octets)
    {
        var start = octets.StartsWith("\uFEFF"u8) ? octets[3..] : octets;
        start = start.TrimStart(" \t\r\n"u8);
        return start is [(byte)'<' or (byte)'{' or (byte)'[', ..];
    }

    /// <summary>Servers change case and blanks of an id, and shorten long ones.</summary>
    private static bool IsSame(string listed, string came)
    {
        var (left, right) = (Plain(listed), Plain(came));
        return left.Contains(right, StringComparison.OrdinalIgnoreCase)
            || right.Contains(left, StringComparison.OrdinalIgnoreCase);
    }

    private static string Plain(string id)
    {
        var plain = new StringBuilder(id.Length);
        foreach (var c in id.Where(c => !char.IsWhiteSpace(c) && c is not ('<' or '>')))
        {
            plain.Append(c);
        }

        return plain.ToString();
    }

    private static ServiceRefusedException Refused(bool isImap, string code, string text, string advice) => new(text)
    {
        Service = isImap ? "IMAP" : "Graph",
        Code = code,
        Advice = advice,
    };
}
