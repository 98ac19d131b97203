namespace MailAdmin.Tenant.Imap;

/// <summary>A command that fails, in Exchange's words. The numbers at the end of some are Exchange's own.</summary>
/// <param name="text">The text after the tag: NO or BAD, and the reason.</param>
internal sealed class ImapRefusal(string text) : Exception(text)
{
    public const string NotConnectedText = "BAD User is authenticated but not connected.";

    /// <summary>The text before the connection is closed; null if it stays open.</summary>
    public string? Bye { get; init; }

    public static ImapRefusal Unknown() => new("BAD Command Error. 10");

    public static ImapRefusal Syntax() => new("BAD Command Argument Error. 11");

    /// <summary>
    /// Creates the refusal of a command or literal that is longer than allowed: the start of the next one is unknown.
    /// </summary>
    public static ImapRefusal TooLong() => new("BAD Command Argument Error. 12") { Bye = "Connection closed. 12" };

    public static ImapRefusal WrongState() => new("BAD Command received in Invalid state.");

    public static ImapRefusal NotConnected() => new(NotConnectedText);

    public static ImapRefusal SignIn(string command) => new($"NO {command} failed.");

    public static ImapRefusal NoFolder(string command) => new($"NO [NONEXISTENT] {command} failed: the folder doesn't exist.");

    /// <summary>RFC 3501 section 7.1: the client can create the folder and retry.</summary>
    public static ImapRefusal NoTarget() => new("NO [TRYCREATE] The requested folder could not be found.");

    public static ImapRefusal ReadOnly() => new("NO The folder is open for reading only.");

    public static ImapRefusal MessageSet() => new("BAD The specified message set is invalid.");
}
