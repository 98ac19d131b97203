using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.Imap;

/// <summary>Folders as IMAP names them: levels parted by "/", each in modified UTF-7, the Inbox in capitals.</summary>
internal static class FolderNames
{
    /// <summary>
    /// Folders within folders.
    /// https://learn.microsoft.com/office365/servicedescriptions/exchange-online-service-description/exchange-online-limits
    /// </summary>
    private const int MaxDepth = 300;

    /// <summary>
    /// The folders that IMAP shows, parents first: those that hold no mail among them, as Exchange does
    /// (https://github.com/jstedfast/MailKit/issues/346).
    /// </summary>
    public static IEnumerable<Folder> Shown(Mailbox mailbox) =>
        mailbox.Folders.Where(f => !f.HoldsMail).Concat(mailbox.Root.Children).SelectMany(Shown);

    private static IEnumerable<Folder> Shown(Folder folder) =>
        folder.IsHidden ? [] : folder.Children.SelectMany(Shown).Prepend(folder);

    public static string Of(Folder folder)
    {
        var name = folder.WellKnownName == "inbox" ? "INBOX" : ModifiedUtf7.Encode(folder.DisplayName);
        return folder.Parent is { } parent && parent != folder.Mailbox.Root ? $"{Of(parent)}/{name}" : name;
    }

    /// <summary>Returns the display names for a name; null if it isn't one.</summary>
    public static string[]? Levels(string name)
    {
        string[] levels = [.. name.Split('/').Select(l => ModifiedUtf7.Decode(l) ?? "")];
        return levels.Length <= MaxDepth && levels.All(l => !string.IsNullOrWhiteSpace(l) && !l.Any(char.IsControl))
            ? levels
            : null;
    }

    public static Folder? Find(Mailbox mailbox, string name) => Levels(name) is { } levels ? Find(mailbox, levels) : null;

    /// <summary>Returns a folder that IMAP shows; null if there is none.</summary>
    public static Folder? Find(Mailbox mailbox, string[] levels)
    {
        var folder = mailbox.Root;
        foreach (var level in levels)
        {
            folder = Child(folder, level);
            if (folder is null or { IsHidden: true })
            {
                return null;
            }
        }

        return folder;
    }

    /// <summary>Returns the folder with a name below another one. The Inbox is INBOX in any language of the mailbox.</summary>
    public static Folder? Child(Folder folder, string level)
    {
        var child = folder.Child(level);
        if (folder != folder.Mailbox.Root)
        {
            return child;
        }

        if (level.Equals("INBOX", StringComparison.OrdinalIgnoreCase))
        {
            return folder.Mailbox.WellKnown("inbox");
        }

        return child?.WellKnownName == "inbox" ? null : child ?? folder.Mailbox.Folders.FirstOrDefault(
            f => !f.HoldsMail && f.DisplayName.Equals(level, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Formats a name as an astring: without quotes if possible, as Exchange writes it.</summary>
    public static string Quote(string name) =>
        name.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_' or '.' or '&' or '+' or ',')
            ? name
            : ImapText.String(name);
}
