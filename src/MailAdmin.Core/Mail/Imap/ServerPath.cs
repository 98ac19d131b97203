namespace MailAdmin.Core.Mail.Imap;

/// <summary>From a server's name of a mailbox to a path as <see cref="MailFolder.Path"/> has it.</summary>
internal static class ServerPath
{
    /// <summary>What INBOX is called in a path, as over Graph.</summary>
    public const string Inbox = "Inbox";

    /// <summary>Makes a path from a server's name.</summary>
    /// <param name="name">The name as text.</param>
    /// <param name="separator">The server's separator; null when it has none.</param>
    /// <returns>The path.</returns>
    public static string FromName(string name, char? separator)
    {
        var parts = separator is { } c ? name.Split(c) : [name];
        if (ListedFolder.IsInbox(parts[0]))
        {
            parts[0] = Inbox;
        }

        return FolderPath.Join(parts);
    }
}
