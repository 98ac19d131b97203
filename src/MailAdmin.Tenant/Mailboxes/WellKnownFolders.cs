namespace MailAdmin.Tenant.Mailboxes;

/// <summary>
/// The folders that every mailbox is born with: https://learn.microsoft.com/graph/api/resources/mailfolder, section
/// "Well-known folder names". Their display names are in the mailbox's language.
/// </summary>
internal static class WellKnownFolders
{
    public const string DumpsterRoot = "recoverableitemsroot";

    public const string Deletions = "recoverableitemsdeletions";

    /// <summary>Those that Graph doesn't have among mail folders, and IMAP shows like any other.</summary>
    public static IReadOnlyList<string> WithoutMail { get; } = ["calendar", "contacts", "journal", "notes", "tasks"];

    /// <summary>The destination of permanentDelete; Graph has no name for it.</summary>
    public const string Purges = "recoverableitemspurges";

    public static Folder Create(Mailbox mailbox)
    {
        Folder Named(Folder parent, string wellKnownName, bool isHidden = false) => mailbox.AddFolder(
            parent, FolderLanguages.NameOf(wellKnownName, mailbox.Language), wellKnownName, isHidden);
        var root = mailbox.AddFolder(null, "Top of Information Store", "msgfolderroot");
        Named(root, "archive");
        mailbox.AddFolder(root, "Clutter", "clutter", isHidden: true);
        Named(root, "conversationhistory");
        Named(root, "deleteditems");
        Named(root, "drafts");
        Named(root, "inbox");
        Named(root, "junkemail");
        Named(root, "outbox");
        mailbox.AddFolder(root, "Scheduled", "scheduled", isHidden: true);
        Named(root, "sentitems");
        var sync = Named(root, "syncissues", isHidden: true);
        Named(sync, "conflicts", isHidden: true);
        Named(sync, "localfailures", isHidden: true);
        Named(sync, "serverfailures", isHidden: true);
        foreach (var name in WithoutMail)
        {
            mailbox.AddFolder(null, FolderLanguages.NameOf(name, mailbox.Language), name);
        }

        mailbox.AddFolder(null, "Finder", "searchfolders", isHidden: true);
        var dumpster = mailbox.AddFolder(null, "Recoverable Items", DumpsterRoot, isHidden: true);
        mailbox.AddFolder(dumpster, "Deletions", Deletions, isHidden: true);
        mailbox.AddFolder(dumpster, "Purges", Purges, isHidden: true);
        return root;
    }
}
