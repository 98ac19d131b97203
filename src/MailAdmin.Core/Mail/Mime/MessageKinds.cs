using MimeKit;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// Determines the kind of a message from its content: reports (RFC 3462), signed and encrypted messages (RFC 1847, RFC 8551, RFC
/// 3156), meetings (RFC 6047), automatic replies (RFC 3834).
/// </summary>
internal static class MessageKinds
{
    /// <summary>Enough for the METHOD line of an invitation, or the first line of a text.</summary>
    private const int Beginning = 16 * 1024;

    private const int LongestReport = 256 * 1024;

    public static MailMessageKind Of(MimeMessage message) =>
        ReportKind(message) ?? ProtectedKind(message) ?? MeetingKind(message)
        ?? (IsAutoReply(message) ? MailMessageKind.AutoReply : MailMessageKind.Message);

    /// <summary>
    /// Returns the recipients of a delivery report with their status: RFC 3464 section 2.3; null for any other message.
    /// </summary>
    public static MailDeliveryStatus[]? DeliveryStatus(MimeMessage message)
    {
        if (ReportKind(message) != MailMessageKind.DeliveryReport)
        {
            return null;
        }

        var part = message.Root.Walk().FirstOrDefault(static p => IsDeliveryStatus(p.ContentType.Value));
        return part is { EncodedSize: <= LongestReport } ? [.. Recipients(part.Decode())]
            // Exim's, which has no such part.
            : [.. (message.Headers["X-Failed-Recipients"] ?? "")
                .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(static recipient => new MailDeliveryStatus(recipient, "failed", null, null))];
    }

    private static IEnumerable<MailDeliveryStatus> Recipients(byte[] content)
    {
        using var status = new MessageDeliveryStatus { Content = new MimeContent(new MemoryStream(content)) };
        foreach (var group in status.StatusGroups)
        {
            if ((group["Final-Recipient"] ?? group["Original-Recipient"]) is { } recipient)
            {
                yield return new(
                    AfterType(recipient), group["Action"]?.Trim().ToLowerInvariant() ?? "", Word(group["Status"]),
                    group["Diagnostic-Code"] is { } code ? AfterType(code) : null);
            }
        }
    }

    // "rfc822; a@b.example"
    private static string AfterType(string value) =>
        HeaderText.Clean(value[(value.IndexOf(';', StringComparison.Ordinal) + 1)..]).Trim(' ', '<', '>');

    // "5.1.1 (bad mailbox)"
    private static string? Word(string? value) => value?.Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();

    private static MailMessageKind? ReportKind(MimeMessage message)
    {
        var type = message.Root.ContentType;
        var parts = type.Value == "multipart/report" ? message.Root.Children.Select(static c => c.ContentType.Value)
            : [type.Value];
        return parts.Any(IsDeliveryStatus) || message.Headers["X-Failed-Recipients"] is not null ? MailMessageKind.DeliveryReport
            : parts.Any(IsReadReport) ? MailMessageKind.ReadReport
            : null;
    }

    private static bool IsDeliveryStatus(string type) => type is "message/delivery-status" or "message/global-delivery-status";

    private static bool IsReadReport(string type) =>
        type is "message/disposition-notification" or "message/global-disposition-notification";

    private static MailMessageKind? ProtectedKind(MimeMessage message)
    {
        var type = message.Root.ContentType;
        return type.Value switch
        {
            "multipart/signed" => MailMessageKind.Signed,
            "multipart/encrypted" => MailMessageKind.Encrypted,
            "application/pkcs7-mime" or "application/x-pkcs7-mime" =>
                type["smime-type"]?.StartsWith("signed", StringComparison.OrdinalIgnoreCase) == true
                    ? MailMessageKind.Signed
                    : MailMessageKind.Encrypted,
            _ when message.Root.Walk().Any(static p => p.ContentType.Value == "application/x-microsoft-rpmsg-message") =>
                MailMessageKind.Encrypted,
            _ => message.Bodies.Plain is [var text, ..] ? ArmorKind(text) : null,
        };
    }

    // PGP within the text: RFC 9580 section 6.2.
    private static MailMessageKind? ArmorKind(MimePart text)
    {
        var start = text.GetBeginning(Beginning).AsSpan().TrimStart();
        return start.StartsWith("-----BEGIN PGP MESSAGE-----") ? MailMessageKind.Encrypted
            : start.StartsWith("-----BEGIN PGP SIGNED MESSAGE-----") ? MailMessageKind.Signed
            : null;
    }

    // The method decides: RFC 5546 section 1.4. An invitation that is only attached is a file.
    private static MailMessageKind? MeetingKind(MimeMessage message) =>
        message.Calendars.Where(static c => c.Disposition.Value != "attachment").Select(Method).FirstOrDefault() switch
        {
            "REQUEST" or "PUBLISH" or "ADD" => MailMessageKind.MeetingRequest,
            "CANCEL" => MailMessageKind.MeetingCancellation,
            "REPLY" or "COUNTER" or "DECLINECOUNTER" or "REFRESH" => MailMessageKind.MeetingResponse,
            _ => null,
        };

    private static string? Method(MimePart calendar)
    {
        var told = calendar.ContentType["method"]
            ?? calendar.GetBeginning(Beginning).Split('\n')
                .FirstOrDefault(static line => line.StartsWith("METHOD:", StringComparison.OrdinalIgnoreCase))?[7..];
        return told?.Trim().ToUpperInvariant();
    }

    // RFC 3834 section 5; before it, programs had their own fields. Those of Exchange have "auto-generated", a reference to the
    // original, and the request not to reply: [MS-OXCMAIL] section 2.1.3.2.20.
    private static bool IsAutoReply(MimeMessage message)
    {
        var submitted = Value("Auto-Submitted");
        var isAnswer = message.Headers["In-Reply-To"] is not null || message.Headers["References"] is not null
            || message.Headers["X-MS-Exchange-Inbox-Rules-Loop"] is not null;
        return submitted.StartsWith("auto-replied", StringComparison.Ordinal)
            || (submitted.StartsWith("auto-generated", StringComparison.Ordinal) && isAnswer
                && Value("X-Auto-Response-Suppress").Length > 0)
            || Value("X-Autoreply") is "yes" or "true" || Value("X-Autorespond").Length > 0
            || Value("Precedence") is "auto_reply" or "auto-reply";

        string Value(string name) => message.Headers[name]?.Trim().ToLowerInvariant() ?? "";
    }
}
