namespace MailAdmin.Core.Receive;

/// <summary>Represents a message for the caller, who acknowledges it after processing; or the error of a message.</summary>
internal sealed class Delivery
{
    internal Delivery(ReceivedMessage message, Exception? error) => (Message, Error) = (message, error);

    /// <summary>Reports a selected message that isn't in its folder.</summary>
    /// <param name="folder">The path of the folder it was listed in.</param>
    /// <param name="mailbox">The mailbox; empty if the folder wasn't found either.</param>
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
    /// The reason why its content couldn't be downloaded, or why the server didn't process it after it was acknowledged. Such a
    /// message isn't changed on the server. Null if there was no error.
    /// </summary>
    public Exception? Error { get; }

    /// <summary>Whether it was acknowledged.</summary>
    public bool IsAcknowledged { get; private set; }

    /// <summary>The position in its folder after it.</summary>
    internal string? Position { get; init; }

    /// <summary>The UIDVALIDITY for which its ID is valid, as <see cref="Mail.FetchedMessage.Numbering"/>.</summary>
    internal string? Numbering { get; init; }

    /// <summary>The hash that identifies its content; 32 octets.</summary>
    internal byte[]? Content { get; init; }

    /// <summary>True for a message whose content was due now; false for news about an earlier one.</summary>
    internal bool IsArrival { get; init; }

    /// <summary>A message that was dealt with under another id.</summary>
    /// <param name="message">The message.</param>
    /// <param name="position">The position in its folder after it.</param>
    internal static Delivery Known(MailboxMessage message, string? position)
    {
        var known = new Delivery(new ReceivedMessage(message), null)
        {
            Position = position,
            // Its content is already in the list. A second entry would count as a second message when the IDs change again.
            Content = new byte[System.Security.Cryptography.SHA256.HashSizeInBytes],
        };
        known.Acknowledge();
        return known;
    }

    /// <summary>
    /// Acknowledges the message, so that it's processed on the server: together with others after enough are acknowledged, and at
    /// the latest at the end of the run. If a message isn't acknowledged before the next is requested, the next run receives it
    /// again.
    /// </summary>
    public void Acknowledge() => IsAcknowledged = true;
}
