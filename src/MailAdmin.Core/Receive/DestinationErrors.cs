using MailAdmin.Core.Files;

namespace MailAdmin.Core.Receive;

/// <summary>
/// The errors about a destination that can't be written to (DestinationNotWritable), and about a message that a virus scanner
/// doesn't let onto the disk (MessageBlocked).
/// </summary>
internal static class DestinationErrors
{
    private const string Blocked = "MessageBlocked";

    /// <summary>Whether it is about what the message contains: the next one may well be written.</summary>
    public static bool IsBlocked(Exception? error) => error is InvalidRequestException { Id: Blocked };

    /// <summary>The error about one message.</summary>
    public static InvalidRequestException Of(MailboxMessage message, string? destination, Exception e) =>
        IsVirus(e)
        ? FileFailure.Of(
            e, Blocked, message.Id, $"Message {message.Id} in '{message.Folder}' was blocked by a virus scanner",
            "The message wasn't changed on the server. Check it in a protected environment, or move such messages "
                + "with -MoveFailedTo.")
        : FileFailure.Of(
            e, "DestinationNotWritable", message.Id,
            $"Message {message.Id} in '{message.Folder}' can't be written to '{destination}'",
            "The message wasn't changed on the server. Free space or specify another -Destination, and run the "
                + "command again.");

    // ERROR_VIRUS_INFECTED and ERROR_VIRUS_DELETED:
    // https://learn.microsoft.com/windows/win32/debug/system-error-codes--0-499-
    private static bool IsVirus(Exception e) => (uint)e.HResult is 0x800700E1 or 0x800700E2;

    /// <summary>The error about a place.</summary>
    public static InvalidRequestException Of(string place, Exception e) =>
        FileFailure.Of(
            e, "DestinationNotWritable", place, $"Can't write to '{place}'",
            "Messages that aren't on disk weren't changed on the server. Free space or specify another -Destination, "
                + "and run the command again.");
}
