namespace MailAdmin;

/// <summary>What kind of message it is, told from its content.</summary>
public enum MailMessageKind
{
    /// <summary>A message that a person or a program wrote.</summary>
    Message,
    /// <summary>An invitation to a meeting, or a change of one.</summary>
    MeetingRequest,
    /// <summary>A meeting is cancelled.</summary>
    MeetingCancellation,
    /// <summary>Somebody accepts or declines a meeting, or proposes another time.</summary>
    MeetingResponse,
    /// <summary>A message could not be delivered, is late, or was delivered.</summary>
    DeliveryReport,
    /// <summary>A message was read, or deleted without being read.</summary>
    ReadReport,
    /// <summary>An automatic reply, such as an absence note.</summary>
    AutoReply,
    /// <summary>S/MIME, PGP, or Microsoft Purview; it isn't opened.</summary>
    Encrypted,
    /// <summary>S/MIME or PGP; the signature isn't checked.</summary>
    Signed,
}

/// <summary>What a delivery report says about a recipient: RFC 3464 section 2.3.</summary>
/// <param name="Recipient">The address that the message went to.</param>
/// <param name="Action">"failed", "delayed", "delivered", "relayed" or "expanded".</param>
/// <param name="Status">The status code, such as 5.1.1 (RFC 3463); null where the report has none.</param>
/// <param name="Diagnostic">What the other server said; null where the report doesn't tell.</param>
public sealed record MailDeliveryStatus(string Recipient, string Action, string? Status, string? Diagnostic)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Recipient}: {Action} {Status}".TrimEnd();
}
