using MailKit;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>A folder as LIST tells it.</summary>
/// <param name="Id">Its name as text, with the server's own separators.</param>
/// <param name="Path">As <see cref="MailAdmin.MailFolder.Path"/>.</param>
/// <param name="WellKnownName">As <see cref="MailAdmin.MailFolder.WellKnownName"/>.</param>
/// <param name="CanSelect">False for one that only holds other folders.</param>
internal sealed record ListedFolder(string Id, string Path, string? WellKnownName, bool CanSelect)
{
    /// <summary>The one that every server has, whatever the case that it lists it in (RFC 9051 section 5.1).</summary>
    public static ListedFolder Inbox { get; } = new("INBOX", ServerPath.Inbox, "inbox", CanSelect: true);

    /// <summary>Whether a name is the Inbox's.</summary>
    /// <param name="id">The name.</param>
    /// <returns>True when it is.</returns>
    public static bool IsInbox(string id) => string.Equals(id, Inbox.Id, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads one.</summary>
    /// <param name="folder">As MailKit has it.</param>
    /// <returns>
    /// The folder. Its well-known name is what its attributes tell; <see cref="SpecialFolders"/> decides in the end.
    /// </returns>
    public static ListedFolder From(IMailFolder folder)
    {
        var separator = folder.DirectorySeparator == '\0' ? (char?)null : folder.DirectorySeparator;
        var path = ServerPath.FromName(folder.FullName, separator);
        var wellKnown = path == ServerPath.Inbox ? "inbox" : SpecialFolders.Of(folder.Attributes);
        // What is remembered about the Inbox goes by its name.
        var id = IsInbox(folder.FullName) ? Inbox.Id : folder.FullName;
        var isClosed = (folder.Attributes & (FolderAttributes.NoSelect | FolderAttributes.NonExistent)) != 0;
        return new ListedFolder(id, path, wellKnown, !isClosed);
    }
}
