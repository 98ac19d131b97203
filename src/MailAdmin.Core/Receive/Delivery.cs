namespace MailAdmin.Core.Receive;

/// <summary>A message handed to the caller, who acknowledges it once it is dealt with; or what went wrong with one.</summary>
internal sealed class Delivery
{
    internal Delivery(ReceivedMessage message, Exception? error) => (Message, Error) = (message, error);

    /// <summary>Reports a message that was chosen and isn't in its folder. Nothing comes in its place.</summary>
    /// <param name="folder">The path of the folder it was listed in.</param>
    /// <param name="mailbox">The mailbox; empty where the folder wasn't found either.</param>
    /// <returns>A delivery with the error (MessageNotFound).</returns>
    internal static Delivery Missing(string id, string folder, string mailbox = "") => new(
        new ReceivedMessage(new MailboxMessage { Id = id, Mailbox = mailbox, Folder = folder }),
        new InvalidRequestException("MessageNotFound", $"The message '{id}' wasn't found in '{folder}'.")
        {
            Target = id,
            Advice = "It was moved or deleted after it was listed. List the messages again.",
        });

    public ReceivedMessage Message { get; }

    /// <summary>
    /// Why its content couldn't be brought, or why the server didn't do with it what it was asked to after it was acknowledged;
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

    /// <summary>A message that was dealt with under another id.</summary>
    /// <param name="message">The message.</param>
    /// <param name="position">Where the reading of its folder goes on after it.</param>
    internal static Delivery Known(MailboxMessage message, string? position)
    {
        var known = new Delivery(new ReceivedMessage(message), null)
        {
            Position = position,
            // Its content stands in the ledger; there twice, it would pass for two messages when the ids change once more.
            Content = new byte[System.Security.Cryptography.SHA256.HashSizeInBytes],
        };
        known.Acknowledge();
        return known;
    }

    /// <summary>
    /// Lets the after-processing happen: together with others, when enough have come together, and at the latest when the
    /// receiving ends. A message that isn't acknowledged when the next one is asked for comes again.
    /// </summary>
    public void Acknowledge() => IsAcknowledged = true;
}
