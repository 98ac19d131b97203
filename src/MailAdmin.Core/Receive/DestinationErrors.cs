using MailAdmin.Core.Files;

namespace MailAdmin.Core.Receive;

/// <summary>The errors about a destination that can't be written to (DestinationNotWritable).</summary>
internal static class DestinationErrors
{
    /// <summary>The error about one message.</summary>
    public static InvalidRequestException Of(MailboxMessage message, string? destination, Exception e) =>
        FileFailure.Of(
            e, "DestinationNotWritable", message.Id,
            $"Message {message.Id} in '{message.Folder}' can't be written to '{destination}'",
            "It stays where it is on the server; make room or choose another -Destination, and run it again.");

    /// <summary>The error about a place.</summary>
    public static InvalidRequestException Of(string place, Exception e) =>
        FileFailure.Of(
            e, "DestinationNotWritable", place, $"'{place}' can't be written to",
            "Nothing was changed on the server for the messages that are not on disk; make room or choose another "
                + "-Destination, and run it again.");
}
