namespace MailAdmin.Core.Receive;

/// <summary>A message handed to the caller, who acknowledges it once it is dealt with; or what went wrong with one.</summary>
internal sealed class Delivery
{
    internal Delivery(ReceivedMessage message, Exception? error) => (Message, Error) = (message, error);

    public ReceivedMessage Message { get; }

    /// <summary>
    /// Why its content could not be brought, or why the server did not do with it what it was asked to after it was acknowledged;
    /// such a message stays where it is. Null when all is well.
    /// </summary>
    public Exception? Error { get; }

    /// <summary>Whether it was acknowledged.</summary>
    public bool IsAcknowledged { get; private set; }

    /// <summary>Where the reading of its folder goes on after it.</summary>
    internal string? Position { get; init; }

    /// <summary>What its id belongs to, as <see cref="Mail.FetchedMessage.Numbering"/>.</summary>
    internal string? Numbering { get; init; }

    /// <summary>What its content is recognised by; 32 octets.</summary>
    internal byte[]? Content { get; init; }

    /// <summary>True for one whose content was to be brought now; false for news about an earlier one.</summary>
    internal bool IsArrival { get; init; }

    /// <summary>
    /// Lets the after-processing happen: together with others, when enough have come together, and at the latest when the
    /// receiving ends. A message that is not acknowledged when the next one is asked for comes again.
    /// </summary>
    public void Acknowledge() => IsAcknowledged = true;
}
