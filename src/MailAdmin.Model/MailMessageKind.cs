namespace MailAdmin;

/// <summary>The kind of a message, from its content.</summary>
public enum MailMessageKind
{
    /// <summary>A message that a user or a program wrote.</summary>
    Message,
    /// <summary>An invitation to a meeting, or a change of one.</summary>
    MeetingRequest,
    /// <summary>A meeting was canceled.</summary>
    MeetingCancellation,
    /// <summary>A response to a meeting request: accepted, declined, or a new time.</summary>
    MeetingResponse,
    /// <summary>A delivery report: a message couldn't be delivered, is delayed, or was delivered.</summary>
    DeliveryReport,
    /// <summary>A message was read, or deleted without being read.</summary>
    ReadReport,
    /// <summary>An automatic reply, such as an out-of-office reply.</summary>
    AutoReply,
    /// <summary>An encrypted message (S/MIME, PGP, or Microsoft Purview). It isn't opened.</summary>
    Encrypted,
    /// <summary>A signed message (S/MIME or PGP). The signature isn't verified.</summary>
    Signed,
}

/// <summary>The status of a recipient in a delivery report: RFC 3464 section 2.3.</summary>
/// <param name="Recipient">The address of the recipient.</param>
/// <param name="Action">"failed", "delayed", "delivered", "relayed" or "expanded".</param>
/// <param name="Status">The status code, such as 5.1.1 (RFC 3463); null if missing.</param>
/// <param name="Diagnostic">The message of the other server; null if missing.</param>
public sealed record MailDeliveryStatus(string Recipient, string Action, string? Status, string? Diagnostic)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Recipient}: {Action} {Status}".TrimEnd();
}
