namespace MailAdmin.Core.Receive;

/// <summary>The errors about a destination that can't be written to (DestinationNotWritable).</summary>
internal static class DestinationErrors
{
    /// <summary>The error about one message.</summary>
    public static InvalidRequestException Of(MailboxMessage message, string? destination, Exception e) =>
        new("DestinationNotWritable",
            $"Message {message.Id} in '{message.Folder}' can't be written to '{destination}': {e.Message}", e)
        {
            Target = message.Id,
            Advice = "It stays where it is on the server; make room or choose another -Destination, and run it again.",
        };

    /// <summary>The error about a place.</summary>
    public static InvalidRequestException Of(string place, Exception e) =>
        new("DestinationNotWritable", $"'{place}' can't be written to: {e.Message}", e)
        {
            Target = place,
            Advice = "Nothing was changed on the server for the messages that are not on disk; make room or choose another "
                + "-Destination, and run it again.",
        };
}
