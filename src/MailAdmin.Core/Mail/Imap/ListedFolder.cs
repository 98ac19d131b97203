using MailKit;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>A folder as LIST tells it.</summary>
/// <param name="Id">Its name as text, with the server's own separators.</param>
/// <param name="Path">As <see cref="MailFolder.Path"/>.</param>
/// <param name="WellKnownName">As <see cref="MailFolder.WellKnownName"/>.</param>
/// <param name="CanSelect">False for one that only holds other folders.</param>
internal sealed record ListedFolder(string Id, string Path, string? WellKnownName, bool CanSelect)
{
    /// <summary>
    /// The one that every server has, whatever the case that it lists it in (RFC 9051 section 5.1). Its path is as over Graph.
    /// </summary>
    public static ListedFolder Inbox { get; } = new("INBOX", "Inbox", "inbox", CanSelect: true);

    /// <summary>Whether a name is the Inbox's.</summary>
    public static bool IsInbox(string id) => string.Equals(id, Inbox.Id, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Reads one as MailKit has it. Its well-known name is what its attributes tell; <see cref="SpecialFolders"/> decides in
    /// the end.
    /// </summary>
    public static ListedFolder From(IMailFolder folder)
    {
        var path = PathOf(folder.FullName, folder.DirectorySeparator);
        var wellKnown = path == Inbox.Path ? Inbox.WellKnownName : SpecialFolders.Of(folder.Attributes);
        // What is remembered about the Inbox goes by its name.
        var id = IsInbox(folder.FullName) ? Inbox.Id : folder.FullName;
        var isClosed = (folder.Attributes & (FolderAttributes.NoSelect | FolderAttributes.NonExistent)) != 0;
        return new ListedFolder(id, path, wellKnown, !isClosed);
    }

    /// <summary>Makes a path of a server's name.</summary>
    /// <param name="separator">The server's; NUL when it has none.</param>
    public static string PathOf(string name, char separator)
    {
        var parts = separator == '\0' ? [name] : name.Split(separator);
        return FolderPath.Join(IsInbox(parts[0]) ? [Inbox.Path, .. parts[1..]] : parts);
    }
}
