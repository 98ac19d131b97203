using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// Recognises the small message that Exchange answers with instead of one that it can't convert to MIME, often a meeting request.
/// Saved and filed like the message itself, it would cost the message.
/// </summary>
/// <remarks>
/// Microsoft doesn't document its form. According to https://github.com/OfflineIMAP/offlineimap/issues/62 and
/// https://github.com/calcom/cal.com/issues/2429, its header has MIME-Version, Content-Type (text/plain), From ("Microsoft
/// Exchange Server 2010", without an address), To, Subject ("Retrieval using the IMAP4 protocol failed for the following message:
/// 522"), and Content-Transfer-Encoding, and nothing else. Its body is "The server couldn't retrieve the following message:" with
/// that message's subject, sender, and time, and "The message hasn't been deleted.". ENVELOPE matches it:
/// https://github.com/jstedfast/MailKit/issues/1451. A real message has an address in From and a Message-ID, even if it quotes
/// this text.
/// </remarks>
internal static partial class SubstituteMessage
{
    /// <summary>A substitute quotes at most the header of the message. A larger message isn't one.</summary>
    public const int LargestSize = 32 * 1024;

    // A fast check of the octets. In base64, only the beginning of the body is fixed.
    private static readonly byte[][] Traces = [.. ((string[])
    [
        "Microsoft Exchange", "Retrieval using", "UmV0cmlldmFsIHVzaW5n", "retrieve the following", "VGhlIHNlcnZlciBjb3VsZG",
    ]).Select(System.Text.Encoding.ASCII.GetBytes)];

    /// <summary>Returns whether the content is a substitute for the requested message.</summary>
    /// <param name="octets">The content: a message, or its header section.</param>
    /// <param name="listed">The message as listed.</param>
    [MethodImpl(MethodImplOptions.NoInlining)] // Regular expressions are loaded only when it is called.
    public static bool Is(ReadOnlyMemory<byte> octets, MailboxMessage listed)
    {
        if (octets.Length > LargestSize || !Array.Exists(Traces, trace => octets.Span.IndexOf(trace) >= 0))
        {
            return false;
        }

        using var content = MimeMessage.Parse(octets);
        var from = content.Headers["From"] ?? "";
        var isFromServer = from.TrimStart('"', ' ').StartsWith("Microsoft Exchange", StringComparison.OrdinalIgnoreCase);
        var isFromNobody = !from.Contains('@', StringComparison.Ordinal);
        var isText = content.Root.ContentType.IsType("text");
        if (!(isFromServer || isFromNobody) || content.Headers["Received"] is not null || !isText)
        {
            return false;
        }

        var subject = Blanks().Replace(content.Subject ?? "", " ").Trim();
        if (isFromServer && isFromNobody && content.MessageId is null && content.Headers["Date"] is null)
        {
            // No real message looks like this. In another language, only the name of the protocol is the same.
            return Protocol().IsMatch(subject);
        }

        return (Failure().IsMatch(subject) || Failure().IsMatch(Start(content)))
            && (content.MessageId is not { } id || listed.InternetMessageId?.Contains(id, StringComparison.Ordinal) == false);
    }

    private static string Start(MimeMessage content)
    {
        var text = (content.TextBody ?? content.HtmlBody ?? "").TrimStart();
        return Blanks().Replace(text.Length > 200 ? text[..200] : text, " ");
    }

    [GeneratedRegex(
        @"^(Retrieval using the (IMAP4|POP3) protocol failed for|The server could(n['\u2019]t| not) retrieve) the following",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Failure();

    [GeneratedRegex(@"\b(IMAP4?|POP3)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Protocol();

    [GeneratedRegex(@"\s+", RegexOptions.NonBacktracking)]
    private static partial Regex Blanks();
}
