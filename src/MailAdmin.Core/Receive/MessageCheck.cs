using MailAdmin.Core.Base;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Core.Receive;

/// <summary>Checks that the content is that of the requested message, by its header fields.</summary>
internal static class MessageCheck
{
    /// <summary>Returns the fault of the received content.</summary>
    /// <param name="sink">The sink of the content.</param>
    /// <param name="message">The message as listed.</param>
    /// <param name="destination">The place of the message.</param>
    /// <returns>The error; null for nothing.</returns>
    public static MailAdminException? Fault(MessageSink sink, MailboxMessage message, string? destination)
    {
        if (sink.Failure is { } failure)
        {
            return DestinationErrors.Of(message, destination, failure);
        }

        var isImap = message.Connection?.Protocol == MailProtocol.Imap;
        if (sink.Length == 0)
        {
            // A message can be empty, but then the listing shows that too.
            return message.Size == 0 ? null : Refused(
                isImap, "EmptyContent", $"The server returned no content for the message {message.Id}.",
                "The message wasn't changed. Open it in Outlook to check whether it is damaged.");
        }

        if (message.Connection is { Protocol: MailProtocol.Graph } connection && IsPage(sink.Header.Span))
        {
            // It was declared as a message, but isn't one.
            return ServiceAnswerHandler.Refuse(
                "Graph", Cloud.Of(connection.Environment).GraphHost, 200, null,
                "a message was expected, but a page or other data was returned");
        }

        // Over IMAP, the store has compared them.
        return isImap ? null : MessageIdentity.Fault(message, sink.Told, sink.Length);
    }

    /// <summary>A page (HTML, XML) or JSON: no field of a message begins like that.</summary>
    private static bool IsPage(ReadOnlySpan<byte> octets)
    {
        var start = octets.StartsWith("\uFEFF"u8) ? octets[3..] : octets;
        start = start.TrimStart(" \t\r\n"u8);
        return start is [(byte)'<' or (byte)'{' or (byte)'[', ..];
    }

    private static ServiceRefusedException Refused(bool isImap, string code, string text, string advice) => new(text)
    {
        Service = isImap ? "IMAP" : "Graph",
        Code = code,
        Advice = advice,
    };
}
